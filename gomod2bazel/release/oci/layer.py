"""The layer with a binary: a tar archive that has the same bytes on each machine, compressed with gzip.

The uncompressed archive is the same everywhere, and with it the image ID. The compressed archive is the same wherever
Python uses the same zlib: another implementation, such as zlib-ng, compresses to other bytes.
"""

from __future__ import annotations

import gzip
import hashlib
import tarfile
from collections.abc import Iterator
from pathlib import Path, PurePosixPath
from typing import BinaryIO

from gomod2bazel.base.disk.files import file_errors, make_folder
from gomod2bazel.base.disk.partial import partial_name
from gomod2bazel.base.errors import FileError
from gomod2bazel.release.contents import ReleasedBinary
from gomod2bazel.release.oci.blobs import LAYER, Layer

__all__ = ["FOLDER", "write_layer"]

FOLDER = "/usr/bin"
"""Where images have their binary: as packages of distributions do, and in PATH of each base image."""

_MODE = 0o755
_CHUNK = 1 << 20
_BLOCK = tarfile.BLOCKSIZE
_LEVEL = 6  # 9 takes three times as long for a Go binary, and saves less than 1 %


def write_layer(binary: ReleasedBinary, created: int, folder: Path) -> Layer:
    """Write the layer that has ``binary`` in `FOLDER`, owned by root.

    Args:
        binary: The binary; its content is read in pieces.
        created: Time of all entries, in seconds of the epoch.
        folder: Where the compressed archive is written; its name is its digest.

    Raises:
        FileError: The binary cannot be read or has changed, or the archive cannot be written.
    """
    make_folder(folder)
    partial = folder / partial_name()
    archive = hashlib.sha256()
    with file_errors(f"pack {binary.binary.name} into", partial):
        with partial.open("xb") as file:
            compressed = _HashedFile(file)
            # With a time of 0 and without a name, the header depends on the level alone (RFC 1952).
            with gzip.GzipFile(filename="", mode="wb", compresslevel=_LEVEL, fileobj=compressed, mtime=0) as packer:
                for piece in _archive(binary, created):
                    archive.update(piece)
                    packer.write(piece)
        path = partial.rename(folder / compressed.digest.hexdigest())
    return Layer(
        media_type=LAYER,
        digest=f"sha256:{path.name}",
        size=compressed.size,
        content=path,
        diff_id=f"sha256:{archive.hexdigest()}",
    )


class _HashedFile:
    """A file that is hashed while it is written.

    Attributes:
        digest: hash of what was written.
        size: length of what was written.
    """

    def __init__(self, file: BinaryIO) -> None:
        self._file = file
        self.digest = hashlib.sha256()
        self.size = 0

    def write(self, data: bytes) -> int:
        """Write and hash data."""
        self.digest.update(data)
        self.size += len(data)
        return self._file.write(data)

    def flush(self) -> None:
        """Write what is buffered."""
        self._file.flush()


def _archive(binary: ReleasedBinary, created: int) -> Iterator[bytes]:
    """Yield the archive in pieces: the folders, the binary, and the two empty blocks at the end (POSIX, pax)."""
    path = PurePosixPath(FOLDER, binary.binary.name).relative_to("/")
    for parent in reversed(path.parents[:-1]):
        yield _header(f"{parent}/", created, tarfile.DIRTYPE)
    yield _header(str(path), created, tarfile.REGTYPE, binary.size)
    yield from _content(binary)
    yield bytes(-binary.size % _BLOCK)
    yield bytes(2 * _BLOCK)


def _header(name: str, created: int, kind: bytes, size: int = 0) -> bytes:
    info = tarfile.TarInfo(name)
    info.type, info.size, info.mode, info.mtime = kind, size, _MODE, created
    return info.tobuf(tarfile.PAX_FORMAT, "utf-8", "surrogateescape")


def _content(binary: ReleasedBinary) -> Iterator[bytes]:
    """Yield the content of the binary.

    Raises:
        FileError: It is not the content that was recorded.
    """
    digest, size = hashlib.sha256(), 0
    with binary.source.open("rb") as file:
        while piece := file.read(_CHUNK):
            digest.update(piece)
            size += len(piece)
            yield piece
    if (size, digest.hexdigest()) != (binary.size, binary.sha256):
        raise FileError(f"{binary.binary.name} changed while it was packed", hint="repeat the command")
