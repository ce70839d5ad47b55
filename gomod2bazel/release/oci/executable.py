"""What an executable reports about itself: the loader that it needs, and the settings that it was built with."""

from __future__ import annotations

import mmap
import struct
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from types import MappingProxyType

from gomod2bazel.base.disk.files import file_errors

__all__ = ["Executable", "read_executable"]

_BUILD_INFO = b"\xff Go buildinf:"
_INLINE = 2  # flag of build information whose strings follow it, as since Go 1.18 (debug/buildinfo)
_STRINGS = 32  # where they do
_SENTINEL = 16  # length of what surrounds the module lines (cmd/go/internal/modload, ModInfoData)
_INTERPRETER = 3  # PT_INTERP
_LONGEST_PATH = 4096


@dataclass(frozen=True, slots=True, kw_only=True)
class Executable:
    """What an executable reports.

    Attributes:
        interpreter: path of the dynamic loader that starts it; empty where it is linked statically.
        version: version of the main module; empty where it is not known.
        settings: build settings, ``GOARM`` and ``vcs.revision`` for example.
    """

    interpreter: str = ""
    version: str = ""
    settings: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))


def read_executable(path: Path) -> Executable:
    """Read the loader and the build information of an executable; what a file does not have is empty.

    Raises:
        FileError: The file cannot be read.
    """
    with file_errors("read", path), path.open("rb") as file:
        if path.stat().st_size == 0:
            return Executable()
        with mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as content:
            interpreter, lines = "", ""
            # Bytes that do not have the form are those of another kind of file.
            with suppress(struct.error, UnicodeDecodeError, IndexError):
                interpreter = _interpreter(content)
            with suppress(UnicodeDecodeError, IndexError):
                lines = _module_lines(content)
    fields = [line.split("\t") for line in lines.splitlines()]
    versions = [words[2] for words in fields if words[0] == "mod" and len(words) > 2]
    settings = dict(words[1].split("=", 1) for words in fields if words[0] == "build" and "=" in words[-1])
    version = versions[0] if versions else ""
    return Executable(interpreter=interpreter, version="" if version == "(devel)" else version, settings=settings)


def _interpreter(content: mmap.mmap) -> str:
    """Return the path in the segment PT_INTERP (elf(5))."""
    if content[:4] != b"\x7fELF":
        return ""
    order = "<" if content[5] == 1 else ">"
    wide = content[4] == 2
    (table,) = struct.unpack_from(order + ("Q" if wide else "I"), content, 32 if wide else 28)
    length, count = struct.unpack_from(order + "HH", content, 54 if wide else 42)
    for number in range(count):
        at = table + number * length
        (kind,) = struct.unpack_from(order + "I", content, at)
        if kind == _INTERPRETER:
            (offset,) = struct.unpack_from(order + ("Q" if wide else "I"), content, at + (8 if wide else 4))
            return content[offset : offset + _LONGEST_PATH].partition(b"\0")[0].decode()
    return ""


def _module_lines(content: mmap.mmap) -> str:
    """Return the lines of the build information (debug/buildinfo, Read)."""
    at = content.find(_BUILD_INFO)
    if at < 0 or not content[at + 15] & _INLINE:
        return ""
    _, at = _string(content, at + _STRINGS)
    lines, _ = _string(content, at)
    return lines[_SENTINEL:-_SENTINEL].decode()


def _string(content: mmap.mmap, at: int) -> tuple[bytes, int]:
    """Return a string that follows its length, a varint, and the place after it."""
    length = shift = 0
    while True:
        byte = content[at]
        length, shift, at = length | (byte & 0x7F) << shift, shift + 7, at + 1
        if byte < 0x80 or shift > 63:
            return content[at : at + length], at + length
