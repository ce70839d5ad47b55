"""What other programs say when the machine lacks something: a full disk, a quota, too many open files."""

from __future__ import annotations

import errno
import os
import re
from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path

from gomod2bazel.base.disk.files import file_error, hint_for
from gomod2bazel.base.errors import FileError

__all__ = ["shortage_in"]

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
_LITTLE = 1 << 20
"""Bytes that are left on a file system that counts as full."""


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
    full = next((folder for folder in folders if number in _FULL and _is_full(folder)), None)
    if full is not None:
        return file_error("write below", full, OSError(number, os.strerror(number)))
    start = text.rfind("\n", 0, match.start("words")) + 1
    end = text.find("\n", match.end())
    line = text[start : end if end >= 0 else None].strip()
    return FileError(line, hint=hint_for(OSError(number, "")))


def _is_full(folder: Path) -> bool:
    with suppress(OSError):
        file_system = os.statvfs(next(place for place in (folder, *folder.parents) if place.is_dir()))
        return file_system.f_bavail * file_system.f_frsize < _LITTLE or file_system.f_favail == 0
    return False
