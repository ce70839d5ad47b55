"""Which packages an object imports, as the compiler recorded it for the linker (cmd/internal/goobj).

The rules know which packages a package may import. Only those that it does import are in a program, and show in its
module information.
"""

from __future__ import annotations

import os
import struct
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import BinaryIO

from builder.base.tools import BuilderError

__all__ = ["Objects", "imports_of"]

_MAGIC = b"\x00go120ld"
_MARK = b"\n!\n" + _MAGIC

# Of the object: magic and fingerprint, flags, then the offsets of its blocks, of which the first lists imports.
_OFFSETS = 8 + 8 + 4
# Of an import: length and offset of its path, and the fingerprint of its export data.
_IMPORT = struct.Struct("<II8x")


# A worker links many programs from the same packages. By the digest of the archive.
_READ: dict[str, tuple[str, ...]] = {}
_MOST = 100_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Objects:
    """What packages import; the archive of each is read once.

    Attributes:
        archives: the archive of each package that there may be, by its path in the binary.
        digests: those of archives, by their names, as far as they are known.
    """

    archives: Mapping[str, str]
    digests: Mapping[str, str] = field(default_factory=dict)
    _imports: dict[str, tuple[str, ...]] = field(default_factory=dict)

    def imports_of(self, archive: str) -> Sequence[str]:
        """Return the paths in the binary of the packages that the package of an archive imports.

        Raises:
            BuilderError: it is not an archive that Go's compiler wrote.
        """
        digest = self.digests.get(archive, "")
        known, key = (_READ, digest) if digest else (self._imports, archive)
        if key not in known:
            if len(_READ) >= _MOST:
                _READ.clear()
            known[key] = tuple(imports_of(archive))
        return known[key]

    def closure(self, roots: Iterable[str]) -> list[str]:
        """Return the packages that a program is linked from.

        Args:
            roots: where to begin; paths without an archive are left out.

        Returns:
            Paths in the binary, each once.

        Raises:
            BuilderError: an archive is not one that Go's compiler wrote.
        """
        packages: dict[str, None] = {}
        waiting = [path for path in roots if path in self.archives]
        while waiting:
            path = waiting.pop()
            if path in packages:
                continue
            packages[path] = None
            waiting += [name for name in self.imports_of(self.archives[path]) if name in self.archives]
        return list(packages)


def imports_of(archive: str) -> list[str]:
    """Return the paths in the binary of the packages that the package of an archive imports.

    Raises:
        BuilderError: it is not an archive that Go's compiler wrote.
    """
    with open(archive, "rb") as file:
        start = _object(file, archive)
        file.seek(start + _OFFSETS)
        first, end = struct.unpack("<II", file.read(8))
        file.seek(start + first)
        entries = list(_IMPORT.iter_unpack(file.read(end - first)))
        return [_text(file, start + offset, length) for length, offset in entries]


def _object(file: BinaryIO, archive: str) -> int:
    """Return where the object begins: after the text that ends with a line of an exclamation mark."""
    if file.read(8) != b"!<arch>\n":
        raise BuilderError(f"{archive}: not an archive\n")
    while header := file.read(60):
        size = int(header[48:58])
        if header.startswith(b"_go_.o"):
            start, text = file.tell(), b""
            # What cgo has for the linker comes before, in a package that uses it.
            while len(text) < size and _MARK not in text:
                text += file.read(min(size - len(text), 1 << 16))
            if _MARK in text:
                return start + text.index(_MARK) + len(_MARK) - len(_MAGIC)
            break
        file.seek(size + size % 2, os.SEEK_CUR)
    raise BuilderError(f"{archive}: no object of a compiler that this builder knows\n")


def _text(file: BinaryIO, offset: int, length: int) -> str:
    file.seek(offset)
    return file.read(length).decode()
