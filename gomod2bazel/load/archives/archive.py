"""The header of a Go archive: the toolchain and platform it was compiled for, and its build ID.

An archive (ar(5)) begins with the member ``__.PKGDEF``, the export data. Its first line is that of the toolchain
(cmd/internal/objabi, HeaderString), which linker and compiler compare with their own::

    go object linux amd64 go1.26.8 GOAMD64=v1 X:regabiwrappers,regabiargs
    build id "ACTION/CONTENT"

The build ID is written by the go command (cmd/compile, -buildid); the compiler alone writes none. Only the beginning is
read: the rules read the rest once Bazel has the packages that it was compiled against.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

from gomod2bazel.base.disk.files import check_shortage

__all__ = ["Archive", "NoArchiveError", "read_archive"]

_MAGIC = b"!<arch>\n"
_MEMBER = 60  # length of a member's header
_ENOUGH = 4096  # for the lines at the beginning; all experiments of a toolchain take a tenth of it
_HEADER = re.compile(r"go object (\S+) (\S+) (\S+(?: \S+)*?)(?: (GO[A-Z0-9]+=\S+))? X:(\S*)")
_BUILD_ID = re.compile(r'build id "([^"\\]*)"')


class NoArchiveError(ValueError):
    """A file is not a Go archive; the text says why, without naming the file."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Archive:
    """The beginning of a Go archive.

    Attributes:
        goos, goarch: the platform.
        toolchain: version of the compiler, such as go1.26.8.
        arch: NAME=VALUE of the architecture's variable, or empty.
        experiments: those that were on, parted by commas.
        build_id: as the go command wrote it, or empty.
    """

    goos: str
    goarch: str
    toolchain: str
    arch: str
    experiments: str
    build_id: str


def read_archive(path: Path) -> Archive:
    """Read the beginning of an archive.

    Raises:
        NoArchiveError: it is not an archive, or cannot be read.
    """
    try:
        with path.open("rb") as file:
            start = file.read(_ENOUGH)
    except OSError as error:
        check_shortage("read", path, error)
        raise NoArchiveError(f"cannot be read: {error.strerror}") from error
    if not start.startswith(_MAGIC) or not start[len(_MAGIC) :].startswith(b"__.PKGDEF "):
        raise NoArchiveError("is not a Go archive")
    lines = start[len(_MAGIC) + _MEMBER :].split(b"\n\n", 1)[0].split(b"\n")
    head = lines[0].decode("ascii", errors="replace")
    match = _HEADER.fullmatch(head)
    if not match:
        raise NoArchiveError(f"is not a known kind of Go archive: it begins with {head[:80]!r}")
    matches = (_BUILD_ID.fullmatch(line.decode("ascii", errors="replace")) for line in lines[1:])
    return Archive(
        goos=match[1],
        goarch=match[2],
        toolchain=match[3],
        arch=match[4] or "",
        experiments=match[5],
        build_id=next((build_id[1] for build_id in matches if build_id), ""),
    )
