"""The folders of a repository, with their BUILD files and the directives that hold there."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path

from gomod2bazel.base.disk.files import check_shortage
from gomod2bazel.base.documentation import page
from gomod2bazel.base.errors import UsageError
from gomod2bazel.generate.buildfile.directives import Directives, read_directives

__all__ = ["ROOTS", "Folder", "check_root", "find_root", "read_ignored", "read_repository"]

ROOTS = ("MODULE.bazel", "REPO.bazel", "WORKSPACE.bazel", "WORKSPACE")
"""What makes a folder the root of a Bazel workspace."""

# What Bazel reads at the root, and stops at where it is a folder; others it passes over.
_READ = ("MODULE.bazel", "REPO.bazel", ".bazelrc")

_BAZELS_OWN = ("BUILD.bazel", "BUILD")


@dataclass(frozen=True, slots=True, kw_only=True)
class Folder:
    """A folder.

    Attributes:
        path: relative to the repository's root, with slashes; empty for the root.
        files: names of the files in it.
        build_file: name of its BUILD file, or empty.
        text: what that holds.
        directives: what holds here.
        folders: names of the folders in it that are looked into.
    """

    path: str
    files: frozenset[str]
    build_file: str = ""
    text: str = ""
    directives: Directives = field(default_factory=Directives)
    folders: tuple[str, ...] = ()

    @property
    def file_to_write(self) -> str:
        """Name of its BUILD file, or of the one to make: a folder of that name leaves it the other one."""
        name = self.build_file or self.directives.build_file_name
        others = (other for other in _BAZELS_OWN if other not in self.folders)
        return next(others, name) if name in self.folders and name in _BAZELS_OWN else name

    def named(self, name: str) -> str:
        """Return the path of a file in it, relative to the repository's root."""
        return f"{self.path}/{name}" if self.path else name


def check_root(root: Path) -> None:
    """Refuse a repository in which a folder is in the place of a file that Bazel reads.

    Raises:
        UsageError: Bazel would do nothing there; names the folder.
    """
    folder = next((name for name in _READ if (root / name).is_dir()), "")
    if folder:
        raise UsageError(
            f"{folder} is a folder: Bazel reads a file of that name at the root, and builds nothing without it",
            hint="rename the folder",
        )


def find_root(folder: Path) -> Path:
    """Return the root of the Bazel workspace that ``folder`` is in, or ``folder`` itself."""
    places = (folder, *folder.parents)
    return next((place for place in places if any((place / name).is_file() for name in ROOTS)), folder)


def read_repository(root: Path) -> Mapping[str, Folder]:
    """Return the folders of a repository by path, parents first.

    Left out are those that Bazel or nobody looks into: what .bazelignore names, workspaces below this one,
    node_modules, folders whose names begin with a dot, and symbolic links.

    Raises:
        UsageError: a BUILD file is not UTF-8, or has unknown directives; all are reported together.
    """
    ignored = read_ignored(root)
    by_path: dict[str, Folder] = {}
    problems: list[str] = []
    waiting = [("", Directives())]
    while waiting:
        path, inherited = waiting.pop()
        names, folders = _entries(root / path, path)
        if path and not names.isdisjoint(ROOTS):
            continue
        try:
            folder = replace(_read(root, path, names, inherited), folders=tuple(sorted(folders)))
        except UsageError as error:
            problems.append(error.what)
            continue
        by_path[path] = folder
        below = (f"{path}/{name}" if path else name for name in sorted(folders, reverse=True))
        waiting += [(name, folder.directives) for name in below if name not in ignored]
    if problems:
        raise UsageError("\n".join(problems), hint=f"see {page('generate.md#directives')}; no file was written")
    return by_path


def read_ignored(root: Path) -> frozenset[str]:
    """Return the folders that .bazelignore names, relative to the root."""
    try:
        lines = (root / ".bazelignore").read_text(encoding="utf-8", errors="replace").splitlines()
    except OSError as error:
        check_shortage("read", root / ".bazelignore", error)
        return frozenset()
    return frozenset(line.strip().strip("/") for line in lines if line.strip() and not line.startswith("#"))


def _entries(place: Path, path: str) -> tuple[frozenset[str], list[str]]:
    try:
        with os.scandir(place) as scan:
            entries = list(scan)
    except OSError as error:
        check_shortage("list", place, error)
        raise UsageError(f"{path or '.'}: {error.strerror}", hint="gomod2bazel generate [flags] [DIR]") from error
    skipped = (".", "node_modules")
    folders = [
        entry.name
        for entry in entries
        if not entry.name.startswith(skipped[0]) and entry.name != skipped[1] and _is_folder(entry)
    ]
    return frozenset(entry.name for entry in entries if not _is_folder(entry)), folders


def _is_folder(entry: os.DirEntry[str]) -> bool:
    return entry.is_dir(follow_symlinks=False)


def _read(root: Path, path: str, names: frozenset[str], inherited: Directives) -> Folder:
    build_file = next(_candidates(names, inherited), "")
    folder = Folder(path=path, files=names, build_file=build_file, directives=inherited)
    if not build_file:
        return folder
    shown = folder.named(build_file)
    file = root / shown
    if file.is_symlink() and not file.resolve().is_relative_to(root.resolve()):
        raise UsageError(
            f"{shown}: is a symbolic link out of the repository", hint="name a folder inside of the repository"
        )
    try:
        text = file.read_bytes().decode("utf-8")
    except UnicodeDecodeError as error:
        line = file.read_bytes()[: error.start].count(b"\n") + 1
        raise UsageError(f"{shown}:{line}: not UTF-8 text", hint="convert it to UTF-8") from error
    except OSError as error:
        check_shortage("read", file, error)
        raise UsageError(f"{shown}: {error.strerror}", hint="make it readable") from error
    directives = read_directives(text, shown, path, inherited)
    return Folder(path=path, files=names, build_file=build_file, text=text, directives=directives)


def _candidates(names: frozenset[str], directives: Directives) -> Iterator[str]:
    """Yield the names under which a folder's BUILD file may be, as Bazel looks for them."""
    preferred = directives.build_file_name
    first = () if preferred in _BAZELS_OWN else (preferred,)
    yield from (name for name in (*first, *_BAZELS_OWN) if name in names)
