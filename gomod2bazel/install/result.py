"""The result file: what a run made, written last and whole. Its formats are those of result_formats.py."""

from __future__ import annotations

import os
from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path

from gomod2bazel.base.disk.partial import partial_name, remove_stale
from gomod2bazel.base.errors import InstallError, UsageError
from gomod2bazel.install.descriptors import descriptor_of, is_writable, write_descriptor
from gomod2bazel.install.destination import reason
from gomod2bazel.install.record import Record, Result, Run
from gomod2bazel.install.result_formats import FORMATS, check_paths, decode, encode

__all__ = ["FORMATS", "check", "check_place", "is_file", "parse", "write", "write_bytes"]

_FLAG = "-result-file"


def check(path: Path, form: str, listed: Iterable[str]) -> None:
    """Find out before anything is built whether a result file can be written.

    Args:
        path: the file to be written.
        form: one of `FORMATS`.
        listed: the paths it will list.

    Raises:
        UsageError: the format is unknown, or cannot hold one of the paths (all such paths are named).
        InstallError: the file cannot be written there.
    """
    check_paths(form, listed)
    check_place(path)


def check_place(path: Path, flag: str = _FLAG) -> None:
    """Find out early whether a result file, or the file of another flag, can be written.

    Raises:
        InstallError: It cannot.
    """
    try:
        why = _in_the_way(path)
    except OSError as error:
        # A name that is too long, a folder that may not be entered.
        why = reason(error)
    if why:
        raise _refusal(path, why, flag)


def is_file(path: Path) -> bool:
    """Return whether a result file stays where it is written: not in a pipe or a device, or appended to some output."""
    return descriptor_of(path) is None and (path.is_file() or not path.exists())


def _in_the_way(path: Path) -> str:
    descriptor = descriptor_of(path)
    if descriptor is not None:
        return "" if is_writable(descriptor) else f"file descriptor {descriptor} is not open for writing"
    if path.is_dir():
        return "it is a folder"
    above = next(p for p in path.absolute().parents if os.path.lexists(p))
    if not above.is_dir():
        return f"{above} is not a folder"
    target = path if path.exists() and not path.is_file() else above
    return "" if os.access(target, os.W_OK, effective_ids=True) else f"{target} is not writable"


def write(path: Path, form: str, records: Iterable[Record], run: Run) -> None:
    """Write the result file: a temporary file in the same folder, synced, then renamed.

    A symlink is written through. What is not a regular file (a pipe) is written to as it is, and so is an open file
    descriptor (``/dev/stdout``), whatever it leads to. A missing parent folder is created.

    Raises:
        UsageError: the format is unknown, or cannot hold one of the paths.
        InstallError: the file cannot be written there; an older one is then left as it was.
    """
    write_bytes(path, encode(form, records, run))


def write_bytes(path: Path, data: bytes, flag: str = _FLAG) -> None:
    """Write a result file, or the file of another flag, as `write` does.

    Raises:
        InstallError: It cannot be written; an older one is then left as it was.
    """
    try:
        descriptor = descriptor_of(path)
        if descriptor is not None:
            if why := _in_the_way(path):
                raise _refusal(path, why, flag)
            write_descriptor(descriptor, data)
        elif path.exists() and not path.is_file():
            path.write_bytes(data)
        else:
            _replace(Path(os.path.realpath(path)), data)
    except OSError as error:
        raise _refusal(path, reason(error), flag) from error


def parse(path: Path, form: str) -> Result:
    """Read a result file back.

    Raises:
        UsageError: it cannot be read, or is not of that format; with FILE:LINE where there are lines.
    """
    try:
        data = path.read_bytes()
    except OSError as error:
        raise UsageError(
            f"cannot read: {reason(error)}", where=str(path), hint="name a result file that -result-file wrote"
        ) from error
    return decode(form, data, str(path))


def _refusal(path: Path, why: str, flag: str) -> InstallError:
    what = flag.lstrip("-").replace("-", " ")
    return InstallError(f"cannot write the {what} {path}: {why}", hint=f"choose another {flag}")


def _replace(path: Path, data: bytes) -> None:
    """Put ``data`` at ``path`` in one step."""
    path.parent.mkdir(parents=True, exist_ok=True)
    temporary = path.parent / partial_name()
    try:
        descriptor = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o666)
        with os.fdopen(descriptor, "wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        temporary.replace(path)
    except BaseException:
        with suppress(OSError):
            temporary.unlink(missing_ok=True)
        raise
    folder = os.open(path.parent, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        os.fsync(folder)
        remove_stale(folder)
    finally:
        os.close(folder)
