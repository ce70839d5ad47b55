"""Folders that newer ones have replaced: marked, left alone while a run may use them, and removed when none does."""

from __future__ import annotations

from contextlib import suppress
from pathlib import Path

from gomod2bazel.base.disk.cache_lock import caches_unused
from gomod2bazel.base.disk.files import remove_tree, write_file
from gomod2bazel.base.errors import FileError

__all__ = ["remove_retired", "retire"]

_MARKERS = ".retired"


def retire(folder: Path) -> None:
    """Mark a folder that no run that begins from now on uses.

    Raises:
        FileError: The mark cannot be written.
    """
    write_file(folder.parent / _MARKERS / folder.name, "")


def remove_retired(parent: Path, root: Path) -> None:
    """Remove the marked folders in ``parent``, unless a run is left that may use them.

    Args:
        parent: The folder that holds them.
        root: The folder of all caches, whose lock the runs hold.
    """
    markers = parent / _MARKERS
    # What cannot be removed now is left to a later run.
    with suppress(FileError, OSError):
        marked = sorted(markers.iterdir())
        if not marked:
            return
        with caches_unused(root) as unused:
            for marker in marked if unused else ():
                remove_tree(parent / marker.name)
                marker.unlink(missing_ok=True)
