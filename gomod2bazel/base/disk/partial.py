"""Names of temporary files in the user's folders: they distinguish files of a killed run from those of a running one.

Such a file is renamed within its folder, so it cannot be in a scratch folder that may be on another disk. Its name says
which process writes it, and on which system that process runs.
"""

from __future__ import annotations

import hashlib
import os
import re
import secrets
import time
from contextlib import suppress
from functools import cache
from pathlib import Path

__all__ = ["partial_name", "remove_stale"]

_NAME = re.compile(r"\.gomod2bazel-([0-9a-f]{8})-(\d+)-[0-9a-f]{16}\.tmp")

_DAY = 24 * 60 * 60


def partial_name() -> str:
    """Return a name that nobody can guess for a temporary file of this process."""
    return f".gomod2bazel-{_system()}-{os.getpid()}-{secrets.token_hex(8)}.tmp"


def remove_stale(folder: int) -> None:
    """Remove the temporary files that killed runs left in a folder; what cannot be removed is left to a later run.

    Of another system or boot it is not known whether the process runs; its files are stale after a day.

    Args:
        folder: A descriptor of the folder.
    """
    with suppress(OSError):
        for name in os.listdir(folder):
            match = _NAME.fullmatch(name)
            if match and _is_stale(folder, name, match[1], int(match[2])):
                with suppress(OSError):
                    os.unlink(name, dir_fd=folder)


def _is_stale(folder: int, name: str, system: str, process: int) -> bool:
    if system != _system():
        with suppress(OSError):
            return time.time() - os.stat(name, dir_fd=folder, follow_symlinks=False).st_mtime > _DAY
        return False
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return True
    except OSError:
        return False
    return False


@cache
def _system() -> str:
    """Return what tells this boot of this machine, and this namespace of process numbers, from others."""
    known = os.uname().nodename
    with suppress(OSError):
        known += Path("/proc/sys/kernel/random/boot_id").read_text(encoding="ascii")
    with suppress(OSError):
        known += str(Path("/proc/self/ns/pid").readlink())
    return hashlib.sha256(known.encode("utf-8", "surrogateescape")).hexdigest()[:8]
