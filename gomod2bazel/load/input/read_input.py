"""Read INPUT in each of its four forms; files decide which of them a text is."""

from __future__ import annotations

from pathlib import Path

from gomod2bazel.base.disk.files import read_text
from gomod2bazel.base.disk.working_folder import folder_name
from gomod2bazel.base.errors import UsageError
from gomod2bazel.base.version import unescape
from gomod2bazel.options.module_input import Input, ModuleInput, TreeInput, parse_module

__all__ = ["read_input"]

_FORMS = "name a module tree's go.mod, a .mod file in a goproxy hierarchy, or a module path such as example.com/m"


def read_input(text: str, cwd: Path) -> Input:
    """Read INPUT: once, where the command line is read.

    Args:
        text: INPUT as the user wrote it.
        cwd: The user's working folder.

    Raises:
        UsageError: It has none of the four forms, or names a folder without go.mod.
    """
    try:
        return _form(text, cwd)
    except OSError as error:
        # A name that is too long, a folder that may not be entered.
        raise UsageError(f"{text}: {error.strerror}", hint=_FORMS) from error
    except ValueError as error:
        raise UsageError(f"{text!r}: {error}", hint=_FORMS) from error


def _form(text: str, cwd: Path) -> Input:
    path = cwd / text
    if text.endswith(".mod") and path.name != "go.mod":
        return _proxy_file(text, path)
    if path.name == "go.mod" or (path.is_dir() and ("@" not in text or text.startswith((".", "/")))):
        root = path if path.is_dir() else path.parent
        if not (root / "go.mod").is_file():
            raise UsageError(
                f"no go.mod in {root}", hint="name a module tree's go.mod, or a module path such as example.com/m"
            )
        return TreeInput(text=text, root=folder_name(root))
    if text.startswith((".", "/")):
        raise UsageError(f"{text}: no such file or folder", hint="name a module tree's go.mod, or a module path")
    return parse_module(text)


def _proxy_file(text: str, path: Path) -> ModuleInput:
    """Read module and version from the path of a .mod file in a goproxy hierarchy, whose root makes both fit."""
    path = path.resolve()
    if path.parent.name != "@v" or path.name == ".mod":
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
        if _unescape_or_none(module) == declared or (not declared and "." in elements[0]):
            return ModuleInput(text=text, path=unescape(module), version=version, source=folder.as_uri())
    raise UsageError(
        f"{path}: go.mod declares module {declared}, but the file is not at that path in the proxy",
        hint="give a path that ends in MODULE/@v/VERSION.mod",
    )


def _unescape_or_none(text: str) -> str | None:
    """Return the unescaped path, or None if ``text`` is not an escaped path."""
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
