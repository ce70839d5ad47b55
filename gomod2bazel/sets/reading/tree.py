"""A module's files, as they are read for evidence: nothing outside the module, nothing that is not a plain file."""

from __future__ import annotations

import os
import posixpath
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path

from gomod2bazel.base.disk.files import check_shortage

__all__ = ["Tree", "inside"]

# What is further on in a file is data, whatever its name; reading it would only cost time. Bytes.
_LONGEST = 1 << 20

# Files are kept for a second look as long as all of them together are not longer than this. Bytes.
_KEPT = 64 << 20

# What no module's zip holds, and what no evidence is in.
_LEFT_OUT = frozenset((".git", ".hg", ".svn", ".bzr", "vendor", "node_modules"))


@dataclass(slots=False, kw_only=True, eq=False)
class Tree:
    """The files of one module, without those of nested modules, as they are when they are first asked for.

    Links are left out, as they may lead anywhere, and so is what cannot be read. So are names with control characters
    or bytes that are not UTF-8, which no module's zip has (Go Modules Reference, "File path and size constraints"); but
    for Go files, which the go command compiles under any name.

    Attributes:
        root: its folder.
        path: the module path.
        overlay: files that are in place of others, as -overlay has them: both absolute, nothing for one taken away.
        ignore: paths of its go.mod's ignore directives.
    """

    root: Path
    path: str
    overlay: Mapping[str, str] = field(default_factory=dict)
    ignore: tuple[str, ...] = ()
    _kept: dict[str, bytes] = field(default_factory=dict, init=False, repr=False)
    _kept_size: int = field(default=0, init=False, repr=False)

    @cached_property
    def files(self) -> tuple[str, ...]:
        """All files, relative to the root with slashes, sorted."""
        names = set(self._walk())
        for name, actual in self._replaced.items():
            names = names | {name} if actual else names - {name}
        return tuple(sorted(names))

    @cached_property
    def _replaced(self) -> dict[str, str]:
        """The overlay's files of this module, relative to the root."""
        above = f"{self.root}/"
        return {name.removeprefix(above): actual for name, actual in self.overlay.items() if name.startswith(above)}

    @cached_property
    def folders(self) -> frozenset[str]:
        """All folders that hold files, at any depth; the root is the empty name."""
        folders: set[str] = set()
        for file in self.files:
            folder = posixpath.dirname(file)
            while folder not in folders:
                folders.add(folder)
                folder = posixpath.dirname(folder)
        return frozenset(folders)

    def ignores(self, folder: str) -> bool:
        """Whether an ignore directive keeps ``./...`` out of a folder (Go Modules Reference, "ignore directive").

        A path that begins with ``./`` starts at the root, another is anywhere; what is below is ignored too
        (cmd/go/internal/search, IgnorePatterns).
        """
        whole = f"/{folder}/"
        rooted = [f"/{path[2:].strip('/')}/" for path in self.ignore if path.startswith("./")]
        anywhere = [f"/{path.strip('/')}/" for path in self.ignore if not path.startswith("./")]
        return any(map(whole.startswith, rooted)) or any(path in whole for path in anywhere)

    @cached_property
    def go_files(self) -> tuple[str, ...]:
        """The files that some build may read as Go source: the go command ignores names that begin with _ or a dot."""
        return tuple(
            file for file in self.files if file.endswith(".go") and posixpath.basename(file)[0] not in ("_", ".")
        )

    @cached_property
    def files_in(self) -> dict[str, tuple[str, ...]]:
        """The names of the files in each folder."""
        groups: dict[str, list[str]] = {}
        for file in self.files:
            folder, name = posixpath.split(file)
            groups.setdefault(folder, []).append(name)
        return {folder: tuple(names) for folder, names in groups.items()}

    def _walk(self) -> Iterator[str]:
        folders = [""]
        while folders:
            folder = folders.pop()
            files, inner = self._entries(folder)
            # A folder with a go.mod is another module (Go Modules Reference, "Modules, packages, and versions").
            if folder and "go.mod" in files:
                continue
            above = f"{folder}/" if folder else ""
            yield from (above + name for name in files)
            folders += (above + name for name in inner if name not in _LEFT_OUT)

    def _entries(self, folder: str) -> tuple[list[str], list[str]]:
        """Return the names of a folder's files and of its folders; none where it is gone, secret, or too deep."""
        files, folders = [], []
        try:
            with os.scandir(self._location(folder)) as entries:
                for entry in entries:
                    printable = entry.name.isprintable()
                    if entry.is_file(follow_symlinks=False):
                        files += [entry.name] if printable or entry.name.endswith(".go") else []
                    elif printable and entry.is_dir(follow_symlinks=False):
                        folders.append(entry.name)
        except OSError as error:
            # A set must not depend on whether the disk was well when it was looked for.
            check_shortage("list", self._location(folder), error)
            return [], []
        return files, folders

    def _location(self, name: str) -> str:
        return f"{self.root}/{name}" if name else str(self.root)

    def read(self, file: str) -> bytes:
        """Return the first bytes of a file, as many as evidence may need; nothing for one that cannot be read."""
        if file in self._kept:
            return self._kept[file]
        try:
            with open(self._replaced.get(file) or self._location(file), "rb") as stream:  # noqa: PTH123 - a Path for each of many files is slow
                data = stream.read(_LONGEST)
        except OSError as error:
            check_shortage("read", self._location(file), error)
            data = b""
        if self._kept_size + len(data) <= _KEPT:
            self._kept_size += len(data)
            self._kept[file] = data
        return data

    def text(self, file: str) -> str:
        """Return a file's text; what is not UTF-8 is replaced."""
        return self.read(file).decode("utf-8", errors="replace")


def inside(folder: str, ancestor: str) -> bool:
    """Return whether ``folder`` is ``ancestor`` or below it; both relative to the root."""
    return not ancestor or folder == ancestor or folder.startswith(f"{ancestor}/")
