"""Names of files as the disk has them, where the go command could not print them: JSON holds no bytes but UTF-8."""

from __future__ import annotations

import os
import re
from collections.abc import Iterable
from pathlib import Path

__all__ = ["names_on_disk"]

_REPLACED = "\ufffd"
_UNDECODABLE = re.compile("[\udc80-\udcff]")


def names_on_disk(folder: str, names: Iterable[str]) -> tuple[str, ...]:
    """Return file names with the bytes that the go command printed as U+FFFD, one for each (encoding/json).

    Several files can be printed alike: they are taken in the order of the bytes, which is that of the go command.

    Args:
        folder: the folder that the files are in.
        names: as printed; those that are not in the folder stay as they are.
    """
    printed = tuple(names)
    if not any(_REPLACED in name for name in printed):
        return printed
    by_folded_name: dict[str, list[str]] = {}
    for name in sorted(_entries(folder), key=os.fsencode, reverse=True):
        by_folded_name.setdefault(_UNDECODABLE.sub(_REPLACED, name), []).append(name)
    return tuple(by_folded_name[name].pop() if by_folded_name.get(name) else name for name in printed)


def _entries(folder: str) -> list[str]:
    try:
        return [path.name for path in Path(folder).iterdir()]
    except OSError:
        return []
