"""Zips that no honest source serves."""

from __future__ import annotations

import io
import stat
import struct
import zipfile
import zlib
from collections.abc import Callable, Mapping

__all__ = ["ROOT", "ZIPS", "plain_zip", "with_link"]

ROOT = "example.com/dep@v1.0.0"
_PLAIN = {
    f"{ROOT}/go.mod": b"module example.com/dep\n\ngo 1.20\n",
    f"{ROOT}/dep.go": b'package dep\n\nconst Version = ""\n',
}


def _zip(files: Mapping[str, bytes] | list[tuple[str, bytes]], *, plain: bool = True) -> bytes:
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in [
            *(_PLAIN.items() if plain else ()),
            *(dict(files).items() if isinstance(files, dict) else files),
        ]:
            info = zipfile.ZipInfo(name)
            # The library's own ways with names (separators, a NUL) are undone: this is what others write.
            info.filename = name
            archive.writestr(info, content)
    return made.getvalue()


def plain_zip() -> bytes:
    """Return a valid zip."""
    return _zip({})


def with_link() -> bytes:
    """Return a zip with an entry that is marked as a symlink."""
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w") as archive:
        for name, content in _PLAIN.items():
            archive.writestr(name, content)
        info = zipfile.ZipInfo(f"{ROOT}/link.txt")
        info.create_system, info.external_attr = 3, (stat.S_IFLNK | 0o777) << 16
        archive.writestr(info, "/etc/passwd")
    return made.getvalue()


def _patched(content: bytes, at: Callable[[bytes], int], value: bytes) -> bytes:
    place = at(content)
    return content[:place] + value + content[place + len(value) :]


def _central(content: bytes, offset: int) -> int:
    """Return where a field of the last entry of the central directory is (APPNOTE.TXT 4.3.12)."""
    return content.rindex(b"PK\x01\x02") + offset


def _bomb() -> bytes:
    """Return a small zip with a file of 520 MiB: one block of zeros, compressed once and repeated."""
    block, count = bytes(1 << 20), 520
    packer = zlib.compressobj(9, zlib.DEFLATED, -15)
    first = packer.compress(block) + packer.flush(zlib.Z_FULL_FLUSH)
    data = first * count + packer.flush(zlib.Z_FINISH)
    checksum = 0
    for _ in range(count):
        checksum = zlib.crc32(block, checksum)
    name = f"{ROOT}/zeros.go".encode()
    sizes = (checksum, len(data), count << 20, len(name))
    local = struct.pack("<4s5H3L2H", b"PK\x03\x04", 20, 0, 8, 0, 33, *sizes, 0) + name
    entry = struct.pack("<4s6H3L5H2L", b"PK\x01\x02", 20, 20, 0, 8, 0, 33, *sizes, 0, 0, 0, 0, 0, 0) + name
    end = struct.pack("<4s4H2LH", b"PK\x05\x06", 0, 0, 1, 1, len(entry), len(local) + len(data), 0)
    return local + data + entry + end


def _bad_crc() -> bytes:
    whole = _zip({f"{ROOT}/a.go": b"package dep\n"})
    return _patched(whole, lambda content: _central(content, 16), b"\1\2\3\4")


def _claims_more() -> bytes:
    whole = _zip({f"{ROOT}/a.go": b"package dep\n"})
    return _patched(whole, lambda content: _central(content, 24), b"\xfe\xff\xff\xff")


#: What is wrong: the zip, and words that the error holds.
ZIPS: dict[str, tuple[Callable[[], bytes], str]] = {
    "path with ..": (lambda: _zip({f"{ROOT}/../../../escaped.go": b""}), "malformed file path"),
    "path out of the prefix": (lambda: _zip({"example.com/escaped.go": b""}), "has unexpected file"),
    "absolute path": (lambda: _zip({"/tmp/escaped.go": b""}), "has unexpected file"),  # noqa: S108
    "absolute path after the prefix": (lambda: _zip({f"{ROOT}//tmp/escaped.go": b""}), "malformed file path"),
    "backslashes": (lambda: _zip({f"{ROOT}/..\\..\\escaped.go": b""}), "malformed file path"),
    "names that differ by case": (lambda: _zip({f"{ROOT}/Dep.go": b""}), "case-insensitive file name collision"),
    "folders that differ by case": (
        lambda: _zip({f"{ROOT}/a/x.go": b"", f"{ROOT}/A/y.go": b""}),
        "case-insensitive file name collision",
    ),
    "one name twice": (lambda: _twice(), "multiple entries for file"),
    "file and folder of one name": (
        lambda: _zip({f"{ROOT}/a": b"", f"{ROOT}/a/b.go": b""}),
        "both a file and a directory",
    ),
    "another module": (lambda: _zip({"example.com/other@v1.0.0/a.go": b""}, plain=False), "has unexpected file"),
    "another version": (lambda: _zip({"example.com/dep@v1.0.1/a.go": b""}, plain=False), "has unexpected file"),
    "go.mod below the root": (lambda: _zip({f"{ROOT}/sub/go.mod": b""}), "go.mod file not in module root directory"),
    "GO.MOD": (lambda: _zip({f"{ROOT}/GO.MOD": b""}, plain=False), "go.mod file"),
    "huge go.mod": (lambda: _zip([(f"{ROOT}/go.mod", bytes(17 << 20))], plain=False), "go.mod file too large"),
    "huge LICENSE": (lambda: _zip({f"{ROOT}/LICENSE": bytes(17 << 20)}), "LICENSE file too large"),
    "bomb": (_bomb, "too large"),
    "wrong CRC": (_bad_crc, "zip: checksum error"),
    "claims to be larger": (_claims_more, "unexpected EOF"),
    "truncated": (lambda: _zip({f"{ROOT}/a.go": b"package dep\n" * 99})[:-40], "not a valid zip file"),
    "cut at the front": (lambda: _zip({f"{ROOT}/a.go": b"package dep\n" * 99})[40:], "negative offset"),
    "empty": (lambda: b"", "not a valid zip file"),
    "reserved name": (lambda: _zip({f"{ROOT}/con.go": b""}), "malformed file path"),
    "line break": (lambda: _zip({f"{ROOT}/a\nb.go": b""}), "filenames with newlines are not supported"),
    "control character": (lambda: _zip({f"{ROOT}/a\x01b.go": b""}), "malformed file path"),
    "unknown compression": (
        lambda: _patched(_zip({f"{ROOT}/a.go": b""}), lambda content: _central(content, 10), b"\x63\0"),
        "zip: unsupported compression algorithm",
    ),
}


def _twice() -> bytes:
    return _zip([(f"{ROOT}/a.go", b"package dep\n"), (f"{ROOT}/a.go", b"package dep // 2\n")])
