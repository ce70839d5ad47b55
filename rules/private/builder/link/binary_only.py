"""Take the archive of a binary-only package: part it in two, once it fits the packages that it was compiled against.

Usage: ``python binary_only.py PARAMS``. PARAMS holds one ``key=value`` a line: ``importpath``; ``name``, what messages
call the archive; ``given``, the archive; ``export`` and ``archive``, files to write; ``shared``, 1 where code must run
anywhere in memory; and ``imports``, ``PATH=FILE`` for the export data of each package that it may import.

The compiler writes a fingerprint of its export data at its end, and into every object those of the packages that it
imported (section Autolib). Equal fingerprints mean the same export data; the linker compares them too, but stops at the
first that differs. Formats: cmd/internal/goobj, cmd/internal/archive, cmd/compile/internal/noder/doc.go.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import NamedTuple

__all__ = ["RefusedError", "check", "imported", "members", "take"]

_MAGIC = b"!<arch>\n"
_HEADER = 60
_EXPORT, _OBJECT = "__.PKGDEF", "_go_.o"
_GOOBJ = b"\x00go120ld"
_FINGERPRINT = 8
_SHARED = 1  # ObjFlagShared
_END_OF_EXPORT = b"\n$$\n"
_REBUILD = "rebuild the archive for this build, or use the versions that it was built with"


class RefusedError(Exception):
    """An archive cannot be used; the text says why, without naming it."""


class Member(NamedTuple):
    """A part of an archive: its name, and its bytes without and with its header."""

    name: str
    content: bytes
    whole: bytes


def members(data: bytes) -> Iterator[Member]:
    """Yield the members of an archive (ar(5)).

    Raises:
        RefusedError: it is not an archive, or ends too early.
    """
    if not data.startswith(_MAGIC):
        raise RefusedError("is not an archive")
    at = len(_MAGIC)
    while at < len(data):
        header = data[at : at + _HEADER]
        size = header[48:58].strip()
        start = at + _HEADER
        if len(header) < _HEADER or header[58:] != b"`\n" or not size.isdigit() or start + int(size) > len(data):
            raise RefusedError("is damaged: a member ends after the end of the archive")
        end = start + int(size)
        name = header[:16].decode("ascii", errors="replace").strip()
        yield Member(name, data[start:end], data[at : end + int(size) % 2])
        at = end + int(size) % 2


def fingerprint(export: bytes) -> bytes:
    """Return the fingerprint at the end of export data, the content of a member.

    Raises:
        RefusedError: it ends otherwise.
    """
    if not export.endswith(_END_OF_EXPORT) or len(export) < _FINGERPRINT + len(_END_OF_EXPORT):
        raise RefusedError("has unterminated export data")
    return export[: -len(_END_OF_EXPORT)][-_FINGERPRINT:]


def imported(object_file: bytes) -> tuple[dict[str, bytes], int]:
    """Return the packages that an object was compiled against, with the fingerprint of each, and the object's flags.

    Raises:
        RefusedError: it is not an object of a Go that this program knows.
    """
    _, mark, data = object_file.partition(b"\n!\n")
    if not mark or not data.startswith(_GOOBJ):
        raise RefusedError("has an object of an unknown format")
    flags = _number(data, len(_GOOBJ) + _FINGERPRINT)
    offsets = len(_GOOBJ) + _FINGERPRINT + 4
    start, end = _number(data, offsets), _number(data, offsets + 4)
    if not start <= end <= len(data) or (end - start) % 16:
        raise RefusedError("has a damaged object")
    fingerprints = {}
    for at in range(start, end, 16):
        length, where = _number(data, at), _number(data, at + 4)
        if where + length > len(data):
            raise RefusedError("has a damaged object")
        fingerprints[data[where : where + length].decode("utf-8", errors="replace")] = data[at + 8 : at + 16]
    return fingerprints, flags


def _number(data: bytes, at: int) -> int:
    if at + 4 > len(data):
        raise RefusedError("has a damaged object")
    return int.from_bytes(data[at : at + 4], "little")


def check(parts: Sequence[Member], exports: dict[str, bytes], *, shared: bool) -> list[str]:
    """Return all that counts against an archive; nothing where it fits.

    Args:
        parts: its members.
        exports: the archive with export data of each package that it may import, by import path.
        shared: whether its code must run anywhere in memory.

    Raises:
        RefusedError: a file is damaged.
    """
    by_name = {part.name: part.content for part in parts}
    if [part.name for part in parts[:2]] != [_EXPORT, _OBJECT]:
        raise RefusedError("does not begin with export data and an object")
    head = by_name[_EXPORT].partition(b"\n")[0]
    expected, flags = imported(by_name[_OBJECT])
    problems = []
    if shared and not flags & _SHARED:
        problems.append("was not compiled for position independent code, which this build mode needs")
    for path, compiled in sorted(expected.items()):
        if path not in exports:
            problems.append(f"was compiled against {path}, which its source files do not import")
            continue
        export = next(members(exports[path])).content
        header = export.partition(b"\n")[0]
        if header != head:
            texts = (text.decode("ascii", errors="replace").removeprefix("go object ") for text in (head, header))
            problems.append("was compiled with [{}], but this build is with [{}]".format(*texts))
            break
        if fingerprint(export) != compiled:
            prints = f"fingerprint {compiled.hex()}, but the one of this build has {fingerprint(export).hex()}"
            problems.append(f"was compiled against another {path}: {prints}")
    return problems


def take(lines: Sequence[str]) -> None:
    """Carry out a request, given by its lines.

    Raises:
        RefusedError: the archive does not fit.
    """
    pairs = [line.split("=", 1) for line in lines]
    attributes = {key: value for key, value in pairs if key != "imports"}
    imports = dict(value.split("=", 1) for key, value in pairs if key == "imports")
    about = f"binary-only package {attributes['importpath']}: {attributes['name']}"
    try:
        parts = list(members(Path(attributes["given"]).read_bytes()))
        exports = {path: Path(file).read_bytes() for path, file in imports.items()}
        problems = check(parts, exports, shared="shared" in attributes)
    except RefusedError as error:
        raise RefusedError(f"{about} {error}") from error
    if problems:
        raise RefusedError("\n".join([*(f"{about} {problem}" for problem in problems), _REBUILD]))
    Path(attributes["export"]).write_bytes(_MAGIC + parts[0].whole)
    Path(attributes["archive"]).write_bytes(_MAGIC + b"".join(part.whole for part in parts[1:]))


def main() -> int:
    """Run the program."""
    lines = Path(sys.argv[1]).read_text(encoding="utf-8", errors="surrogateescape").removesuffix("\n").split("\n")
    try:
        take(lines)
    except RefusedError as error:
        sys.stderr.write(f"{error}\n")
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
