"""Standard input, output and error: any of them may be closed, full, or read by nobody."""

from __future__ import annotations

import os
import sys
from contextlib import suppress

from gomod2bazel.base.disk.files import file_error
from gomod2bazel.base.errors import FileError

__all__ = ["close_streams", "open_streams", "write_output"]

_HINT = "redirect it to a file, or to a program that reads it"


def open_streams() -> None:
    """Open the null device where a standard stream is closed: a file opened later would get its number.

    What is written to standard output is an error then; messages are lost.

    Raises:
        OSError: The null device cannot be opened.
    """
    for number in range(3):
        try:
            os.fstat(number)
        except OSError:
            # The lowest number that is free: this one.
            os.open(os.devnull, os.O_RDWR)
            os.set_inheritable(number, True)  # noqa: FBT003 - it takes no keywords
    if sys.stderr is None:
        sys.stderr = open(2, "w", encoding="utf-8", errors="backslashreplace", closefd=False)  # noqa: SIM115


def write_output(text: str) -> None:
    """Write data to standard output, at once; names that are not UTF-8 come out as the bytes that they are.

    When the reader has gone, as in ``gomod2bazel list | head -1``, the rest is dropped: that is not a failure, and what
    else the command does is done.

    Raises:
        FileError: It cannot be written.
    """
    out = sys.stdout
    if out is None:
        raise FileError("cannot write standard output: it is closed", hint=_HINT)
    try:
        if hasattr(out, "buffer"):
            out.flush()
            out.buffer.write(text.encode("utf-8", "surrogateescape"))
            out.buffer.flush()
        else:
            out.write(text)
        out.flush()
    except BrokenPipeError:
        _drop(out.fileno())
    except OSError as error:
        _drop(out.fileno())
        raise file_error("write", "standard output", error, _HINT) from error


def close_streams() -> None:
    """Write what the streams still hold; errors can no longer be reported."""
    for stream in (sys.stdout, sys.stderr):
        try:
            if stream is not None:
                stream.flush()
        except (OSError, ValueError):
            with suppress(OSError, ValueError):
                _drop(stream.fileno())


def _drop(descriptor: int) -> None:
    """Send what is still to come to nobody: Python writes what it holds back once more when it ends."""
    null = os.open(os.devnull, os.O_WRONLY | os.O_CLOEXEC)
    try:
        os.dup2(null, descriptor)
    finally:
        os.close(null)
