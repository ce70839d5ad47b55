"""ELF files of a few bytes: program headers, notes and some code."""

from __future__ import annotations

import struct

__all__ = ["elf", "linked", "note"]


def note(name: bytes, kind: int, content: bytes, order: str) -> bytes:
    """Return a note as elf(5) has it."""

    def padded(data: bytes) -> bytes:
        return data + bytes(-len(data) % 4)

    return struct.pack(f"{order}III", len(name), len(content), kind) + padded(name) + padded(content)


def elf(bits: int, order: str, notes: bytes, rest: bytes = b"code") -> bytes:
    """Return an ELF file with two program headers, the second for ``notes``."""
    header, entry = (52, 32) if bits == 32 else (64, 56)
    ident = b"\x7fELF" + bytes((bits // 32, 1 if order == "<" else 2, 1)) + bytes(9)
    start = header + 2 * entry
    if bits == 32:
        head = struct.pack(f"{order}HHIIIIIHHHHHH", 2, 3, 1, 0, header, 0, 0, header, entry, 2, 0, 0, 0)
        load = struct.pack(f"{order}IIIIIIII", 1, 0, 0, 0, 0, 0, 5, 0)
        table = load + struct.pack(f"{order}IIIIIIII", 4, start, 0, 0, len(notes), len(notes), 4, 4)
    else:
        head = struct.pack(f"{order}HHIQQQIHHHHHH", 2, 62, 1, 0, header, 0, 0, header, entry, 2, 0, 0, 0)
        load = struct.pack(f"{order}IIQQQQQQ", 1, 5, 0, 0, 0, 0, 0, 0)
        table = load + struct.pack(f"{order}IIQQQQQQ", 4, 4, start, 0, 0, len(notes), len(notes), 4)
    return ident + head + table + notes + rest


def linked(code: bytes) -> bytes:
    """Return an ELF file with a placeholder for a build ID."""
    return elf(64, "<", note(b"GNU\0", 3, bytes(20), "<"), code)
