"""The functions of a Go binary, from the table that tracebacks use: stripped binaries of all formats have it.

Its layout is that of Go 1.20 and newer (runtime/symtab.go, pcHeader; debug/gosym/pclntab.go).
"""

from __future__ import annotations

import re
import struct
from collections.abc import Iterator
from dataclasses import dataclass

__all__ = ["FunctionTable", "read_function_table"]

_MAGIC = 0xFFFFFFF1
_LITTLE = re.compile(rb"\xf1\xff\xff\xff\0\0[\x01\x02\x04][\x04\x08]")
_BIG = re.compile(rb"\xff\xff\xff\xf1\0\0[\x01\x02\x04][\x04\x08]")

_MOST_FUNCTIONS = 1 << 24
_LONGEST_NAME = 1 << 16


@dataclass(frozen=True, slots=True, kw_only=True)
class FunctionTable:
    """The functions of a binary.

    Attributes:
        functions: name, and bytes of code, of each.
    """

    functions: tuple[tuple[str, int], ...]

    @property
    def code(self) -> int:
        """Bytes of code of all functions together."""
        return sum(size for _, size in self.functions)


def read_function_table(data: bytes) -> FunctionTable | None:
    """Return the functions of a binary; None if it has no table that can be read.

    Args:
        data: the file's content.
    """
    for order, pattern in (("<", _LITTLE), (">", _BIG)):
        for match in pattern.finditer(data):
            try:
                functions = tuple(_functions(memoryview(data)[match.start() :], order))
            except (struct.error, IndexError, OverflowError, ValueError):
                # The bytes are not a table: a program that reads such tables has the number in its code.
                continue
            if functions:
                return FunctionTable(functions=functions)
    return None


def _functions(table: memoryview, order: str) -> Iterator[tuple[str, int]]:
    """Yield the functions of the table that ``table`` begins with.

    Raises:
        struct.error, IndexError, ValueError: it is not a table.
    """
    word = {4: "I", 8: "Q"}[table[7]]
    header = struct.unpack_from(f"{order}8{word}", table, 8)
    count, names_at, functions_at = header[0], header[3], header[7]
    if not 0 < count < _MOST_FUNCTIONS or not 0 < names_at < functions_at < len(table):
        raise ValueError("not a function table")
    names = bytes(table[names_at : header[4]])
    entries = struct.unpack_from(f"{order}{2 * count + 1}I", table, functions_at)
    for number in range(count):
        start, offset, end = entries[2 * number : 2 * number + 3]
        name_at = struct.unpack_from(f"{order}i", table, functions_at + offset + 4)[0]
        if end < start or not 0 <= name_at < len(names):
            raise ValueError("not a function table")
        yield _name(names, name_at), end - start


def _name(names: bytes, start: int) -> str:
    """Return the name that begins there; a zero byte ends it."""
    end = names.index(b"\0", start, start + _LONGEST_NAME)
    return names[start:end].decode("utf-8", "replace")
