"""What other programs say when the machine lacks something: a full disk, a quota, too many open files."""

from __future__ import annotations

import errno
import os
import re
from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path

from gomod2bazel.base.disk.files import hint_for
from gomod2bazel.base.errors import FileError

__all__ = ["full_folder", "shortage_in"]

_LACKS = (
    errno.ENOSPC, errno.EDQUOT, errno.EROFS, errno.EIO, errno.EMFILE, errno.ENFILE, errno.ENOMEM, errno.EAGAIN,
    errno.EACCES,
)  # fmt: skip
_NUMBERS = {os.strerror(number).lower(): number for number in _LACKS}

# Go, Python, Java and C compilers all end with the system's words, or put a name behind them.
_PHRASE = re.compile(
    rf"(?:^|[:\]] |\()(?P<words>{'|'.join(map(re.escape, _NUMBERS))})(?=$|[):;,\"'\\]|\. |\.$)",
    re.IGNORECASE | re.MULTILINE,
)
_DENIED = os.strerror(errno.EACCES).lower()
_FULL = frozenset((errno.ENOSPC, errno.EDQUOT))
_MB = 1 << 20
_LITTLE = 64 * _MB
"""Bytes that are left on a file system that counts as full: what did not fit is larger than what is left."""


def shortage_in(text: str, folders: Iterable[Path] = (), *, denied: bool = False) -> FileError | None:
    """Return the error for a message of a program that failed because of the machine; None where it did not.

    Args:
        text: What the program wrote.
        folders: Where it writes. One on a file system that is full is named; else the line that tells is quoted.
        denied: Whether it counts too that a file may not be read or written.
    """
    match = _PHRASE.search(text)
    if match is None or (match["words"].lower() == _DENIED and not denied):
        return None
    number = _NUMBERS[match["words"].lower()]
    full = full_folder(folders) if number in _FULL else None
    if full is not None:
        return full
    start = text.rfind("\n", 0, match.start("words")) + 1
    end = text.find("\n", match.end())
    line = text[start : end if end >= 0 else None].strip()
    return FileError(line, hint=hint_for(OSError(number, "")))


def full_folder(folders: Iterable[Path]) -> FileError | None:
    """Return the error for the first of some folders of the cache whose file system has hardly any space left."""
    for folder in folders:
        with suppress(OSError):
            file_system = os.statvfs(next(place for place in (folder, *folder.parents) if place.is_dir()))
            free, files = file_system.f_bavail * file_system.f_frsize, file_system.f_favail
            if free < _LITTLE or (files == 0 and file_system.f_files):
                left = f"{free // _MB} MB free" if free < _LITTLE else "no inodes free"
                hint = "free some space there, or set XDG_CACHE_HOME to a folder on another file system"
                return FileError(f"no space left in {folder} ({left})", hint=hint)
    return None
