"""The ``h1:`` hash of a module zip and of a go.mod file, as go.sum and checksum databases list them.

Source of the rule: Hash1 of golang.org/x/mod/sumdb/dirhash. The SHA-256 of each file is written as a line
``HEX  NAME``, the lines in byte order of the names; ``h1:`` is the SHA-256 of those lines in base64.
"""

from __future__ import annotations

import base64
import hashlib
import zipfile
import zlib
from collections.abc import Iterable
from pathlib import Path
from typing import IO

from gomod2bazel.base.errors import TrustError

__all__ = ["entry_name", "hash_go_mod", "hash_zip", "summarise"]

_UTF8_FLAG = 0x800  # general purpose bit 11 (APPNOTE.TXT 4.4.4)
# What zipfile raises, from a wrong CRC to an unknown compression.
_UNREADABLE = (zipfile.BadZipFile, zlib.error, EOFError, RuntimeError, ValueError, OSError)


def summarise(digests: Iterable[tuple[str, str]]) -> str:
    """Return the ``h1:`` hash of files whose content has been hashed already.

    Args:
        digests: for each file its name (``MODULE@VERSION/FILE`` in a zip) and the hexadecimal SHA-256 of its content.

    Raises:
        TrustError: a name has a line break, which would make two sets of files look alike.
    """
    total = hashlib.sha256()
    named = sorted((name.encode(errors="surrogateescape"), digest) for name, digest in digests)
    for name, digest in named:
        if b"\n" in name:
            raise TrustError(
                f"file name {name!r} has a line break",
                hint="check the module zip: the go command does not make such a zip",
            )
        total.update(b"%s  %s\n" % (digest.encode(), name))
    return "h1:" + base64.b64encode(total.digest()).decode()


def hash_go_mod(content: bytes) -> str:
    """Return the ``h1:`` hash that go.sum lists as ``VERSION/go.mod``."""
    return summarise([("go.mod", hashlib.sha256(content).hexdigest())])


def hash_zip(source: Path | IO[bytes]) -> str:
    """Return the ``h1:`` hash of a module zip, given by its path or as an open file.

    Raises:
        TrustError: it is not a readable zip, or has a file name that cannot be hashed.
    """
    try:
        with zipfile.ZipFile(source) as archive:
            # Of entries with one name the last counts, as in HashZip; such a zip is refused when it is unpacked.
            last = {entry_name(info): info for info in archive.infolist()}
            names = map(entry_name, archive.infolist())
            return summarise([(name, _digest(archive, last[name])) for name in names])
    except _UNREADABLE as error:
        where = str(source) if isinstance(source, Path) else ""
        raise TrustError(
            f"not a readable zip: {error}", where=where, hint="remove it; the next run fetches it again"
        ) from error


def entry_name(info: zipfile.ZipInfo) -> str:
    """Return the name of a zip entry as the go command reads it: its bytes taken as UTF-8, whatever the flags say."""
    raw = info.orig_filename.encode("utf-8" if info.flag_bits & _UTF8_FLAG else "cp437")
    return raw.decode(errors="surrogateescape")


def _digest(archive: zipfile.ZipFile, info: zipfile.ZipInfo) -> str:
    with archive.open(info) as file:
        digest = hashlib.sha256()
        while chunk := file.read(1 << 20):
            digest.update(chunk)
    return digest.hexdigest()
