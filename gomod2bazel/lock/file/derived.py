"""What a lock file leaves out where it is what other keys tell: names of packages and targets, module information."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

__all__ = ["STANDARD", "import_path", "library_target", "module_lines", "path_in_module"]

STANDARD = "std"
"""In the place of a module's path, for the standard library."""


def import_path(module: str, folder: str) -> str:
    """Return the import path of the package in a module's folder; empty for the root."""
    return f"{module}/{folder}" if folder else module


def path_in_module(module: str, whole: str) -> str:
    """Return what leads from a module's path to an import path in it; ``.`` for the path itself, or empty for none."""
    if whole == module:
        return "."
    return whole[len(module) + 1 :] if whole.startswith(f"{module}/") else ""


def library_target(folder: str, name: str) -> str:
    """Return the usual name of the go_library of a package; empty for a module's root, which has none.

    Args:
        folder: of the package, relative to its module's root.
        name: in its package clause.
    """
    return f"{folder}_lib" if folder and name == "main" else folder


def module_lines(path: str, main: Mapping[str, Any], others: Iterable[Mapping[str, Any]]) -> list[str]:
    """Return the module information of a binary as `modinfo.module_lines` has it, where version control tells nothing.

    Args:
        path: import path of its main package.
        main: the entry of its module in the lock.
        others: entries of the modules that it is linked with.
    """
    lines = [f"path\t{path}", *_lines("mod", main)]
    for module in others:
        lines += _lines("dep", module)
    return lines


def _lines(word: str, module: Mapping[str, Any]) -> list[str]:
    replacement = module.get("replaced_by", "")
    known = "" if module.get("vendored") else module.get("sum", "")
    if not replacement:
        version = module.get("version", "")
        return [f"{word}\t{module['path']}\t{version or '(devel)'}\t{known if version else ''}"]
    path, _, version = replacement.partition("@")
    head = f"{word}\t{module['path']}\t{module.get('version') or '(devel)'}"
    return [head, f"=>\t{path}\t{version or '(devel)'}\t{known if version else ''}", ""]
