"""An image layout that somebody else made, read with care: each blob is checked against its size and digest.

Nothing in the layout is trusted: symlinks are not followed, files are opened once, below a folder that is held open,
and documents have a limited size.
"""

from __future__ import annotations

import hashlib
import os
import re
import stat
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, BinaryIO

from gomod2bazel.base.disk.files import file_errors, make_folder
from gomod2bazel.base.errors import FileError, TrustError, UsageError
from gomod2bazel.base.json_input import read_object, shape_errors
from gomod2bazel.release.oci.blobs import Blob, blob_name

__all__ = ["FETCH_AGAIN", "Layout", "LayoutReader"]

FETCH_AGAIN = "fetch the base image again: skopeo copy --all docker://IMAGE oci:DIR:TAG"

_VERSION = "1.0.0"
_LARGEST_DOCUMENT = 4 << 20  # what registries accept (distribution-spec, "Pushing Manifests")
_LARGEST_BLOB = 1 << 40
_CHUNK = 1 << 20
_DIGEST = re.compile(r"sha256:[0-9a-f]{64}")
_FILE = os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC
_FOLDER = os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW | os.O_CLOEXEC


@dataclass(frozen=True, slots=True, kw_only=True)
class Layout:
    """An image layout on disk.

    Attributes:
        folder: where it is; a symlink here is the user's choice.
    """

    folder: Path

    @contextmanager
    def open(self) -> Iterator[LayoutReader]:
        """Open the layout to read it.

        Raises:
            UsageError: The folder is not an image layout of version 1.0.0.
            FileError: It cannot be opened.
        """
        with file_errors("open", self.folder, "write the folder of an OCI image layout after -oci-base"):
            descriptor = os.open(self.folder, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
        try:
            reader = LayoutReader(folder=self.folder, descriptor=descriptor)
            reader.check_version()
            yield reader
        finally:
            os.close(descriptor)


@dataclass(frozen=True, slots=True, kw_only=True)
class LayoutReader:
    """Reads an open layout.

    Attributes:
        folder: where it is, for messages.
        descriptor: the open folder.
    """

    folder: Path
    descriptor: int

    def check_version(self) -> None:
        """Raise UsageError unless ``oci-layout`` has the version of the format that is known."""
        version = self._document("oci-layout").get("imageLayoutVersion")
        if version != _VERSION:
            raise UsageError(
                f"{self.folder / 'oci-layout'}: version {version!r} of image layouts is not known, only {_VERSION}",
                hint=FETCH_AGAIN,
            )

    def index(self) -> dict[str, Any]:
        """Return ``index.json``."""
        return self._document("index.json")

    def document(self, descriptor: Mapping[str, Any]) -> dict[str, Any]:
        """Return the JSON document that a descriptor refers to.

        Raises:
            TrustError: It does not have the size and digest of the descriptor.
            UsageError: The descriptor, or the document, does not have the form that the specification gives it.
            FileError: It cannot be read.
        """
        blob = self._blob(descriptor)
        if blob.size > _LARGEST_DOCUMENT:
            raise UsageError(
                f"{self.folder}: {blob.digest} is a document of {blob.size} bytes, more than {_LARGEST_DOCUMENT}",
                hint=FETCH_AGAIN,
            )
        content = b"".join(self._verified(blob))
        return read_object(content, str(self.folder / blob_name(blob.digest)), UsageError, FETCH_AGAIN)

    def copy(self, descriptor: Mapping[str, Any], media_type: str, folder: Path) -> Blob:
        """Copy the blob that a descriptor refers to into ``folder``, under its digest.

        Args:
            descriptor: The descriptor.
            media_type: The media type that the copy has.
            folder: The folder.

        Raises:
            TrustError: It does not have the size and digest of the descriptor.
            UsageError: The descriptor does not have the form that the specification gives it.
            FileError: It cannot be read or written.
        """
        blob = self._blob(descriptor)
        path = make_folder(folder) / blob.digest.partition(":")[2]
        if not path.is_file():
            partial = path.with_name(f".{path.name}")
            with file_errors("write", partial), partial.open("wb") as target:
                for piece in self._verified(blob):
                    target.write(piece)
            with file_errors("write", path):
                partial.rename(path)
        return Blob(media_type=media_type, digest=blob.digest, size=blob.size, content=path)

    def _blob(self, descriptor: Mapping[str, Any]) -> Blob:
        """Return what a descriptor refers to, its fields checked."""
        with shape_errors(str(self.folder), UsageError, FETCH_AGAIN):
            digest, size, media_type = descriptor["digest"], descriptor["size"], descriptor.get("mediaType", "")
        if not isinstance(digest, str) or not _DIGEST.fullmatch(digest):
            raise UsageError(f"{self.folder}: {digest!r} is not a SHA-256 digest", hint=FETCH_AGAIN)
        if type(size) is not int or not 0 <= size <= _LARGEST_BLOB:
            raise UsageError(f"{self.folder}: {digest} has the size {size!r}", hint=FETCH_AGAIN)
        return Blob(media_type=str(media_type), digest=digest, size=size, content=self.folder / blob_name(digest))

    def _verified(self, blob: Blob) -> Iterator[bytes]:
        """Yield the content of a blob in pieces; the end is reached only if it is what the descriptor refers to."""
        name, digest, size = blob_name(blob.digest), hashlib.sha256(), 0
        with self._open(name) as file:
            while piece := file.read(_CHUNK):
                size += len(piece)
                if size > blob.size:
                    break
                digest.update(piece)
                yield piece
        actual = f"sha256:{digest.hexdigest()}"
        if size != blob.size:
            more = "more than " if size > blob.size else ""
            raise TrustError(
                f"{self.folder / name} has {more}{min(size, blob.size)} bytes, its descriptor {blob.size}",
                hint=FETCH_AGAIN,
            )
        if actual != blob.digest:
            raise TrustError(f"{self.folder / name} does not match its digest: it has {actual}", hint=FETCH_AGAIN)

    def _document(self, name: str) -> dict[str, Any]:
        with self._open(name) as file:
            content = file.read(_LARGEST_DOCUMENT + 1)
        if len(content) > _LARGEST_DOCUMENT:
            raise UsageError(f"{self.folder / name} has more than {_LARGEST_DOCUMENT} bytes", hint=FETCH_AGAIN)
        return read_object(content, str(self.folder / name), UsageError, FETCH_AGAIN)

    @contextmanager
    def _open(self, name: str) -> Iterator[BinaryIO]:
        """Open a file of the layout, and no symlink, pipe or device.

        Raises:
            UsageError: It is missing, or is not a file.
            FileError: It cannot be opened.
        """
        shown = self.folder / name
        *folders, last = name.split("/")
        opened = [self.descriptor]
        try:
            try:
                for folder in folders:
                    opened.append(os.open(folder, _FOLDER, dir_fd=opened[-1]))
                opened.append(os.open(last, _FILE, dir_fd=opened[-1]))
            except OSError as error:
                raise self._unreadable(shown, error) from error
            if not stat.S_ISREG(os.fstat(opened[-1]).st_mode):
                raise UsageError(f"{shown} is not a file", hint=FETCH_AGAIN)
            with file_errors("read", shown), os.fdopen(opened[-1], "rb", closefd=False) as file:
                yield file
        finally:
            for descriptor in opened[1:]:
                os.close(descriptor)

    def _unreadable(self, path: Path, error: OSError) -> UsageError | FileError:
        inside = (path, *(parent for parent in path.parents if self.folder in parent.parents))
        for part in inside:
            if part.is_symlink():
                return UsageError(
                    f"{part} is a symlink, which is not followed", hint="cp -rL copies a layout without symlinks"
                )
        if isinstance(error, FileNotFoundError | NotADirectoryError):
            return UsageError(f"{path} does not exist: {self.folder} is not a complete image layout", hint=FETCH_AGAIN)
        return FileError(f"cannot read {path}: {error.strerror}", hint="make it readable: chmod -R u+rX")
