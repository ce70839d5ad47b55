"""Read INPUT in each of its forms; files decide which of them a text is."""

from __future__ import annotations

import os
import posixpath
from pathlib import Path

from gomod2bazel.base.disk.files import read_text
from gomod2bazel.base.disk.working_folder import folder_name
from gomod2bazel.base.errors import UsageError
from gomod2bazel.base.near_names import did_you_mean
from gomod2bazel.base.version import unescape
from gomod2bazel.options.module_input import Input, ModuleInput, TreeInput, parse_module

__all__ = ["read_input"]

_FORMS = (
    "name a folder of a module, a .mod file in a goproxy hierarchy, or a module or package such as example.com/m/cmd/x"
)


def read_input(text: str, cwd: Path) -> Input:
    """Read INPUT: once, where the command line is read.

    Args:
        text: INPUT as the user wrote it.
        cwd: The user's working folder.

    Raises:
        UsageError: It has none of the forms, or names a folder that is not in a module.
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
    if path.name == "go.mod":
        return _tree(text, path.parent)
    is_local = text.startswith((".", "/"))
    if "@" in text and not is_local:
        return parse_module(text)
    if path.is_dir():
        return _tree(text, path) if (path / "go.mod").is_file() else _package(text, path)
    if text.endswith(".go") and path.is_file():
        return _package(text, path.parent)
    folder = path.parent
    if path.name == "..." and folder.is_dir():
        return _package(text, folder, is_pattern=True)
    near = _near(text, path)
    if is_local:
        raise UsageError(f"{text}: no such file or folder", hint=near or _missing_hint(text, cwd))
    try:
        return parse_module(text)
    except UsageError as error:
        raise UsageError(error.what, hint=near or error.hint) from error


def _near(text: str, path: Path) -> str:
    """Return a hint that names the folders and files a misspelt path may mean, or nothing."""
    name = os.path.normpath(text)
    before = f"./{posixpath.dirname(name)}/".replace("//", "/") if not text.startswith(("/", "..")) else ""
    names = [entry.name for entry in path.parent.iterdir()] if path.parent.is_dir() and before else []
    return did_you_mean(path.name, (name for name in names if not name.startswith(".")), before)


def _missing_hint(text: str, cwd: Path) -> str:
    """Return what helps against a path that leads nowhere."""
    name, at, version = text.partition("@")
    if at and (cwd / name).is_dir():
        return f"omit @{version}: a folder is built as it is, and versions are those of module paths"
    if "..." in text:
        return "only a final /... is supported: ./... or ./cmd/..."
    return "name a folder of a module, its go.mod, or a module path"


def _tree(text: str, root: Path) -> TreeInput:
    if not (root / "go.mod").is_file():
        raise UsageError(
            f"no go.mod in {root}", hint="name a module tree's go.mod, or a module path such as example.com/m"
        )
    return TreeInput(text=text, root=folder_name(root))


def _package(text: str, folder: Path, *, is_pattern: bool = False) -> TreeInput:
    """Return the INPUT for a folder of a module: the one whose go.mod is nearest, as for the go command.

    Raises:
        UsageError: No go.mod is in a folder above.
    """
    folder = folder_name(folder)
    root = next((place for place in (folder, *folder.parents) if (place / "go.mod").is_file()), None)
    if root is None:
        raise UsageError(
            f"no go.mod in {folder}, nor in a folder above it",
            hint="name a folder of a module, or a module path such as example.com/m",
        )
    place = folder.relative_to(root).as_posix()
    if is_pattern:
        # All packages of the module: as the module itself.
        return TreeInput(text=text, root=root, package="" if place == "." else f"{place}/...")
    return TreeInput(text=text, root=root, package=place)


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
