"""What of the caches can be removed by itself, and when it was last used."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from gomod2bazel.base.disk.caches import Caches

__all__ = ["Item", "cached_items", "size_of"]

_OUTPUT_BASE = re.compile(r"[0-9a-f]{32}")


@dataclass(frozen=True, slots=True)
class Item:
    """Files and folders that belong together.

    Attributes:
        paths: All of them.
        used: When a run last used them, in seconds since 1970.
    """

    paths: tuple[Path, ...]
    used: float


def cached_items(caches: Caches) -> Iterator[Item]:
    """Yield what can be removed while no other run uses the caches, and no Bazel server runs.

    What is not among it is small, or bounded in other ways.
    """
    yield from _module_caches(caches.modules)
    # Bazel writes this file with each command.
    for folder in _entries(caches.bazel):
        if _OUTPUT_BASE.fullmatch(folder.name):
            yield Item((folder,), max(_time(folder), _time(folder / "command.log")))
    for parent in (caches.runs, caches.hints, caches.overlays, caches.toolexec):
        # A run that needs one of them again writes it again.
        for path in _entries(parent):
            yield Item((path,), _time(path))


def size_of(path: Path) -> int:
    """Return the bytes of a file, or of all files in a folder; what cannot be read has none."""
    if not path.is_dir() or path.is_symlink():
        return _size(path)
    return sum(_size(Path(folder, name)) for folder, _, names in os.walk(path) for name in names)


def _module_caches(parent: Path) -> Iterator[Item]:
    """Yield the module caches of each list of sources, with their records."""
    entries = _entries(parent)
    for lock in entries:
        if lock.suffix == ".lock":
            name = re.compile(re.escape(lock.stem) + r"(-\d+|\.\w+)?")
            # Opening the caches marks their lock.
            yield Item(tuple(path for path in entries if name.fullmatch(path.name)), _time(lock))


def _entries(folder: Path) -> list[Path]:
    with suppress(FileNotFoundError):
        return sorted(folder.iterdir())
    return []


def _time(path: Path) -> float:
    with suppress(FileNotFoundError):
        return path.lstat().st_mtime
    return 0.0


def _size(path: Path) -> int:
    with suppress(OSError):
        return path.lstat().st_size
    return 0
