"""A copy of a repository's runfiles in which a test works as in a checkout: files are not links, and can be written."""

from __future__ import annotations

import os
import shutil
from collections.abc import Container, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

__all__ = ["WorkingCopy", "copy_runfiles"]

# Larger files stay links.
LARGE = 16 << 20


@dataclass
class WorkingCopy:
    """The copy.

    Attributes:
        top: The folder that stands for the repository's root.
        folder: The test's folder.
        states: What the copied files were: time and size, by their paths below `top`.
    """

    top: Path
    folder: Path
    states: dict[str, tuple[int, int]] = field(default_factory=dict)

    def add(self, source: Path, without: Container[str] = ()) -> None:
        """Copy the files in a folder and below to the same places.

        Args:
            source: The folder.
            without: The paths of folders below it that are left out.
        """
        self._add(str(source), "", without)

    def _add(self, source: str, path: str, without: Container[str]) -> None:
        target = f"{self.top}/{path}"
        os.makedirs(target, exist_ok=True)
        with os.scandir(source) as entries:
            for entry in entries:
                below = f"{path}/{entry.name}" if path else entry.name
                if entry.is_dir():
                    if entry.path not in without:
                        self._add(entry.path, below, without)
                elif entry.is_file():
                    self._copy(entry, below)

    def _copy(self, entry: os.DirEntry[str], path: str) -> None:
        state, target = entry.stat(), f"{self.top}/{path}"
        if state.st_size > LARGE:
            os.symlink(entry.path, target)
            return
        shutil.copyfile(entry.path, target)
        os.chmod(target, state.st_mode & 0o777 | 0o200)
        os.utime(target, ns=(state.st_atime_ns, state.st_mtime_ns))
        self.states[path] = state.st_mtime_ns, state.st_size

    def written(self) -> Iterator[str]:
        """Yield what a test writes in a checkout to stay: files that it changed, and new ones in its folder testdata.

        Yields:
            paths below `top`.
        """
        for path, (time, size) in self.states.items():
            try:
                state = os.stat(f"{self.top}/{path}")
            except OSError:
                continue
            if (state.st_mtime_ns, state.st_size) != (time, size):
                yield path
        for folder, _, names in os.walk(self.folder / "testdata"):
            for path in (os.path.relpath(os.path.join(folder, name), self.top) for name in names):
                if path not in self.states and not os.path.islink(f"{self.top}/{path}"):
                    yield path

    def write_back(self, workspace: Path) -> list[str]:
        """Copy to the sources what the test wrote, and return the paths of these files.

        Args:
            workspace: The root of the repository. Files that are not there, as rules generate them, or that
                cannot be written, are left out.
        """
        done = []
        for path in self.written():
            source, target = self.top / path, workspace / path
            if path not in self.states:
                target.parent.mkdir(parents=True, exist_ok=True)
            elif not os.access(target, os.W_OK) or target.read_bytes() == source.read_bytes():
                continue
            shutil.copyfile(source, target)
            done.append(path)
        return done


def copy_runfiles(root: Path, settings: Mapping[str, Any], copy: Path) -> WorkingCopy:
    """Copy the repository's part of the runfiles.

    The names of sources, which -trimpath makes import paths, lead from the test's folder to the module's files.

    Args:
        root: The folder of runfiles.
        settings: Those of the test.
        copy: An empty folder.
    """
    top = settings["folder"].partition("/")[0]
    for other in root.iterdir():
        if other.name != top:
            (copy / other.name).symlink_to(other)
    working_copy = WorkingCopy(top=copy / top, folder=copy / settings["folder"])
    # With --legacy_external_runfiles, other repositories are here once more: modules, and the SDK.
    external = root / top / "external"
    others = [other for other in external.iterdir() if (root / other.name).is_dir()] if external.is_dir() else []
    working_copy.add(root / top, without={str((root / settings["program"]).parent), *map(str, others)})
    for other in others:
        (working_copy.top / "external" / other.name).symlink_to(root / other.name)
    folder, module = working_copy.folder, settings["module"]
    folder.mkdir(parents=True, exist_ok=True)
    below = settings["importpath"].removeprefix(module).strip("/")
    link = folder / module
    if module and not link.exists():
        link.parent.mkdir(parents=True, exist_ok=True)
        link.symlink_to(folder.parents[below.count("/")] if below else folder)
    return working_copy
