"""Releases for tests of images: small ELF files with the build information of Go programs, and values around them."""

from __future__ import annotations

import hashlib
import struct
from collections.abc import Iterable, Mapping
from pathlib import Path

from gomod2bazel.install.install import Binary
from gomod2bazel.install.record import Input
from gomod2bazel.release.contents import License, Release, ReleasedBinary, ReleasedModule, module_key

__all__ = ["binary", "elf", "release", "released", "varint"]

CREATED = 1700000000
"""2023-11-14T22:13:20Z."""

_SENTINEL = b"0" * 16


def varint(number: int) -> bytes:
    """Return a number in the form of encoding/binary.PutUvarint."""
    out = bytearray()
    while number >= 0x80:
        out.append(number & 0x7F | 0x80)
        number >>= 7
    return bytes([*out, number])


def elf(lines: str = "", interpreter: str = "", *, wide: bool = True, order: str = "<", padding: int = 100) -> bytes:
    """Return an ELF file, which does not run, with build information.

    Args:
        lines: The module lines; without any, there is no build information.
        interpreter: Path of the loader in PT_INTERP; without one, there is no such segment.
        wide: Whether it has 64 bits.
        order: ``<`` for the byte order of amd64.
        padding: Bytes that cannot be compressed well, after the headers.
    """
    header, entry = (64, 56) if wide else (52, 32)
    place, path = header + 2 * entry, interpreter.encode() + b"\0"
    kinds = (1, 3 if interpreter else 4)
    if wide:
        table = b"".join(struct.pack(order + "IIQQQQQQ", k, 4, place, 0, 0, len(path), 0, 1) for k in kinds)
        rest = struct.pack(order + "HHIQQQIHHHHHH", 2, 62, 1, 0, header, 0, 0, header, entry, 2, 0, 0, 0)
    else:
        table = b"".join(struct.pack(order + "IIIIIIII", k, place, 0, 0, len(path), 0, 4, 1) for k in kinds)
        rest = struct.pack(order + "HHIIIIIHHHHHH", 2, 40, 1, 0, header, 0, 0, header, entry, 2, 0, 0, 0)
    ident = b"\x7fELF" + bytes([2 if wide else 1, 1 if order == "<" else 2, 1]) + bytes(9)
    noise = hashlib.shake_256(lines.encode()).digest(padding)
    return ident + rest + table + path + noise + (_build_info(lines) if lines else b"")


def _build_info(lines: str) -> bytes:
    data = _SENTINEL + lines.encode() + _SENTINEL
    head = (b"\xff Go buildinf:" + bytes([8, 2])).ljust(32, b"\0")
    return head + varint(8) + b"go1.26.8" + varint(len(data)) + data


def binary(name: str = "age", platform: str = "linux/amd64", **fields: str) -> Binary:
    """Return a binary of filippo.io/age@v1.2.0 unless ``fields`` say otherwise."""
    goos, _, goarch = platform.partition("/")
    known = {
        "import_path": f"filippo.io/age/cmd/{name}",
        "module": "filippo.io/age",
        "version": "v1.2.0",
        "set": "target",
        **fields,
    }
    inputs = (
        Input(module=known["module"], version=known["version"]),
        Input(module="golang.org/x/sys", version="v0.1.0"),
    )
    return Binary(name=name, folder=f"{goos}_{goarch}", goos=goos, goarch=goarch, inputs=inputs, **known)


def released(item: Binary, folder: Path, content: bytes | None = None) -> ReleasedBinary:
    """Return a binary whose content is written to ``folder``; without any, it is an ELF file of its own."""
    data = elf(f"path\t{item.import_path}\nbuild\tGOARCH={item.goarch}\n") if content is None else content
    source = folder / f"{item.folder}-{item.name}"
    source.write_bytes(data)
    return ReleasedBinary(binary=item, source=source, size=len(data), sha256=hashlib.sha256(data).hexdigest())


def release(binaries: Iterable[ReleasedBinary], licenses: Mapping[str, str] | None = None) -> Release:
    """Return a release.

    Args:
        binaries: Its binaries; their modules are in the release.
        licenses: The licence expressions of modules by path, ``std`` for the standard library; default BSD-3-Clause.
    """
    chosen = tuple(binaries)
    expressions = {"std": "BSD-3-Clause", **(licenses or {})}

    def module(entry: Input) -> ReleasedModule:
        return ReleasedModule(input=entry, license=License(expression=expressions.get(entry.module, "BSD-3-Clause")))

    return Release(
        tool_version="0.1.0",
        go_version="go1.26.8",
        inputs=("filippo.io/age@v1.2.0",),
        created=CREATED,
        binaries=chosen,
        modules={module_key(entry): module(entry) for item in chosen for entry in item.binary.inputs},
        standard=module(Input(module="std", version="v1.26.8")),
    )
