#!/usr/bin/env python3
"""Make a coverage profile of what programs left in GOCOVERDIR, as `go tool covdata textfmt` does.

Usage, as the launcher of a Go test calls it::

    covdata --folder=FOLDER --output_file=FILE

The SDK has no covdata. A file ``covmeta.HASH`` tells the functions of a program and their blocks of statements; files
``covcounters.HASH.PID.TIME`` tell how often each block was run (internal/coverage/defs.go has both formats).
"""

from __future__ import annotations

import struct
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

__all__ = ["profile_of"]

_META = struct.Struct("<4sIQQ16sIIBB6x")
_PACKAGE = struct.Struct("<IIII16s4xII")
_COUNTERS = struct.Struct("<4sI16sB?6x")
_SEGMENT = struct.Struct("<QII")
_FOOTER = struct.Struct("<4s4xI4x")
_META_MAGIC, _COUNTERS_MAGIC = b"\0cvm", b"\0cwm"
_MODES = {1: "set", 2: "count", 3: "atomic"}
_PER_FUNCTION = 2
_ULEB128 = 2


class Block(NamedTuple):
    """Statements that are run one after the other: `file` is their file's name, with the import path."""

    file: str
    line: int
    column: int
    last_line: int
    last_column: int
    statements: int


@dataclass(slots=True)
class _Bytes:
    """What is read of a file, and how far."""

    data: bytes
    at: int = 0

    def values(self, layout: struct.Struct) -> tuple[int, ...]:
        """Read a header."""
        values = layout.unpack_from(self.data, self.at)
        self.at += layout.size
        return values

    def number(self) -> int:
        """Read a number in LEB128."""
        value = shift = 0
        while True:
            byte = self.data[self.at]
            self.at += 1
            value |= (byte & 0x7F) << shift
            if byte < 0x80:
                return value
            shift += 7

    def strings(self) -> list[str]:
        """Read a table of strings."""
        table = []
        for _ in range(self.number()):
            length = self.number()
            table.append(self.data[self.at : self.at + length].decode("utf-8", "surrogateescape"))
            self.at += length
        return table


@dataclass(frozen=True, slots=True)
class _Program:
    """The functions of a program, by number of the package and of the function in it."""

    mode: str
    per_function: bool
    functions: dict[tuple[int, int], list[Block]]


def profile_of(folder: Path) -> str:
    """Return the profile of all programs that left counters in a folder; empty if none did.

    Raises:
        ValueError: a file has another format.
    """
    programs: dict[bytes, _Program] = {}
    for path in sorted(folder.glob("covmeta.*")):
        digest, program = _program(path.name, path.read_bytes())
        programs[digest] = program
    functions = [blocks for program in programs.values() for blocks in program.functions.values()]
    counts = {block: 0 for blocks in functions for block in blocks}
    for path in sorted(folder.glob("covcounters.*")):
        for block, count in _counts(path.name, path.read_bytes(), programs):
            counts[block] += count
    is_set = all(program.mode == "set" for program in programs.values())
    lines = [f"mode: {'set' if is_set else 'count'}\n"] if programs else []
    for at, count in sorted(counts.items()):
        place = f"{at.file}:{at.line}.{at.column},{at.last_line}.{at.last_column}"
        lines.append(f"{place} {at.statements} {min(count, 1) if is_set else count}\n")
    return "".join(lines)


def _program(name: str, data: bytes) -> tuple[bytes, _Program]:
    """Return the hash that counters name, and the program."""
    try:
        head = _META.unpack_from(data)
        magic, version, _, entries, digest, _, _, mode, granularity = head
        if magic != _META_MAGIC or version != 1:
            raise ValueError(f"{name}: not the description of a covered program, or of another version")
        offsets = struct.unpack_from(f"<{2 * entries}Q", data, _META.size)
        functions: dict[tuple[int, int], list[Block]] = {}
        for package, (offset, length) in enumerate(zip(offsets[:entries], offsets[entries:], strict=True)):
            for function, blocks in enumerate(_functions(data[offset : offset + length])):
                functions[package, function] = blocks
    except (struct.error, IndexError) as error:
        raise ValueError(f"{name}: ends early") from error
    return digest, _Program(_MODES.get(mode, "count"), granularity == _PER_FUNCTION, functions)


def _functions(data: bytes) -> Iterator[list[Block]]:
    """Yield the blocks of each function of a package."""
    count = _PACKAGE.unpack_from(data)[-1]
    reader = _Bytes(data, _PACKAGE.size)
    offsets = reader.values(struct.Struct(f"<{count}I"))
    strings = reader.strings()
    for offset in offsets:
        reader.at = offset
        units, _, file = reader.number(), reader.number(), reader.number()
        yield [Block(strings[file], *(reader.number() for _ in range(5))) for _ in range(units)]


def _counts(name: str, data: bytes, programs: dict[bytes, _Program]) -> Iterator[tuple[Block, int]]:
    """Yield how often blocks were run, of one file of counters."""
    try:
        magic, version, digest, flavor, big_endian = _COUNTERS.unpack_from(data)
        end_magic, segments = _FOOTER.unpack_from(data, len(data) - _FOOTER.size)
        if magic != _COUNTERS_MAGIC or end_magic != magic or version != 1:
            raise ValueError(f"{name}: not the counters of a covered program, or of another version")
        if digest not in programs:
            raise ValueError(f"{name}: the description of its program is not there")
        program = programs[digest]
        reader = _Bytes(data, _COUNTERS.size)
        plain = struct.Struct(">I" if big_endian else "<I")
        for _ in range(segments):
            entries, strings, arguments = reader.values(_SEGMENT)
            # What follows begins at a multiple of four.
            reader.at = (reader.at + strings + arguments + 3) // 4 * 4
            for _ in range(entries):
                yield from _of_function(reader, program, None if flavor == _ULEB128 else plain)
            reader.at += _FOOTER.size
    except (struct.error, IndexError) as error:
        raise ValueError(f"{name}: ends early") from error


def _of_function(reader: _Bytes, program: _Program, plain: struct.Struct | None) -> Iterator[tuple[Block, int]]:
    """Yield how often the blocks of the next function were run; numbers are ``plain``, or else in LEB128."""

    def number() -> int:
        return reader.values(plain)[0] if plain else reader.number()

    size, package, function = number(), number(), number()
    counters = [number() for _ in range(size)]
    blocks = program.functions[package, function]
    yield from zip(blocks, counters * len(blocks) if program.per_function else counters, strict=False)


def main(arguments: list[str]) -> int:
    """Write the profile."""
    options = {name.removeprefix("--"): value for name, _, value in (word.partition("=") for word in arguments)}
    try:
        profile = profile_of(Path(options["folder"]))
    except ValueError as error:
        sys.stderr.write(f"go_test: coverage of a program that the test started: {error}\n")
        return 1
    Path(options["output_file"]).write_text(profile, encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
