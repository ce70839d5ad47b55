"""The scratch folder of a run: all of its temporary files, owned through a lock, and swept by the next run."""

from __future__ import annotations

import fcntl
import os
import secrets
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from gomod2bazel.base.disk.files import file_errors, remove_tree
from gomod2bazel.base.disk.locks import file_lock
from gomod2bazel.base.errors import FileError

__all__ = ["scratch_folder", "temporary_folder"]

_OWNER = ".owner"
_GATE = ".lock"


@contextmanager
def scratch_folder(root: Path) -> Iterator[Path]:
    """Create a scratch folder that every `tempfile` of this process uses until the end, when it is removed.

    The kernel drops the lock of a run that is killed; the next run removes the folders that nobody holds.

    Args:
        root: The folder of all runs' scratch folders.

    Yields:
        The folder of this run.

    Raises:
        FileError: It cannot be created.
    """
    # The gate is held while a folder has no owner yet, so that no sweep takes it for one that was left behind.
    with file_lock(root / _GATE):
        _sweep(root)
        folder = root / f"{os.getpid()}-{secrets.token_hex(4)}"
        with file_errors("create", folder):
            folder.mkdir(mode=0o700)
            owner = os.open(folder / _OWNER, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        try:
            with file_errors("lock", folder / _OWNER):
                fcntl.flock(owner, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BaseException:
            os.close(owner)
            raise
    former, tempfile.tempdir = tempfile.tempdir, str(folder)
    try:
        yield folder
    finally:
        tempfile.tempdir = former
        # What cannot be removed now is left to the next run.
        with suppress(FileError):
            remove_tree(folder)
        os.close(owner)


@contextmanager
def temporary_folder() -> Iterator[Path]:
    """Create a folder in the scratch folder of this run, which is removed with it at the latest.

    Raises:
        FileError: It cannot be created.
    """
    with file_errors("create a folder in", tempfile.gettempdir()):
        folder = Path(tempfile.mkdtemp(prefix="gomod2bazel-"))
    try:
        yield folder
    finally:
        with suppress(FileError):
            remove_tree(folder)


def _sweep(root: Path) -> None:
    with suppress(OSError):
        for entry in os.scandir(root):
            if entry.name != _GATE and not _is_owned(Path(entry.path)):
                with suppress(FileError):
                    remove_tree(Path(entry.path))


def _is_owned(folder: Path) -> bool:
    """Return whether a run holds ``folder``; one whose owner cannot be asked counts as held."""
    try:
        owner = os.open(folder / _OWNER, os.O_RDWR | os.O_CLOEXEC)
    except FileNotFoundError:
        return False
    except OSError:
        return True
    try:
        fcntl.flock(owner, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        return True
    finally:
        os.close(owner)
    return False
