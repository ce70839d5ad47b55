"""Find out before a build that a disk is too full for it."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

from gomod2bazel.base.counts import readable_size
from gomod2bazel.base.errors import FileError

__all__ = ["check_room"]

_LEAST_CACHE = 64 << 20
"""Bytes without which nothing can be built: less than what a program of one package needs."""

_LITTLE_CACHE = 512 << 20
"""Bytes below which a first build is likely to fail: it takes that much for the standard library and Bazel."""

_LEAST_DESTINATION = 1 << 20
"""Bytes that the smallest program takes."""


def check_room(cache: Path, destination: Path, warn: Callable[[str], None]) -> None:
    """Refuse a build for which there is clearly no room, and warn where there is little.

    Args:
        cache: the folder of all caches, which may be missing.
        destination: where binaries go, which may be missing.
        warn: takes a warning.

    Raises:
        FileError: a disk is full.
    """
    free = _free(cache)
    if free < _LEAST_CACHE:
        hint = "free some space there, or set XDG_CACHE_HOME to a folder on another disk"
        raise FileError(f"no space left for building in {cache}: {readable_size(free)} free", hint=hint)
    room = _free(destination)
    if room < _LEAST_DESTINATION:
        hint = "free some space there, or choose another -destination"
        raise FileError(f"no space left for binaries in {destination}: {readable_size(room)} free", hint=hint)
    if free < _LITTLE_CACHE:
        warn(f"only {readable_size(free)} free in {cache}; a build may need more")


def _free(folder: Path) -> int:
    """Return how many bytes this user may write below a folder; very many where the system does not know."""
    try:
        place = next(path for path in (folder, *folder.absolute().parents) if path.is_dir())
        system = os.statvfs(place)
    except (OSError, StopIteration):
        return 1 << 62
    if not system.f_blocks:
        return 1 << 62
    # Some file systems have no fixed number of files, and report none at all.
    return 0 if system.f_files and not system.f_favail else system.f_bavail * system.f_frsize
