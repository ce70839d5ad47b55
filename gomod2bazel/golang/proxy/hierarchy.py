"""Versions in a goproxy hierarchy: which are whole, which a list file names, and in which order."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator
from pathlib import Path

from gomod2bazel.base.disk.files import walk
from gomod2bazel.base.errors import UsageError
from gomod2bazel.base.version import check_path, escape, is_exact, unescape

__all__ = ["FILES", "is_pseudo", "list_text", "module_folders", "precedence", "versions_folder", "whole_versions"]

FILES = (".info", ".mod", ".zip")
"""What a version consists of (Go Modules Reference, "GOPROXY protocol")."""

# golang.org/x/mod/module, IsPseudoVersion.
_PSEUDO = re.compile(r"v[0-9]+\.(0\.0-|\d+\.\d+-([^+]*\.)?0\.)\d{14}-[A-Za-z0-9]+(\+incompatible)?")


def is_pseudo(version: str) -> bool:
    """Tell whether a version names a commit without a tag; list files do not have those."""
    return _PSEUDO.fullmatch(version) is not None


def precedence(version: str) -> tuple[object, ...]:
    """Return what orders exact versions (Semantic Versioning 2.0.0, 11)."""
    numbers, _, before = version.removeprefix("v").partition("+")[0].partition("-")
    parts = [(0, int(part), "") if part.isdecimal() else (1, 0, part) for part in before.split(".") if part]
    # A version is after those that come before it.
    return (*(int(number) for number in numbers.split(".")), not before, parts, version)


def versions_folder(module: str) -> str:
    """Return the folder of a module's versions, relative to the hierarchy's root."""
    return f"{escape(module)}/@v"


def whole_versions(names: Collection[str]) -> tuple[list[str], list[str]]:
    """Return the versions that have all of `FILES`, and those that have some, from names of files in one folder."""
    found: dict[str, set[str]] = {}
    for name in names:
        stem, dot, suffix = name.rpartition(".")
        version = _unescaped(stem)
        if f"{dot}{suffix}" in FILES and version and is_exact(version):
            found.setdefault(version, set()).add(f"{dot}{suffix}")
    ordered = sorted(found, key=precedence)
    return [v for v in ordered if len(found[v]) == len(FILES)], [v for v in ordered if len(found[v]) < len(FILES)]


def list_text(versions: Iterable[str]) -> str:
    """Return the content of a list file."""
    named = {version for version in versions if not is_pseudo(version)}
    return "".join(f"{version}\n" for version in sorted(named, key=precedence))


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


def _unescaped(text: str) -> str:
    """Return the path or version that ``text`` is the escaped form of; nothing where it is of none."""
    try:
        plain = unescape(text)
        return plain if is_exact(plain) else check_path(plain)
    except UsageError:
        return ""
