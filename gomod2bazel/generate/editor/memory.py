"""What earlier answers read of files, so that only those are read again that changed."""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from gomod2bazel import __version__
from gomod2bazel.base.disk.files import write_file
from gomod2bazel.base.errors import Gomod2bazelError

__all__ = ["FileMemory"]

# Changes when facts of the same files are others.
_FORMAT = 2

_FEW = 10_000
"""Facts of so many files may always be kept."""


@dataclass(slots=True, kw_only=True)
class FileMemory:
    """Facts of files, by path.

    Attributes:
        path: the file it is kept in.
        known: for each path the file's state, and what was read of it.
        used: what this run asked for.
        changed: whether this run read anything.
    """

    path: Path
    known: dict[str, Any]
    used: dict[str, Any] = field(default_factory=dict)
    changed: bool = False

    @classmethod
    def read(cls, folder: Path, *names: str) -> FileMemory:
        """Return the memory that ``names`` tell from others; one that cannot be read is empty."""
        key = hashlib.sha256("\0".join((str(_FORMAT), __version__, *names)).encode(errors="surrogateescape"))
        path = folder / f"editor-{key.hexdigest()[:32]}.json"
        try:
            known = json.loads(path.read_bytes())
        except (OSError, ValueError):
            known = {}
        return cls(path=path, known=known if isinstance(known, dict) else {})

    def facts(self, path: str, read: Callable[[str], Any], key: str = "") -> Any:
        """Return what ``read`` returns for a file, which is plain data; None where there is no such file.

        Args:
            path: the file's.
            read: takes the path.
            key: what the facts depend on in addition to the file.
        """
        entry = self.used.get(path)
        if entry is not None:
            return entry[1]
        try:
            stat = os.stat(path)  # noqa: PTH116 - thousands of them in an answer
        except OSError:
            return None
        state = [stat.st_ino, stat.st_size, stat.st_mtime_ns, key]
        entry = self.known.get(path)
        if entry is None or entry[0] != state:
            self.changed = True
            try:
                entry = [state, read(path)]
            except OSError:
                return None
        self.used[path] = entry
        return entry[1]

    def save(self) -> None:
        """Keep all facts if this run read anything; an answer does not fail for a full disk.

        What only other patterns need is kept until most of the memory is of that kind.
        """
        if self.changed:
            few = len(self.known) < 4 * len(self.used) + _FEW
            kept = {**self.known, **self.used} if few else self.used
            with suppress(Gomod2bazelError):
                write_file(self.path, json.dumps(kept, separators=(",", ":")))
