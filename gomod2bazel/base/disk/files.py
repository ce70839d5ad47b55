"""Files of this machine: written whole or not at all, read, removed; each failure names the file and what to do."""

from __future__ import annotations

import errno
import fnmatch
import os
import shutil
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from gomod2bazel.base.disk.partial import partial_name, remove_stale
from gomod2bazel.base.errors import FileError

__all__ = [
    "check_shortage",
    "copy_file",
    "entries_of",
    "file_error",
    "file_errors",
    "files_below",
    "hint_for",
    "is_shortage",
    "make_folder",
    "read_bytes",
    "read_text",
    "remove_file",
    "remove_tree",
    "replace_file",
    "walk",
    "write_file",
]

_SHORTAGES = frozenset(
    (errno.ENOSPC, errno.EDQUOT, errno.EROFS, errno.EIO, errno.EMFILE, errno.ENFILE, errno.ENOMEM, errno.EAGAIN)
)
"""Errors of the machine, such as a full disk: they do not mean that the file itself is bad."""

_SPACE = "free some disk space, or set XDG_CACHE_HOME to a folder on another disk"
_READ_ONLY = "make it writable, or set XDG_CACHE_HOME to a writable folder"
_OPEN_FILES = "raise the limit of open files: ulimit -n"

_HINTS = {
    errno.ENOSPC: _SPACE,
    errno.EDQUOT: _SPACE,
    errno.EROFS: _READ_ONLY,
    errno.EACCES: _READ_ONLY,
    errno.EPERM: _READ_ONLY,
    errno.EMFILE: _OPEN_FILES,
    errno.ENFILE: _OPEN_FILES,
    errno.EIO: "check the disk, which reports an error: dmesg",
    errno.ENAMETOOLONG: "use a shorter name",
    errno.ENOTDIR: "remove the file that is in the way, or choose another folder",
    errno.EEXIST: "remove the file that is in the way, or choose another folder",
    errno.ENOMEM: "free some memory",
    errno.EAGAIN: "end some processes, or raise their limit: ulimit -u",
    errno.ENOLCK: "set XDG_CACHE_HOME to a folder on a file system that supports locks",
}
"""What to do about an error of the system, where the caller knows nothing better."""


def hint_for(error: OSError) -> str:
    """Return what to do about an error of the system, as far as the kind of error tells."""
    return _HINTS.get(error.errno or 0, "")


def file_error(doing: str, path: Path | str, error: OSError, hint: str = "") -> FileError:
    """Return the error for a file operation that failed.

    Args:
        doing: The operation: "write", "read", "remove".
        path: The file or folder; names that are not UTF-8 are shown with escapes.
        error: The system's error.
        hint: What to do; when empty, what the kind of error suggests.
    """
    reason = error.strerror or str(error)
    return FileError(f"cannot {doing} {_shown(path)}: {reason}", hint=hint or hint_for(error))


def _shown(path: Path | str) -> str:
    return os.fsencode(path).decode("utf-8", "backslashreplace")


@contextmanager
def file_errors(doing: str, path: Path | str, hint: str = "") -> Iterator[None]:
    """Turn every OSError raised inside into a `FileError`; the arguments are those of `file_error`.

    Raises:
        FileError: The system reported an error.
    """
    try:
        yield
    except OSError as error:
        raise file_error(doing, path, error, hint) from error


def is_shortage(error: OSError) -> bool:
    """Return whether the machine lacks something, or its disk is broken: the same operation may well work later."""
    return error.errno in _SHORTAGES


def check_shortage(doing: str, path: Path | str, error: OSError) -> None:
    """Return when ``error`` is of the file, which the caller then takes as missing or refuses in its own words.

    Args:
        doing: The operation.
        path: The file or folder.
        error: The system's error.

    Raises:
        FileError: The machine lacks something, or the disk is broken: the file may well be there and be right.
    """
    if is_shortage(error):
        raise file_error(doing, path, error) from error


def read_bytes(path: Path, hint: str = "") -> bytes:
    """Return what is in a file.

    Raises:
        FileError: It cannot be read.
    """
    with file_errors("read", path, hint):
        return path.read_bytes()


def read_text(path: Path, errors: str = "strict") -> str:
    """Return the text of a file in UTF-8, with newlines as they are in text files.

    Args:
        path: The file.
        errors: What becomes of bytes that are not UTF-8; see `codecs.register_error`.

    Raises:
        FileError: It cannot be read, or is not UTF-8 where ``errors`` asks for that.
    """
    try:
        with file_errors("read", path):
            return path.read_text(encoding="utf-8", errors=errors)
    except UnicodeDecodeError as error:
        raise FileError(
            f"cannot read {_shown(path)}: byte {error.start + 1} is not UTF-8", hint="save it as UTF-8"
        ) from error


def copy_file(source: Path, target: Path) -> None:
    """Copy the content of a file into another one, in a folder that is created when missing.

    Raises:
        FileError: One of them cannot be read or written; the error names both.
    """
    make_folder(target.parent)
    with file_errors(f"copy {_shown(source)} to", target):
        shutil.copyfile(source, target)


def entries_of(folder: Path) -> list[Path]:
    """Return what is in a folder, sorted.

    Raises:
        FileError: It cannot be listed.
    """
    with file_errors("list", folder):
        return sorted(folder.iterdir())


def walk(root: Path, *, closed: bool = False) -> Iterator[tuple[str, list[str], list[str]]]:
    """Walk top down like `os.walk`, but raise errors: a skipped file could affect the build.

    Args:
        root: Where to begin; nothing is found when it does not exist.
        closed: Whether to pass over folders that the user may not list, as the go command does.

    Raises:
        FileError: A folder cannot be listed.
    """

    def failed(error: OSError) -> None:
        missing = isinstance(error, FileNotFoundError) and error.filename == os.fspath(root)
        if not missing and not (closed and isinstance(error, PermissionError)):
            raise file_error("list", error.filename or root, error) from error

    yield from os.walk(root, onerror=failed)


def files_below(root: Path, pattern: str = "*", *, closed: bool = False) -> list[Path]:
    """Return the paths at any depth below ``root`` whose name fits ``pattern``, folders too, sorted.

    Symlinks to folders are not followed. For ``closed`` see `walk`.

    Raises:
        FileError: A folder cannot be listed.
    """
    paths = (Path(folder, name) for folder, folders, files in walk(root, closed=closed) for name in (*folders, *files))
    return sorted(path for path in paths if fnmatch.fnmatchcase(path.name, pattern))


def remove_file(path: Path) -> None:
    """Remove a file; a missing one is not an error.

    Raises:
        FileError: It cannot be removed.
    """
    with file_errors("remove", path):
        path.unlink(missing_ok=True)


def make_folder(path: Path) -> Path:
    """Create a folder and those above it, and return it.

    Raises:
        FileError: It cannot be created.
    """
    with file_errors("create", path):
        path.mkdir(parents=True, exist_ok=True)
    return path


def write_file(path: Path, content: str | bytes, hint: str = "") -> bool:
    """Write a file whole or not at all, in a folder that is created when missing; leave it alone when nothing changes.

    Args:
        path: The file; an older one is replaced.
        content: Text is written as UTF-8; surrogates from undecodable names become their bytes again.
        hint: What to do when it fails; see `file_error`.

    Returns:
        Whether the file was written: False when it had this content.

    Raises:
        FileError: It cannot be written; an older file is as it was.
    """
    data = content.encode("utf-8", "surrogateescape") if isinstance(content, str) else content
    with suppress(OSError):
        if path.read_bytes() == data:
            return False
    with file_errors("write", path, hint):
        path.parent.mkdir(parents=True, exist_ok=True)
        replace_file(path, lambda partial: _write(partial, data))
    return True


def replace_file(path: Path, write: Callable[[Path], object]) -> None:
    """Let ``write`` make a temporary file, and rename it to ``path``.

    The temporary file is in the scratch folder of this run when that is on the same device: a run that is killed then
    leaves nothing that the next one does not remove.

    Raises:
        OSError: From ``write`` or the rename.
    """
    scratch = Path(tempfile.gettempdir())
    same = scratch.is_dir() and scratch.stat().st_dev == path.parent.stat().st_dev
    for folder in (scratch, path.parent) if same else (path.parent,):
        if folder == path.parent:
            _remove_stale(folder)
        partial = folder / partial_name()
        try:
            write(partial)
            partial.replace(path)
        except BaseException as error:
            with suppress(OSError):
                partial.unlink(missing_ok=True)
            # Two mounts of one device are distinguished only by trying.
            if not isinstance(error, OSError) or error.errno != errno.EXDEV or folder == path.parent:
                raise
        else:
            return


def _remove_stale(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        remove_stale(descriptor)
    finally:
        os.close(descriptor)


def _write(path: Path, data: bytes) -> None:
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o666)
    with os.fdopen(descriptor, "wb") as file:
        file.write(data)


def remove_tree(folder: Path) -> None:
    """Remove a folder, also with read-only folders, as in the go command's module cache; a missing one is not an error.

    Raises:
        FileError: Something of it cannot be removed.
    """
    with file_errors("remove", folder), suppress(FileNotFoundError):
        folder.chmod(0o700)
        for inner, folders, _ in os.walk(folder):
            for name in folders:
                inside = Path(inner, name)
                if not inside.is_symlink():
                    inside.chmod(0o700)
        shutil.rmtree(folder, ignore_errors=True)
        if folder.exists():
            # Once more, for the error that names what is in the way.
            shutil.rmtree(folder)
