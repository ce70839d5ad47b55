"""The four forms of INPUT, and what each is once its module is there."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from gomod2bazel.base.disk.files import read_text, write_file
from gomod2bazel.base.disk.working_folder import folder_name
from gomod2bazel.base.errors import TrustError, UsageError
from gomod2bazel.base.version import Version, check_path, is_exact, lang, unescape
from gomod2bazel.golang.command.gocommand import GoCommand, error_of
from gomod2bazel.golang.proxy.gosum import GoSum

__all__ = [
    "Fetched",
    "ModuleInput",
    "TreeInput",
    "check_directives",
    "fetch",
    "load_directory",
    "read_input",
    "resolve",
]


_FORMS = "name a module tree's go.mod, a .mod file in a goproxy hierarchy, or a module path such as example.com/m"


@dataclass(frozen=True, slots=True, kw_only=True)
class TreeInput:
    """An unpacked module tree.

    Attributes:
        root: its folder, absolute; links keep their names, as the go command has it.
    """

    root: Path


@dataclass(frozen=True, slots=True, kw_only=True)
class ModuleInput:
    """A module out of the sources.

    Attributes:
        path: module path.
        query: version or version query; ``latest`` when none was given.
        source: the goproxy hierarchy that INPUT itself lies in, as file URL, or empty.
    """

    path: str
    query: str
    source: str


def read_input(text: str, cwd: Path) -> TreeInput | ModuleInput:
    """Tell which form ``text`` has (design, "Command line").

    Raises:
        UsageError: it is none of the four, or names a folder without go.mod.
    """
    try:
        return _form(text, cwd)
    except OSError as error:
        # A name that is too long, a folder that may not be entered.
        raise UsageError(f"{text}: {error.strerror}", hint=_FORMS) from error
    except ValueError as error:
        raise UsageError(f"{text!r}: {error}", hint=_FORMS) from error


def _form(text: str, cwd: Path) -> TreeInput | ModuleInput:
    path = cwd / text
    if text.endswith(".mod") and path.name != "go.mod":
        return _proxy_file(path)
    if path.name == "go.mod" or (path.is_dir() and ("@" not in text or text.startswith((".", "/")))):
        root = path if path.is_dir() else path.parent
        if not (root / "go.mod").is_file():
            raise UsageError(
                f"no go.mod in {root}", hint="name a module tree's go.mod, or a module path such as example.com/m"
            )
        return TreeInput(root=folder_name(root))
    module, at, query = text.partition("@")
    if text.startswith((".", "/")):
        raise UsageError(f"{text}: no such file or folder", hint="name a module tree's go.mod, or a module path")
    if at and (not query or query.startswith("-") or any(char.isspace() for char in query)):
        raise UsageError(
            f"{text}: {query!r} is not a version", hint="write example.com/m@v1.2.3 or example.com/m@latest"
        )
    return ModuleInput(path=check_path(module), query=query or "latest", source="")


def _proxy_file(path: Path) -> ModuleInput:
    """Read module and version from the path of a .mod file in a goproxy hierarchy, whose root makes both fit."""
    path = path.resolve()
    if path.parent.name != "@v":
        raise UsageError(f"{path} is not in a goproxy hierarchy", hint="give a path that ends in MODULE/@v/VERSION.mod")
    if not path.is_file():
        raise UsageError(f"{path}: no such file", hint="give a .mod file that exists")
    version = unescape(path.name.removesuffix(".mod"))
    declared = _declared_path(path)
    elements: list[str] = []
    folder = path.parent.parent
    while folder != folder.parent:
        elements.insert(0, folder.name)
        folder = folder.parent
        module = "/".join(elements)
        if unescape_or_none(module) == declared or (not declared and "." in elements[0]):
            return ModuleInput(path=unescape(module), query=version, source=folder.as_uri())
    raise UsageError(
        f"{path}: go.mod declares module {declared}, but the file is not at that path in the proxy",
        hint="give a path that ends in MODULE/@v/VERSION.mod",
    )


def unescape_or_none(text: str) -> str | None:
    """Return the unescaped path, or None where ``text`` is no escaped path."""
    try:
        return unescape(text)
    except UsageError:
        return None


def _declared_path(path: Path) -> str:
    """Return the module line's path: enough of go.mod to find the hierarchy's root; the go command judges the rest."""
    for line in read_text(path, errors="replace").splitlines():
        words = line.split("//")[0].split()
        if len(words) == 2 and words[0] == "module":
            return words[1].strip('"`')
    return ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Fetched:
    """A module version in the private module cache.

    Attributes:
        version: what it is.
        dir: its folder.
        sum: the ``h1:`` of its zip.
        directives: its go.mod, as ``go mod edit -json`` prints it.
    """

    version: Version
    dir: Path
    sum: str
    directives: dict[str, Any]

    @property
    def requires(self) -> frozenset[str]:
        """Paths of the modules it requires."""
        return frozenset(item["Path"] for item in self.directives.get("Require") or ())


def resolve(wanted: ModuleInput, go: GoCommand, cwd: Path) -> Version:
    """Return the version that a query means; an exact one needs no version list and no network.

    Raises:
        MissingModuleError: no source has it.
    """
    if is_exact(wanted.query):
        return Version(wanted.path, wanted.query)
    found = go.object("list", "-m", "-json", f"{wanted.path}@{wanted.query}", cwd=cwd)
    if "Error" in found:
        raise error_of(f"{wanted.path}@{wanted.query}: {found['Error'].get('Err', found['Error'])}")
    if not isinstance(found.get("Version"), str):
        # What a source answers to PATH/@latest reaches us as it is, `null` too.
        raise TrustError(
            f"{wanted.path}@{wanted.query}: a source returned no version",
            hint="use another source, or look at what this one returns: it is broken or inconsistent",
        )
    return Version(wanted.path, found["Version"])


def fetch(version: Version, go: GoCommand, cwd: Path, *, writable: bool = False) -> Fetched:
    """Bring one module version into the private module cache, verified against the go.sum in ``cwd``.

    Raises:
        MissingModuleError: no source has it.
        TrustError: its sum is not what go.sum says, or its zip is not one.
    """
    found = go.object("mod", "download", "-json", *(["-modcacherw"] if writable else []), str(version), cwd=cwd)
    if "Error" in found:
        raise error_of(found["Error"])
    directives = go.object("mod", "edit", "-json", found["GoMod"])
    return Fetched(version=version, dir=Path(found["Dir"]), sum=found["Sum"], directives=directives)


def check_directives(fetched: Fetched) -> None:
    """Refuse a module whose go.mod would mean something else as main module, as ``go install pkg@version`` does.

    Raises:
        UsageError: it holds replace or exclude directives.
    """
    held = [word.lower() for word in ("Replace", "Exclude") if fetched.directives.get(word)]
    if held:
        raise UsageError(
            f"{fetched.version}: its go.mod has {' and '.join(held)} directives, which apply only in a main module",
            hint="add -main-module to build it as a main module, where they apply (its version is then (devel))",
        )


def load_directory(folder: Path, fetched: Fetched, sums: GoSum, go_version: str) -> None:
    """Write the go.mod and go.sum of a module that requires ``fetched`` alone, as ``go install pkg@version`` has.

    Its godebug line makes DefaultGODEBUG follow the go line of ``fetched``, or Go 1.20 where that has none
    (cmd/go/internal/load, defaultGODEBUG).

    Args:
        folder: an empty folder.
        fetched: the required module.
        sums: what vouches for it and for what it needs.
        go_version: the running Go's version, without its ``go``.
    """
    lines = [
        "module gomod2bazel.invalid/load",
        f"go {go_version}",
        f"require {fetched.version.path} {fetched.version.version}",
    ]
    lines.append(f"godebug default=go{lang(fetched.directives.get('Go', ''), '1.20')}")
    write_file(folder / "go.mod", "\n".join(lines) + "\n")
    write_file(folder / "go.sum", sums.text())
