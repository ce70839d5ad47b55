"""Sections and symbols of an ELF file (https://refspecs.linuxfoundation.org/elf/gabi4+/contents.html)."""

from __future__ import annotations

import struct
from collections.abc import Iterator
from dataclasses import dataclass

__all__ = ["ElfFile", "ElfSection", "ElfSymbol", "read_elf"]

_SYMBOL_TABLE, _NO_BITS = 2, 8
_OBJECT, _FUNCTION = 1, 2
_MOST_SECTIONS = 1 << 14


@dataclass(frozen=True, slots=True, kw_only=True)
class ElfSection:
    """A section.

    Attributes:
        name: such as ``.text``.
        kind: its type.
        offset, size: where it is in the file; ``size`` is what it has in memory if it has no bytes in the file.
        link: number of another section, by its type.
    """

    name: str
    kind: int
    offset: int
    size: int
    link: int

    @property
    def in_file(self) -> int:
        """How many bytes of the file it has."""
        return 0 if self.kind == _NO_BITS else self.size


@dataclass(frozen=True, slots=True)
class ElfSymbol:
    """A function or an object.

    Attributes:
        name: as the linker writes it.
        section: number of its section.
        address, size: in memory.
    """

    name: str
    section: int
    address: int
    size: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ElfFile:
    """What is in an ELF file.

    Attributes:
        sections: by number.
        symbols: functions and objects that have a size.
    """

    sections: tuple[ElfSection, ...]
    symbols: tuple[ElfSymbol, ...]


def read_elf(data: bytes) -> ElfFile | None:
    """Return the sections and symbols of an ELF file; None if it is of another format, or damaged.

    Args:
        data: the file's content.
    """
    if data[:4] != b"\x7fELF" or len(data) < 64:
        return None
    try:
        reader = _Reader(data=data, is_64=data[4] == 2, order="<" if data[5] == 1 else ">")
        sections = tuple(reader.sections())
        return ElfFile(sections=sections, symbols=tuple(reader.symbols(sections)))
    except (struct.error, IndexError, OverflowError, ValueError):
        return None


@dataclass(frozen=True, slots=True, kw_only=True)
class _Reader:
    """Reads one file.

    Attributes:
        data: its content.
        is_64: whether addresses have 64 bits.
        order: of bytes, as for `struct`.
    """

    data: bytes
    is_64: bool
    order: str

    def sections(self) -> Iterator[ElfSection]:
        """Yield the sections by number."""
        start = self._at("Q", 40) if self.is_64 else self._at("I", 32)
        size, count, names = struct.unpack_from(f"{self.order}3H", self.data, 58 if self.is_64 else 46)
        if count > _MOST_SECTIONS:
            raise ValueError("too many sections")
        form = "IIQQQQIIQQ" if self.is_64 else "10I"
        rows = [struct.unpack_from(f"{self.order}{form}", self.data, start + number * size) for number in range(count)]
        texts = self._bytes(rows[names][4], rows[names][5]) if rows else b""
        for row in rows:
            yield ElfSection(name=_text(texts, row[0]), kind=row[1], offset=row[4], size=row[5], link=row[6])

    def symbols(self, sections: tuple[ElfSection, ...]) -> Iterator[ElfSymbol]:
        """Yield functions and objects that have a size."""
        entry = struct.Struct(f"{self.order}{'IBBHQQ' if self.is_64 else 'IIIBBH'}")
        for section in sections:
            if section.kind != _SYMBOL_TABLE:
                continue
            strings = sections[section.link]
            texts = self._bytes(strings.offset, strings.size)
            rows = self._bytes(section.offset, section.size - section.size % entry.size)
            for row in entry.iter_unpack(rows):
                name, info, _, number, address, size = row if self.is_64 else (row[0], *row[3:6], row[1], row[2])
                if size and info & 15 in (_OBJECT, _FUNCTION) and 0 < number < len(sections):
                    yield ElfSymbol(_text(texts, name), number, address, size)

    def _at(self, form: str, offset: int) -> int:
        return int(struct.unpack_from(f"{self.order}{form}", self.data, offset)[0])

    def _bytes(self, offset: int, size: int) -> bytes:
        if offset + size > len(self.data):
            raise ValueError("beyond the end of the file")
        return self.data[offset : offset + size]


def _text(texts: bytes, start: int) -> str:
    """Return the text that begins there; a zero byte ends it."""
    return texts[start : texts.index(b"\0", start)].decode("utf-8", "replace")
