"""Files that Bazel made, as they are now: a later build may replace them before they are installed."""

from __future__ import annotations

import os
from contextlib import ExitStack
from pathlib import Path
from types import TracebackType
from typing import Self

from gomod2bazel.base.disk.files import copy_file, file_errors
from gomod2bazel.base.disk.scratch import temporary_folder

__all__ = ["MadeFiles"]

# Of the 1024 that a process usually may open.
_MOST_OPEN = 256


class MadeFiles:
    """Keeps files of Bazel's output folder until the end.

    To build a file again, Bazel removes its name and writes another file. So an open descriptor keeps the content, and
    nothing about the file changes that Bazel looks at. A hard link would change its ctime: Bazel would read it again.
    """

    def __init__(self, *, most_open: int = _MOST_OPEN) -> None:
        self._most_open = most_open
        self._stack = ExitStack()
        self._open = 0
        self._folder: Path | None = None
        self._linked = 0

    def keep(self, file: Path) -> Path:
        """Return a name under which the content of ``file`` can be read until the end.

        Raises:
            FileError: It cannot be read, or not kept.
        """
        if self._open < self._most_open:
            with file_errors("read", file):
                descriptor = os.open(file, os.O_RDONLY | os.O_CLOEXEC)
            self._stack.callback(os.close, descriptor)
            self._open += 1
            return Path(f"/proc/self/fd/{descriptor}")
        return self._link(file)

    def _link(self, file: Path) -> Path:
        if self._folder is None:
            self._folder = self._stack.enter_context(temporary_folder())
        self._linked += 1
        kept = self._folder / str(self._linked)
        try:
            kept.hardlink_to(file)
        except OSError:
            # Not on one file system, or not with one owner.
            copy_file(file, kept)
        return kept

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._stack.close()
