"""A folder in the layout of Bazel's --disk_cache: ac/ has action results by key, cas/ bodies by sha256, tmp/ new files.

Bazel builds may use the folder at the same time. Bazel and its garbage collection take the modification time of a file
for the last time it was used, and expect that a body was used no earlier than an action result that names it.
"""

from __future__ import annotations

import errno
import hashlib
import os
import stat
import time
from collections.abc import Callable, Iterable
from contextlib import suppress
from pathlib import Path
from typing import BinaryIO

from gomod2bazel.base.disk.partial import partial_name, remove_stale
from gomod2bazel.golang.build_cache.action_result import Digest, Entry, decode, encode

__all__ = ["DiskCache", "WrongBodyError"]

_HOUR = 60 * 60
"""How old a time of use may be before it is written again, in seconds: as for the go command's own cache."""

_MOST = 1 << 16
"""Bytes that an action result may have."""


class WrongBodyError(Exception):
    """A body is not what its digest says."""


class DiskCache:
    """The cache in one folder, which is created when something is first stored. All methods may be called by threads.

    Neither files nor the folders below the cache's may be symlinks: nothing is read or written through these.

    Attributes:
        root: The folder; an absolute path.
    """

    def __init__(self, root: Path) -> None:
        self.root = root
        self._folders: set[Path] = set()

    def find(self, key: str) -> tuple[Entry, Path] | None:
        """Return the entry with a key and the file with its body, and note that they are in use; None if missing.

        Raises:
            OSError: A file cannot be read. That it is missing is not an error.
        """
        path = self._path("ac", key)
        try:
            data, used = self._result(path)
            entry = decode(data)
        except (FileNotFoundError, ValueError):
            return None
        body = self.body(entry.output)
        if body is None:
            return None
        if time.time() - used > _HOUR:
            for file in (path, body):
                # Files of another user cannot always be marked.
                with suppress(PermissionError, FileNotFoundError):
                    os.utime(file)
        return entry, body

    def result(self, key: str) -> bytes | None:
        """Return the action result with a key, as it was stored; None if missing, or if the file cannot be one.

        Raises:
            OSError: The file cannot be read.
        """
        try:
            return self._result(self._path("ac", key))[0]
        except (FileNotFoundError, ValueError):
            return None

    def body(self, digest: Digest) -> Path | None:
        """Return the file with a body; None if the cache does not have it.

        Raises:
            OSError: The file's state cannot be read.
        """
        path = self._path("cas", digest.hash)
        try:
            status = path.lstat()
        except FileNotFoundError:
            return None
        return path if stat.S_ISREG(status.st_mode) and status.st_size == digest.size else None

    def store_body(self, digest: Digest, chunks: Iterable[bytes]) -> Path:
        """Store a body, whole or not at all, and return its file.

        Args:
            digest: What the body must be.
            chunks: The body in pieces.

        Raises:
            OSError: It cannot be written.
            WrongBodyError: The body is another one.
        """

        def write(file: BinaryIO) -> None:
            digested, size = hashlib.sha256(), 0
            for chunk in chunks:
                size += len(chunk)
                if size > digest.size:
                    break
                digested.update(chunk)
                file.write(chunk)
            if size != digest.size:
                actual = "more" if size > digest.size else str(size)
                raise WrongBodyError(f"{actual} instead of {digest.size} bytes")
            if digested.hexdigest() != digest.hash:
                raise WrongBodyError(f"its sha256 is {digested.hexdigest()}")

        return self._store(self._path("cas", digest.hash), write)

    def store_entry(self, key: str, entry: Entry) -> None:
        """Store an entry whose body was stored before.

        Raises:
            OSError: It cannot be written.
        """
        self.store_result(key, encode(entry))

    def store_result(self, key: str, data: bytes) -> None:
        """Store an action result whose bodies were stored before.

        Raises:
            OSError: It cannot be written.
        """
        self._store(self._path("ac", key), lambda file: file.write(data))

    def remove_abandoned(self) -> None:
        """Remove the temporary files of processes that were killed."""
        with suppress(OSError):
            folder = os.open(self.root / "tmp", os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW | os.O_CLOEXEC)
            try:
                remove_stale(folder)
            finally:
                os.close(folder)

    def _path(self, kind: str, name: str) -> Path:
        folder = self.root / kind / name[:2]
        if folder not in self._folders:
            self._check(folder.parent)
            self._check(folder)
        return folder / name

    def _check(self, folder: Path) -> None:
        """Refuse a folder that is a symlink or a file."""
        try:
            status = folder.lstat()
        except FileNotFoundError:
            return
        if not stat.S_ISDIR(status.st_mode):
            raise NotADirectoryError(errno.ENOTDIR, "not a folder, or a symlink to one", str(folder))
        self._folders.add(folder)

    def _result(self, path: Path) -> tuple[bytes, float]:
        """Return an action result, and when it was last marked as used.

        Raises:
            OSError: It cannot be read.
            ValueError: The file cannot be an action result.
        """
        try:
            descriptor = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC)
        except OSError as error:
            if error.errno == errno.ELOOP:
                raise ValueError("a symlink") from error
            raise
        try:
            status = os.fstat(descriptor)
            if not stat.S_ISREG(status.st_mode) or status.st_size > _MOST:
                raise ValueError("not an action result")
            return os.read(descriptor, _MOST), status.st_mtime
        finally:
            os.close(descriptor)

    def _store(self, path: Path, write: Callable[[BinaryIO], object]) -> Path:
        """Write a file below tmp/, and rename it to ``path``, which is then either the old one or the new one."""
        partial = self.root / "tmp" / partial_name()
        for folder in (partial.parent, path.parent):
            folder.mkdir(parents=True, exist_ok=True)
            self._check(folder)
        flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW | os.O_CLOEXEC
        try:
            with os.fdopen(os.open(partial, flags, 0o666), "wb") as file:
                write(file)
            partial.replace(path)
        except BaseException:
            with suppress(OSError):
                partial.unlink(missing_ok=True)
            raise
        return path
