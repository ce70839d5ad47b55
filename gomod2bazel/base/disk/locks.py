"""Locks on files: the kernel's own (flock(2)), which end with the process that holds them."""

from __future__ import annotations

import fcntl
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from gomod2bazel.base.disk.files import file_errors, make_folder

__all__ = ["file_lock", "try_file_lock"]


@contextmanager
def file_lock(path: Path, *, shared: bool = False, waiting: Callable[[], None] | None = None) -> Iterator[None]:
    """Hold the lock of a file; the file itself stays.

    Args:
        path: The file, created when missing; so is its folder.
        shared: Whether others may hold it too, if shared.
        waiting: Called once when another process holds the lock, before waiting for it.

    Raises:
        FileError: The file cannot be opened or locked.
    """
    kind = fcntl.LOCK_SH if shared else fcntl.LOCK_EX
    with _opened(path) as descriptor:
        if not _take(path, descriptor, kind | fcntl.LOCK_NB):
            if waiting:
                waiting()
            _take(path, descriptor, kind)
        yield


@contextmanager
def try_file_lock(path: Path) -> Iterator[bool]:
    """Hold the lock of a file as `file_lock` does if no other process has it; yield whether it is held.

    Raises:
        FileError: The file cannot be opened or locked.
    """
    with _opened(path) as descriptor:
        yield _take(path, descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)


@contextmanager
def _opened(path: Path) -> Iterator[int]:
    make_folder(path.parent)
    with file_errors("lock", path):
        descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o666)
    try:
        yield descriptor
    finally:
        os.close(descriptor)


def _take(path: Path, descriptor: int, kind: int) -> bool:
    """Take a lock; return False when another process has it and ``kind`` does not wait."""
    with file_errors("lock", path):
        try:
            fcntl.flock(descriptor, kind)
        except BlockingIOError:
            return False
    return True
