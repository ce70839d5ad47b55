"""Folders that are made once: whole or not there, whoever else makes them now and wherever they were interrupted.

What is in such a folder holds its own absolute path (scripts, interpreters, run paths), so it cannot be made
elsewhere and renamed. It is made in place under a lock instead, and its last file says that it is complete; a folder
without that file is the rest of an interrupted run, and goes.
"""

from __future__ import annotations

import fcntl
import os
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from gomod2bazel.base.errors import ToolError
from gomod2bazel.base.process.programs import Say

__all__ = ["COMPLETE", "completed", "locked", "make_once"]

COMPLETE = ".complete"
"""The file that is written last; it holds one line of the maker's choice."""


def completed(folder: Path) -> str | None:
    """Return the line its maker left in ``folder``, or None when it does not exist or not complete.

    Raises:
        ToolError: it cannot be read.
    """
    try:
        return (folder / COMPLETE).read_text(encoding="utf-8", errors="replace").strip()
    except (FileNotFoundError, NotADirectoryError):
        return None
    except OSError as error:
        raise _unwritable(folder, error) from error


@contextmanager
def locked(path: Path, say: Say) -> Iterator[None]:
    """Hold the lock of ``path`` until the context ends: the kernel's lock on ``.NAME.lock`` in the same folder.

    Args:
        path: what is to be changed by one process at a time.
        say: called when another process holds the lock.

    Raises:
        ToolError: the folder of the lock cannot be made or written, or the lock cannot be had.
    """
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        handle = os.open(path.parent / f".{path.name}.lock", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o666)
    except OSError as error:
        raise _unwritable(path, error) from error
    try:
        try:
            _lock(handle, path, say)
        except OSError as error:
            raise _unwritable(path, error) from error
        yield
    finally:
        os.close(handle)


def _lock(handle: int, path: Path, say: Say) -> None:
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        say(f"waiting for another process that is setting up {path}")
        fcntl.flock(handle, fcntl.LOCK_EX)


def make_once(folder: Path, say: Say, make: Callable[[Path], str]) -> str:
    """Return the line left in ``folder``, after making it if it is not complete.

    Args:
        folder: where it shall stand.
        say: called when another process is at it.
        make: fills the empty folder it is given and returns the line to leave.

    Raises:
        ToolError: the folder cannot be written, or what ``make`` raises.
    """
    done = completed(folder)
    if done is not None:
        return done
    with locked(folder, say):
        try:
            return _make(folder, make)
        except OSError as error:
            raise _unwritable(folder, error) from error


def _unwritable(path: Path, error: OSError) -> ToolError:
    hint = "free disk space and make it writable, or set XDG_CACHE_HOME to another folder"
    return ToolError(f"cannot set up {path}: {error}", hint=hint)


def _make(folder: Path, make: Callable[[Path], str]) -> str:
    """Make ``folder`` with the lock held, unless another process did while this one waited."""
    done = completed(folder)
    if done is not None:
        return done
    _discard(folder)
    folder.mkdir()
    try:
        line = make(folder)
        _write_last(folder / COMPLETE, line)
    except BaseException:
        _discard(folder)
        raise
    return line


def _discard(folder: Path) -> None:
    """Take an incomplete folder away at once, even if a program of the run that left it still writes there."""
    aside = folder.with_name(f".{folder.name}.discarded-{os.getpid()}")
    with suppress(FileNotFoundError):
        folder.rename(aside)
    # Those of runs that were killed too: this one holds the lock.
    for entry in folder.parent.iterdir():
        if entry.name.startswith(f".{folder.name}.discarded-"):
            shutil.rmtree(entry, ignore_errors=True)


def _write_last(path: Path, line: str) -> None:
    """Write ``line`` so that the file is there with all of it or not at all."""
    partial = path.with_name(path.name + ".partial")
    with partial.open("w", encoding="utf-8") as out:
        out.write(line + "\n")
        out.flush()
        os.fsync(out.fileno())
    partial.replace(path)
