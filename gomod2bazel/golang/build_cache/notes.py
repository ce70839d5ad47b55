"""What goes wrong with a cache: printed once for each kind, as no build fails because of it."""

from __future__ import annotations

import threading
from collections.abc import Callable
from pathlib import Path

from gomod2bazel.base.disk.files import hint_for
from gomod2bazel.base.process.message import warning

__all__ = ["Notes"]


class Notes:
    """Prints each kind of problem the first time that it occurs; threads may use it.

    Args:
        write: Takes text for standard error.
    """

    def __init__(self, write: Callable[[str], object]) -> None:
        self._write = write
        self._lock = threading.Lock()
        self._printed: set[str] = set()

    def once(self, kind: str, text: str, hint: str = "") -> None:
        """Print a problem with what helps, unless one of its kind was printed."""
        with self._lock:
            if kind not in self._printed:
                self._printed.add(kind)
                self._write(warning(text, hint=hint).line())

    def disk(self, doing: str, root: Path, error: OSError) -> None:
        """Print that a disk cache cannot be used.

        Args:
            doing: "read" or "write".
            root: The folder of the cache.
            error: The system's error.
        """
        reason = error.strerror or str(error)
        where = f" ({error.filename})" if error.filename else ""
        consequence = "what it has is compiled again" if doing == "read" else "what is compiled now is not kept"
        self.once(doing, f"cannot {doing} the disk cache {root}: {reason}{where}; {consequence}", hint_for(error))
