"""TOML files that users write."""

from __future__ import annotations

import os
import re
import stat
import tomllib
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from gomod2bazel.base.disk.files import check_shortage, file_errors
from gomod2bazel.base.errors import UsageError

__all__ = ["TomlFile"]

# Thousands of tables fit; what is larger is another file by mistake. Bytes.
_LARGEST = 1 << 20


@dataclass(frozen=True, slots=True, kw_only=True)
class TomlFile:
    """A TOML file.

    Attributes:
        path: where it is.
        shown: what messages call it.
        named: whether the user named it, so that it has to exist.
        hint: what to do about a file of another kind.
    """

    path: Path
    shown: str
    named: bool
    hint: str

    def text(self) -> str:
        """Return the file's text, with line feeds alone; nothing when it does not exist and need not.

        Raises:
            UsageError: it cannot be read, or is not a text file.
        """
        try:
            # Without O_NONBLOCK a pipe nobody writes to would hold the run up before it is seen to be one.
            descriptor = os.open(self.path, os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC)
        except OSError as error:
            check_shortage("read", self.path, error)
            if isinstance(error, FileNotFoundError) and not self.named and not self.path.is_symlink():
                return ""
            raise UsageError(f"cannot be read: {error.strerror}", where=self.shown, hint="make it readable") from error
        if not stat.S_ISREG(os.fstat(descriptor).st_mode):
            os.close(descriptor)
            raise UsageError("is not a plain file", where=self.shown, hint=self.hint)
        with file_errors("read", self.path), os.fdopen(descriptor, "rb") as file:
            data = file.read(_LARGEST + 1)
        if len(data) > _LARGEST:
            raise UsageError(f"is larger than {_LARGEST} bytes", where=self.shown, hint=self.hint)
        try:
            # Some editors begin a file with a byte order mark.
            return data.decode("utf-8-sig").replace("\r\n", "\n")
        except UnicodeDecodeError as error:
            line = data.count(b"\n", 0, error.start) + 1
            raise UsageError("is not UTF-8", where=f"{self.shown}:{line}", hint="convert it to UTF-8") from error

    def parse(self, text: str, hint: str) -> dict[str, Any]:
        """Return the content of the file.

        Args:
            text: its text.
            hint: what to do if it is not TOML.

        Raises:
            UsageError: it is not TOML; with FILE:LINE.
        """
        try:
            return tomllib.loads(text)
        except ValueError as error:
            what, line = str(error), re.search(r" \(at line (\d+), column \d+\)$", str(error))
            where = f"{self.shown}:{line[1]}" if line else self.shown
            raise UsageError(
                f"is not TOML: {what[: line.start()] if line else what}", where=where, hint=hint
            ) from error
        except RecursionError as error:
            raise UsageError("is nested too deeply", where=self.shown, hint=hint) from error
