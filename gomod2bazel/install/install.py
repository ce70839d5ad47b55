"""Put built binaries where they belong: all of them or, when anything fails before the last is written, none.

Each file is first copied, under a name nobody can guess, into the folder it goes to, hashed on the way and synced; only
when all are there are they renamed, with signals held back meanwhile. What is at a path is the old file or the new one.
"""

from __future__ import annotations

import errno
import hashlib
import os
import re
import resource
import stat
from collections import defaultdict
from collections.abc import Iterable, Sequence
from contextlib import ExitStack, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import BinaryIO

from gomod2bazel.base.disk.partial import partial_name, remove_stale
from gomod2bazel.base.errors import InstallError, UsageError
from gomod2bazel.base.process.interrupts import held_back
from gomod2bazel.install.destination import Destination, reason
from gomod2bazel.install.record import Input, Record

__all__ = ["Binary", "BuiltBinary", "InstalledFile", "install", "plan"]

_CHUNK = 1 << 20
_EXECUTABLE, _PLAIN = 0o777, 0o666  # less the umask, as the go command gives its files
_UNFIT_NAME = re.compile(r"\.{0,2}|.*[/\x00-\x1f\x7f].*", re.DOTALL)

_OTHER_IN_THE_WAY = "a device, pipe or socket is in the way"


@dataclass(frozen=True, slots=True, kw_only=True)
class Binary:
    """A chosen binary.

    Attributes:
        import_path: import path of its main package.
        name: file name to install it under, complete (``tool.exe`` for Windows).
        folder: folder below the destination, ``linux_amd64`` when several platforms are built; empty for one.
        kind: executable, c-archive, c-shared, plugin, archive or header; of a packed module info, mod, zip or list.
        set: target, test-helper, integration, example or maintenance.
        module: path of the module its main package is in.
        version: version of that module; empty for an unpacked tree.
        goos: operating system it runs on.
        goarch: architecture it runs on.
        inputs: the modules whose packages are in it, its own first.
        license: the SPDX licence expression of all modules in it; empty where it is not known.
    """

    import_path: str
    name: str
    folder: str = ""
    kind: str = "executable"
    set: str = ""
    module: str = ""
    version: str = ""
    goos: str = ""
    goarch: str = ""
    inputs: tuple[Input, ...] = ()
    license: str = ""

    @property
    def mode(self) -> int:
        """Permission bits before the umask (cmd/go/internal/work, BuildInstallFunc)."""
        return _EXECUTABLE if self.kind == "executable" else _PLAIN


@dataclass(frozen=True, slots=True, kw_only=True)
class BuiltBinary:
    """A binary and the file that Bazel made of it."""

    binary: Binary
    source: Path


@dataclass(frozen=True, slots=True, kw_only=True)
class InstalledFile:
    """A file that is in place.

    Attributes:
        record: its entry in result files.
        real: where it was really written, prefix and all.
        unchanged: whether the same content was there already, so that the file was left alone.
        is_new: whether the file did not exist before.
    """

    record: Record
    real: Path
    unchanged: bool
    is_new: bool = False

    @property
    def state(self) -> str:
        """What became of it, in a word."""
        return "unchanged" if self.unchanged else "new" if self.is_new else "changed"


def plan(binaries: Iterable[Binary], destination: Destination) -> tuple[str, ...]:
    """Find out before anything is built whether all ``binaries`` can be installed.

    Returns:
        The paths they will have, without the prefix, sorted.

    Raises:
        UsageError: a name is not a file name, or two binaries have one (all such are named).
        InstallError: the destination cannot be written to, or something that is not a file is in a binary's way.
    """
    chosen = tuple(binaries)
    _check_names(chosen)
    folders = {binary.folder for binary in chosen}
    existing_folders = {folder for folder in folders if destination.check(folder)}
    for folder in sorted(existing_folders):
        with destination.open_folder(folder) as here:
            _check_in_the_way(here, [binary for binary in chosen if binary.folder == folder], destination)
    return tuple(sorted(destination.shown(binary.name, binary.folder) for binary in chosen))


def install(binaries: Iterable[BuiltBinary], destination: Destination) -> tuple[InstalledFile, ...]:
    """Copy every binary into ``destination``, creating folders as needed.

    A file that has the same content and mode already is left alone. A symlink at a binary's path is replaced, never
    followed.

    Returns:
        One `InstalledFile` for each of ``binaries``, in their order.

    Raises:
        UsageError: as `plan`.
        InstallError: a file cannot be read or written; nothing has then been replaced, unless a rename itself failed.
    """
    built = tuple(binaries)
    _check_names([item.binary for item in built])
    with ExitStack() as stack:
        folders = {item.binary.folder: _UNOPENED for item in built}
        _allow_open(len(folders))
        for name in folders:
            folders[name] = stack.enter_context(destination.open_folder(name))
        for name, here in folders.items():
            _check_in_the_way(here, [item.binary for item in built if item.binary.folder == name], destination)
            _remove_stale(here)
        staged: list[_Staged] = []
        try:
            for item in built:
                staged.append(_Staged(item=item, folder=folders[item.binary.folder]))
                _stage(staged[-1], destination)
            with held_back():
                _put_in_place(staged, destination)
        finally:
            _discard(staged)
    return tuple(_installed(file, destination) for file in staged)


_UNOPENED = -1

# Files that are open in addition to the folders. More than enough.
_OTHER_FILES = 100


def _allow_open(folders: int) -> None:
    """Raise the limit of open files, if it is needed, as far as the system permits: many have a soft limit of 1024."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    needed = folders + _OTHER_FILES
    if soft != resource.RLIM_INFINITY and soft < needed:
        most = needed if hard == resource.RLIM_INFINITY else min(needed, hard)
        resource.setrlimit(resource.RLIMIT_NOFILE, (most, hard))


@dataclass(slots=True, kw_only=True)
class _Staged:
    """A binary on its way: its temporary file until it is renamed, and what was learned while copying."""

    item: BuiltBinary
    folder: int
    temporary: str = field(default_factory=partial_name)
    unchanged: bool = False
    is_new: bool = False
    mode: int = 0
    size: int = 0
    sha256: str = ""


def _check_names(binaries: Sequence[Binary]) -> None:
    unfit = [f"{b.import_path}: {b.name!r} is not a file name" for b in binaries if _UNFIT_NAME.fullmatch(b.name)]
    if unfit:
        raise UsageError("\n".join(unfit), hint="give it another name with -binary IMPORTPATH=NAME")
    owners = defaultdict(list)
    for binary in binaries:
        owners[binary.folder, binary.name].append(binary.import_path)
    clashes = {key: sorted(paths) for key, paths in owners.items() if len(paths) > 1}
    if clashes:
        lines = [f"\t{'/'.join(filter(None, key))}: {' and '.join(clashes[key])}" for key in sorted(clashes)]
        renames = sorted({f"-binary {path}=NAME" for paths in clashes.values() for path in paths[1:]})
        raise UsageError(
            "\n".join(["chosen binaries share a file name:", *lines]), hint=f"rename with {' '.join(renames)}"
        )


def _check_in_the_way(here: int, binaries: Sequence[Binary], destination: Destination) -> None:
    """Refuse, all at once, paths where there is a folder, a device or the like."""
    problems = []
    for binary in binaries:
        try:
            mode = os.stat(binary.name, dir_fd=here, follow_symlinks=False).st_mode
        except FileNotFoundError:
            continue
        except OSError as error:
            problems.append(f"{destination.shown(binary.name, binary.folder)}: {reason(error)}")
        else:
            if not (stat.S_ISREG(mode) or stat.S_ISLNK(mode)):
                # The go command's words for a folder (cmd/go/internal/work, BuildInstallFunc).
                what = "already exists and is a directory" if stat.S_ISDIR(mode) else _OTHER_IN_THE_WAY
                problems.append(f"{destination.shown(binary.name, binary.folder)}: {what}")
    if problems:
        raise InstallError("\n".join(problems), hint="move it away, or rename the binary with -binary IMPORTPATH=NAME")


def _stage(staged: _Staged, destination: Destination) -> None:
    """Find the binary already in place, or write its temporary file."""
    try:
        source = staged.item.source.open("rb")
    except OSError as error:
        raise InstallError(f"cannot read {staged.item.source}: {reason(error)}", hint="build it again") from error
    with source:
        try:
            if not _is_up_to_date(staged, source):
                source.seek(0)
                _copy(staged, source)
        except OSError as error:
            raise _cannot_write(staged, error, destination) from error


def _is_up_to_date(staged: _Staged, source: BinaryIO) -> bool:
    """Return whether the very same file is at the binary's path; learn its size and digest if so."""
    try:
        flags = os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC
        descriptor = os.open(staged.item.binary.name, flags, dir_fd=staged.folder)
    except OSError as error:
        staged.is_new = isinstance(error, FileNotFoundError)
        return False
    with os.fdopen(descriptor, "rb") as old:
        status = os.fstat(descriptor)
        mode_and_size = (stat.S_IFREG | (staged.item.binary.mode & ~_umask()), os.fstat(source.fileno()).st_size)
        if (status.st_mode, status.st_size) != mode_and_size:
            return False
        digest = hashlib.sha256()
        while chunk := source.read(_CHUNK):
            if chunk != old.read(_CHUNK):
                return False
            digest.update(chunk)
    staged.unchanged = True
    staged.mode, staged.size, staged.sha256 = stat.S_IMODE(status.st_mode), status.st_size, digest.hexdigest()
    return True


def _copy(staged: _Staged, source: BinaryIO) -> None:
    """Write the temporary file, hashing what is written; the kernel takes the umask off its mode."""
    flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW | os.O_CLOEXEC
    descriptor = os.open(staged.temporary, flags, staged.item.binary.mode, dir_fd=staged.folder)
    digest = hashlib.sha256()
    with os.fdopen(descriptor, "wb") as file:
        while chunk := source.read(_CHUNK):
            digest.update(chunk)
            staged.size += file.write(chunk)
        file.flush()
        os.fsync(descriptor)
        staged.mode = stat.S_IMODE(os.fstat(descriptor).st_mode)
    staged.sha256 = digest.hexdigest()


def _put_in_place(staged: Sequence[_Staged], destination: Destination) -> None:
    new = [file for file in staged if not file.unchanged]
    for file in new:
        try:
            os.rename(file.temporary, file.item.binary.name, src_dir_fd=file.folder, dst_dir_fd=file.folder)
        except OSError as error:
            raise _cannot_write(file, error, destination) from error
    for folder in {file.folder for file in new}:
        _sync_folder(folder)


def _remove_stale(here: int) -> None:
    """Remove what killed runs left; ``here`` is a descriptor that cannot be read itself (O_PATH)."""
    with suppress(OSError):
        folder = os.open(".", os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC, dir_fd=here)
        try:
            remove_stale(folder)
        finally:
            os.close(folder)


def _sync_folder(folder: int) -> None:
    """Make the renames last; a folder that may be written to but not read cannot be synced, and need not be."""
    with suppress(OSError):
        descriptor = os.open(".", os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC, dir_fd=folder)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)


def _discard(staged: Iterable[_Staged]) -> None:
    """Remove the temporary files still there."""
    with held_back():
        for file in staged:
            with suppress(OSError):
                os.unlink(file.temporary, dir_fd=file.folder)


def _umask() -> int:
    """Return the umask; asking for it means setting it, so a strict one stands for the moment between."""
    mask = os.umask(0o077)
    os.umask(mask)
    return mask


def _cannot_write(staged: _Staged, error: OSError, destination: Destination) -> InstallError:
    binary = staged.item.binary
    hints = {errno.ENOSPC: "free some space there", errno.EDQUOT: "free some space there"}
    where = f"under -prefix {destination.prefix}" if destination.prefix else "there, or stage the files with -prefix"
    return InstallError(
        f"cannot write {destination.shown(binary.name, binary.folder)}: {reason(error)}",
        hint=hints.get(error.errno or 0, f"choose a writable -destination {where}"),
    )


def _installed(staged: _Staged, destination: Destination) -> InstalledFile:
    binary = staged.item.binary
    record = Record(
        path=destination.shown(binary.name, binary.folder),
        import_path=binary.import_path,
        kind=binary.kind,
        set=binary.set,
        module=binary.module,
        version=binary.version,
        goos=binary.goos,
        goarch=binary.goarch,
        mode=staged.mode,
        size=staged.size,
        sha256=staged.sha256,
        inputs=binary.inputs,
        # A tree of the user has no version, and was not fetched.
        verified=bool(binary.inputs) and all(entry.verified for entry in binary.inputs if entry.version),
        license=binary.license,
    )
    real = destination.real(binary.name, binary.folder)
    return InstalledFile(record=record, real=real, unchanged=staged.unchanged, is_new=staged.is_new)
