"""Archives as Go's compiler writes them, with as much as the builder reads of them."""

from __future__ import annotations

import struct
from collections.abc import Iterable
from pathlib import Path

__all__ = ["write_archive"]


def write_archive(path: Path, imports: Iterable[str], *, before: bytes = b"") -> str:
    """Write the archive of a package.

    Args:
        path: the file.
        imports: paths of the packages that it imports.
        before: what cgo has for the linker.

    Returns:
        The file's path.
    """
    header = b"\x00go120ld" + bytes(8) + bytes(4)
    names = [name.encode() for name in imports]
    strings = b"".join(names)
    first = len(header) + 8 + len(strings)
    entries = b""
    at = len(header) + 8
    for name in names:
        entries += struct.pack("<II8x", len(name), at)
        at += len(name)
    obj = header + struct.pack("<II", first, first + len(entries)) + strings + entries + b"rest\n!\n"
    text = b"go object linux amd64 go1.26.1 X:none\n" + before + b"\n!\n" + obj
    members = [(b"__.PKGDEF", b"export data\n!\n\x00go120ld nothing"), (b"_go_.o", text)]
    data = b"!<arch>\n"
    for name_of_member, content in members:
        data += name_of_member.ljust(16) + b"0".ljust(12) + b"0".ljust(6) + b"0".ljust(6) + b"644".ljust(8)
        data += str(len(content)).encode().ljust(10) + b"`\n" + content + b"\x00" * (len(content) % 2)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(data)
    return str(path)
