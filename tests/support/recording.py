"""What a program writes to standard error, with the time of each piece: through a terminal, or through a pipe."""

from __future__ import annotations

import fcntl
import os
import select
import struct
import subprocess
import termios
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

__all__ = ["Recording", "record"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Recording:
    """What was written.

    Attributes:
        code: the exit code.
        pieces: seconds since the start, and what came then.
        seconds: until the end.
    """

    code: int
    pieces: Sequence[tuple[float, str]]
    seconds: float

    @property
    def text(self) -> str:
        """All that was written."""
        return "".join(text for _, text in self.pieces)

    @property
    def silences(self) -> list[tuple[float, float]]:
        """The times in which nothing was written: when each began, and its length."""
        times = [0.0, *(at for at, _ in self.pieces), self.seconds]
        return [(begin, end - begin) for begin, end in pairwise(times)]

    @property
    def longest_silence(self) -> float:
        """Seconds."""
        return max(length for _, length in self.silences)


def record(
    command: Sequence[str], environment: Mapping[str, str], cwd: Path, *, terminal: bool, timeout: float = 600.0
) -> Recording:
    """Run a program and record its standard error; its standard output is dropped.

    Args:
        command: the program and its arguments.
        environment: its variables.
        cwd: its folder.
        terminal: whether standard error is a terminal of 100 columns.
        timeout: seconds.
    """
    reader, writer = os.openpty() if terminal else os.pipe()
    if terminal:
        fcntl.ioctl(writer, termios.TIOCSWINSZ, struct.pack("HHHH", 30, 100, 0, 0))
    began = time.monotonic()
    with subprocess.Popen(
        command,
        env=dict(environment),
        cwd=cwd,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=writer,
    ) as process:
        os.close(writer)
        try:
            pieces = list(_pieces(reader, began, timeout))
        finally:
            os.close(reader)
            if process.poll() is None and time.monotonic() - began > timeout:
                process.kill()
        code = process.wait(60)
    return Recording(code=code, pieces=pieces, seconds=time.monotonic() - began)


def _pieces(reader: int, began: float, timeout: float) -> Iterator[tuple[float, str]]:
    while (passed := time.monotonic() - began) < timeout:
        if not select.select([reader], [], [], timeout - passed)[0]:
            return
        data = b""
        with suppress(OSError):  # a terminal that nobody has open any more
            data = os.read(reader, 1 << 16)
        if not data:
            return
        yield time.monotonic() - began, data.decode(errors="replace")
