"""Versions in a goproxy hierarchy: which are whole, which a list file names, and in which order."""

from __future__ import annotations

import os
from collections.abc import Collection, Iterable, Iterator
from itertools import islice
from pathlib import Path

from gomod2bazel.base.disk.files import walk
from gomod2bazel.base.errors import UsageError
from gomod2bazel.base.version import Precedence, check_path, escape, is_exact, is_pseudo, precedence, unescape

__all__ = ["FILES", "list_text", "module_folders", "near_modules", "versions_folder", "whole_versions"]

FILES = (".info", ".mod", ".zip")
"""What a version consists of (Go Modules Reference, "GOPROXY protocol")."""


# What is named as a source may be a folder of thousands of modules, or of anything.
_LOOKED_AT = 5000


def versions_folder(module: str) -> str:
    """Return the folder of a module's versions, relative to the hierarchy's root."""
    return f"{escape(module)}/@v"


def whole_versions(names: Collection[str]) -> tuple[list[str], list[str]]:
    """Return the versions that have all of `FILES`, and those that have some, from names of files in one folder."""
    suffixes: dict[str, set[str]] = {}
    for name in names:
        stem, dot, suffix = name.rpartition(".")
        version = _unescaped(stem)
        if f"{dot}{suffix}" in FILES and version and is_exact(version):
            suffixes.setdefault(version, set()).add(f"{dot}{suffix}")
    ordered = sorted(suffixes, key=_order)
    return [v for v in ordered if len(suffixes[v]) == len(FILES)], [v for v in ordered if len(suffixes[v]) < len(FILES)]


def list_text(versions: Iterable[str]) -> str:
    """Return the content of a list file."""
    named = {version for version in versions if not is_pseudo(version)}
    return "".join(f"{version}\n" for version in sorted(named, key=_order))


def _order(version: str) -> tuple[Precedence, str]:
    return precedence(version), version


def module_folders(root: Path) -> Iterator[tuple[str, Path]]:
    """Yield each module of a hierarchy with its folder of versions, by path; symbolic links are not followed."""
    for folder, folders, _ in walk(root):
        folders.sort()
        if "@v" not in folders:
            continue
        folders.remove("@v")
        versions = Path(folder, "@v")
        module = _unescaped(Path(folder).relative_to(root).as_posix())
        if module and not versions.is_symlink():
            yield module, versions


def near_modules(root: Path) -> Iterator[str]:
    """Yield modules of a hierarchy for a hint: those in the first `_LOOKED_AT` folders, whatever cannot be listed.

    Args:
        root: The hierarchy's root; it need not exist.
    """
    for folder, folders, _ in islice(os.walk(root), _LOOKED_AT):
        folders.sort()
        if "@v" in folders:
            folders.remove("@v")
            module = _unescaped(Path(folder).relative_to(root).as_posix())
            yield from [module] if module else []


def _unescaped(text: str) -> str:
    """Return the path or version that ``text`` is the escaped form of; nothing where it is of none."""
    try:
        plain = unescape(text)
        return plain if is_exact(plain) else check_path(plain)
    except UsageError:
        return ""
