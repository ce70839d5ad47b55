"""Remove what was not used for longest from a disk cache, in the way of Bazel's own garbage collection."""

from __future__ import annotations

import fcntl
import os
import stat
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

__all__ = ["Collected", "collect"]


@dataclass(frozen=True, slots=True)
class Collected:
    """What became of a disk cache.

    Attributes:
        files: How many files were removed.
        size: Their bytes.
        left: The bytes of the other files.
    """

    files: int
    size: int
    left: int


def collect(root: Path, before: float | None, most: int | None, *, dry: bool) -> Collected:
    """Remove files from a disk cache, those that were not used for longest first.

    Args:
        root: The folder of the cache; a missing one is empty.
        before: Seconds since 1970; all files that were not used since then are removed. None for no such limit.
        most: Bytes that the cache may keep; None for no such limit.
        dry: Whether files are only counted.

    Raises:
        OSError: A folder cannot be listed, or a file cannot be removed.
    """
    if not root.is_dir():
        return Collected(0, 0, 0)
    with _alone(root):
        # Action results come before bodies of the same age: no action result is left without its bodies.
        entries = sorted(_entries(root))
        left, files, size = sum(entry[2] for entry in entries), 0, 0
        for used, path, length in entries:
            old = before is not None and used < before
            if not old and (most is None or left <= most):
                break
            if not dry:
                Path(path).unlink(missing_ok=True)
            files, size, left = files + 1, size + length, left - length
    return Collected(files, size, left)


@contextmanager
def _alone(root: Path) -> Iterator[None]:
    """Hold the lock of Bazel's garbage collection: two at once would remove more than is needed."""
    (root / "gc").mkdir(exist_ok=True)
    descriptor = os.open(root / "gc" / "lock", os.O_RDWR | os.O_CREAT | os.O_NOFOLLOW | os.O_CLOEXEC, 0o666)
    try:
        fcntl.lockf(descriptor, fcntl.LOCK_EX)
        yield
    finally:
        os.close(descriptor)


def _entries(root: Path) -> Iterator[tuple[float, str, int]]:
    """Yield time of use, path and size of each action result and body; symlinks are not followed."""
    for kind in ("ac", "cas"):
        for folder in _folders(root / kind):
            for entry in os.scandir(folder):
                with suppress(FileNotFoundError):
                    status = entry.stat(follow_symlinks=False)
                    if stat.S_ISREG(status.st_mode):
                        yield status.st_mtime, entry.path, status.st_size


def _folders(parent: Path) -> list[str]:
    if not parent.is_dir() or parent.is_symlink():
        return []
    return [entry.path for entry in os.scandir(parent) if entry.is_dir(follow_symlinks=False)]
