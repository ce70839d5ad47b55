"""Paths that name an open file descriptor of this process: /dev/stdout, /dev/stderr, /dev/fd/N, /proc/self/fd/N."""

from __future__ import annotations

import fcntl
import os
from pathlib import Path

__all__ = ["descriptor_of", "is_writable", "write_descriptor"]

_LONGEST = 40
"""How many symlinks are followed, as by Linux."""


def descriptor_of(path: Path) -> int | None:
    """Return the number of the descriptor that a path names, directly or through symlinks; else None.

    What the descriptor leads to may be a pipe or a socket, which has no path, or a file that the user's shell has
    opened to append to it: to open or to replace its path would be something else than to write to it.
    """
    path = path.absolute()
    for _ in range(_LONGEST):
        folder = Path(os.path.realpath(path.parent))
        if _is_descriptors(folder.parts) and path.name.isdecimal():
            return int(path.name)
        path = folder / path.name
        if not path.is_symlink():
            return None
        path = folder / path.readlink()
    return None


def _is_descriptors(folder: tuple[str, ...]) -> bool:
    """Return whether a folder has the descriptors of this process, as /proc has it for the process and its threads."""
    return folder[:3] == ("/", "proc", str(os.getpid())) and folder[-1] == "fd"


def is_writable(descriptor: int) -> bool:
    """Return whether the user has opened a descriptor for writing.

    Descriptors that the driver itself opens are not inheritable: they are not what the user meant.
    """
    try:
        mode = fcntl.fcntl(descriptor, fcntl.F_GETFL) & os.O_ACCMODE
        return mode != os.O_RDONLY and os.get_inheritable(descriptor)
    except (OSError, OverflowError):
        return False


def write_descriptor(descriptor: int, data: bytes) -> None:
    """Write all data to a descriptor.

    Raises:
        OSError: It cannot be written.
    """
    rest = memoryview(data)
    while rest:
        rest = rest[os.write(descriptor, rest) :]
