"""The GNU build ID of an ELF file: a note by which debuggers and packages find debug files.

The go command derives it from its build ID, which depends on its cache; ours is empty, so that the linker writes none
(cmd/link/internal/ld, addbuildinfo). With `PLACEHOLDER` for an argument of its -B, the linker makes room for one, and
what is written there is a digest of the file around it. ``go build`` with this digest for -B then makes the same bytes.
"""

from __future__ import annotations

import hashlib
import struct
from dataclasses import dataclass
from pathlib import Path

from gomod2bazel.base.disk.files import read_bytes, write_file

__all__ = ["LENGTH", "PLACEHOLDER", "ElfError", "build_id", "write_build_id"]

LENGTH = 20
"""Of a build ID, in bytes: as many as the linkers of C and Go write."""

PLACEHOLDER = f"0x{'00' * LENGTH}"

_MAGIC = b"\x7fELF"
_PT_NOTE = 4
_NT_GNU_BUILD_ID = 3
_GNU = b"GNU\x00"


class ElfError(Exception):
    """A file is not ELF, is damaged, or lacks a build ID."""


def build_id(path: Path) -> str:
    """Return the GNU build ID of an ELF file, in hexadecimal.

    Raises:
        ElfError: it has none.
        FileError: it cannot be read.
    """
    data = read_bytes(path)
    start, end = _place(data)
    return data[start:end].hex()


def write_build_id(source: Path, target: Path) -> str:
    """Copy an ELF file, and replace the placeholder of its build ID by a digest of the file.

    Args:
        source: a linked file; where its build ID is not the placeholder, it is kept.
        target: the copy.

    Returns:
        The build ID, in hexadecimal.

    Raises:
        ElfError: it has none.
        FileError: a file cannot be read or written.
    """
    data = bytearray(read_bytes(source))
    start, end = _place(data)
    if not any(data[start:end]):
        data[start:end] = hashlib.sha256(data).digest()[: end - start]
    write_file(target, bytes(data))
    return data[start:end].hex()


@dataclass(frozen=True, slots=True)
class _Format:
    """How an ELF file is written (elf(5)).

    Attributes:
        order: of bytes, as `struct` has it.
        header: place and form of the program headers' offset, and place of their size and number.
        entry: places of offset and size in a program header.
        word: the form of an offset.
    """

    order: str
    header: tuple[int, int]
    entry: tuple[int, int]
    word: str


def _format(data: bytes | bytearray) -> _Format:
    if len(data) < 64 or data[:4] != _MAGIC or data[4] not in (1, 2) or data[5] not in (1, 2):
        raise ElfError("not an ELF file")
    order = "<" if data[5] == 1 else ">"
    if data[4] == 1:
        return _Format(order, (28, 42), (4, 16), "I")
    return _Format(order, (32, 54), (8, 32), "Q")


def _place(data: bytes | bytearray) -> tuple[int, int]:
    """Return where the build ID begins and ends.

    Raises:
        ElfError: there is none.
    """
    form = _format(data)
    try:
        (table,) = struct.unpack_from(form.order + form.word, data, form.header[0])
        size, number = struct.unpack_from(f"{form.order}HH", data, form.header[1])
        for at in (table + index * size for index in range(number)):
            (kind,) = struct.unpack_from(f"{form.order}I", data, at)
            if kind == _PT_NOTE:
                (start,) = struct.unpack_from(form.order + form.word, data, at + form.entry[0])
                (length,) = struct.unpack_from(form.order + form.word, data, at + form.entry[1])
                if place := _in_notes(data, start, min(start + length, len(data)), form.order):
                    return place
    except (struct.error, OverflowError) as error:
        raise ElfError("a damaged ELF file") from error
    raise ElfError("it has no GNU build ID")


def _in_notes(data: bytes | bytearray, start: int, end: int, order: str) -> tuple[int, int] | None:
    """Return where the build ID is among the notes of a segment."""
    at = start
    while at + 12 <= end:
        name_size, size, kind = struct.unpack_from(f"{order}III", data, at)
        content = at + 12 + (name_size + 3) // 4 * 4
        if kind == _NT_GNU_BUILD_ID and data[at + 12 : at + 16] == _GNU and name_size == len(_GNU):
            if size and content + size <= end:
                return content, content + size
            raise ElfError("a damaged ELF file")
        at = content + (size + 3) // 4 * 4
    return None
