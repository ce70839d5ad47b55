"""A module version that was fetched into the private module cache, and the checksum database it is checked with."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from gomod2bazel.base.disk.files import write_file
from gomod2bazel.base.disk.scratch import temporary_folder
from gomod2bazel.base.errors import Gomod2bazelError, TrustError, UsageError
from gomod2bazel.base.version import Version, escape, is_exact, lang
from gomod2bazel.golang.command.gocommand import GoCommand, answers_of, error_of
from gomod2bazel.golang.proxy.gosum import GoSum
from gomod2bazel.golang.proxy.prefix_patterns import matches_prefix
from gomod2bazel.golang.proxy.sources import Sources
from gomod2bazel.golang.proxy.upstream import is_loopback
from gomod2bazel.options.module_input import ModuleInput

__all__ = [
    "Database",
    "Fetched",
    "fetch",
    "resolve",
]


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

    def check_directives(self) -> None:
        """Refuse a module whose go.mod would mean something else as main module, as ``go install pkg@version`` does.

        Raises:
            UsageError: it holds replace or exclude directives.
        """
        held = [word.lower() for word in ("Replace", "Exclude") if self.directives.get(word)]
        if held:
            raise UsageError(
                f"{self.version}: its go.mod has {' and '.join(held)} directives, which apply only in a main module",
                hint="add -main-module to build it as a main module, where they apply (its version is then (devel))",
            )

    def write_load_directory(self, folder: Path, sums: GoSum, go_version: str) -> None:
        """Write the go.mod and go.sum of a module that requires this one alone, as ``go install pkg@version`` has.

        Its godebug line makes DefaultGODEBUG follow the go line of this module, or Go 1.20 where that has none
        (cmd/go/internal/load, defaultGODEBUG).

        Args:
            folder: an empty folder.
            sums: the checksums that verify it and its dependencies.
            go_version: the running Go's version, without its ``go``.
        """
        lines = [
            "module gomod2bazel.invalid/load",
            f"go {go_version}",
            f"require {self.version.path} {self.version.version}",
        ]
        lines.append(f"godebug default=go{lang(self.directives.get('Go', ''), '1.20')}")
        write_file(folder / "go.mod", "\n".join(lines) + "\n")
        write_file(folder / "go.sum", sums.text())


def resolve(module_input: ModuleInput, go: GoCommand, cwd: Path) -> Version:
    """Return the version that a query means; an exact one needs no version list and no network.

    Raises:
        MissingModuleError: no source has it.
    """
    if is_exact(module_input.query):
        return Version(module_input.path, module_input.query)
    answer = go.object("list", "-m", "-json", f"{module_input.path}@{module_input.query}", cwd=cwd)
    if "Error" in answer:
        raise error_of(f"{module_input.path}@{module_input.query}: {answer['Error'].get('Err', answer['Error'])}")
    if not isinstance(answer.get("Version"), str):
        # What a source answers to PATH/@latest reaches us as it is, `null` too.
        raise TrustError(
            f"{module_input.path}@{module_input.query}: a source returned no version",
            hint="use another source, or look at what this one returns: it is broken or inconsistent",
        )
    return Version(module_input.path, answer["Version"])


def fetch(version: Version, go: GoCommand, cwd: Path, *, writable: bool = False) -> Fetched:
    """Bring one module version into the private module cache, verified against the go.sum in ``cwd``.

    Raises:
        MissingModuleError: no source has it.
        TrustError: its sum is not what go.sum says, or its zip is not one.
    """
    answer = go.object("mod", "download", "-json", *(["-modcacherw"] if writable else []), str(version), cwd=cwd)
    if "Error" in answer:
        raise error_of(answer["Error"])
    directives = go.object("mod", "edit", "-json", answer["GoMod"])
    return Fetched(version=version, dir=Path(answer["Dir"]), sum=answer["Sum"], directives=directives)


@dataclass(frozen=True, slots=True, kw_only=True)
class Database:
    """A checksum database for sources of which some are folders: these are not asked about.

    Attributes:
        go: The go command that asks it for each module that go.sum does not list.
        sources: The user's sources.
        without: Patterns of modules that it is not asked for, as GONOSUMDB has them.
    """

    go: GoCommand
    sources: Sources
    without: str

    def covers(self, module: Version) -> bool:
        """Return whether the database is asked for a module: one that comes from the network, and is not private."""
        return not matches_prefix(self.without, module.path) and self._is_far(module)

    def _is_far(self, module: Version) -> bool:
        """Return whether no folder before the first source of the network has a module."""
        folder, name = f"{escape(module.path)}/@v", f"{escape(module.version)}.zip"
        for source, path in self.sources.places():
            if path is not None and (path / folder / name).is_file():
                return False
            if path is None and not is_loopback(urlsplit(source).hostname or ""):
                return True
        return False

    def go_for(self, module: Version, go: GoCommand) -> GoCommand:
        """Return the go command to fetch a module with: ``go``, or one that asks the database for it."""
        return self.go.with_environment(GOWORK="off") if self.covers(module) else go

    def confirm(self, modules: Collection[Version]) -> None:
        """Ask the database for modules that are in the module cache.

        Raises:
            TrustError: It has another sum for any of them, or lacks it; all are named.
        NetworkError: It cannot be asked.
        """
        if not modules:
            return
        with temporary_folder() as name:
            folder = Path(name)
            write_file(folder / "go.mod", "module gomod2bazel.invalid/fetch\n")
            go = self.go.with_environment(GOWORK="off")
            done = go.run("mod", "download", "-json", *map(str, sorted(modules)), cwd=folder)
        errors = [error_of(item["Error"]) for item in answers_of(done) if "Error" in item]
        if errors:
            raise _combined(errors)
        if done.code:
            raise error_of(done.err.strip() or done.describe())


def _combined(errors: Sequence[Gomod2bazelError]) -> Gomod2bazelError:
    """Return the refusals of several modules as one; a wrong sum comes before a database that cannot be asked."""
    text = "\n".join(dict.fromkeys(error.what for error in errors))
    first = next((error for error in errors if isinstance(error, TrustError)), errors[0])
    return type(first)(text, hint=first.hint)
