"""Fill a goproxy hierarchy from a module cache: module versions, their lists, and answers of the checksum database."""

from __future__ import annotations

import fcntl
import json
import os
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from gomod2bazel.base.disk.files import (
    entries_of,
    file_errors,
    files_below,
    make_folder,
    read_bytes,
    read_text,
    write_file,
)
from gomod2bazel.base.errors import FileError, InstallError, TrustError
from gomod2bazel.base.version import Version, is_pseudo, precedence, unescape
from gomod2bazel.golang.proxy.dirhash import hash_zip
from gomod2bazel.install.destination import Destination
from gomod2bazel.install.install import Binary, BuiltBinary, InstalledFile, install

__all__ = ["SUFFIXES", "cached_versions", "held_hierarchy", "put_modules"]

SUFFIXES = (".zip", ".mod", ".info")
"""Files of a module version, in the order in which they appear: one that has .info is complete, and is listed."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _CachedVersion:
    """Files of one module version, below the download folder of a module cache.

    Attributes:
        module: what it is.
        folder: PATH/@v, escaped.
        files: what is there of it.
    """

    module: Version
    folder: str
    files: tuple[Path, ...]

    @property
    def complete(self) -> bool:
        """Whether it can be listed."""
        return len(self.files) == len(SUFFIXES)


def cached_versions(cache: Path) -> Iterator[_CachedVersion]:
    """Yield the module versions that a module cache holds files of.

    Raises:
        FileError: A folder cannot be listed.
    """
    download = cache / "cache" / "download"
    for folder in files_below(download, "@v"):
        where = folder.relative_to(download)
        names: defaultdict[str, list[Path]] = defaultdict(list)
        for suffix in SUFFIXES:
            for file in entries_of(folder):
                if file.name.endswith(suffix):
                    names[file.name.removesuffix(suffix)].append(file)
        for name, files in names.items():
            module = Version(unescape(where.parent.as_posix()), unescape(name))
            yield _CachedVersion(module=module, folder=where.as_posix(), files=tuple(files))


@contextmanager
def held_hierarchy(destination: Destination) -> Iterator[None]:
    """Keep other runs from writing lists of the hierarchy meanwhile.

    Raises:
        FileError: It cannot be locked.
        InstallError: Its folder cannot be opened.
    """
    with destination.open_folder() as here:
        descriptor = os.open(".", os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC, dir_fd=here)
        try:
            with file_errors("lock", destination.destination):
                fcntl.flock(descriptor, fcntl.LOCK_EX)
            yield
        finally:
            os.close(descriptor)


def put_modules(cache: Path, destination: Destination) -> list[InstalledFile]:
    """Copy what a module cache holds into a hierarchy; what is there stays.

    Args:
        cache: The module cache; what is in it was verified.
        destination: The hierarchy, which the caller holds.

    Returns:
        A record of each file, also of those that were there.

    Raises:
        TrustError: The hierarchy has other content for a version.
        InstallError: A file cannot be written.
    """
    versions = list(cached_versions(cache))
    _check_same(versions, destination)
    installed: list[InstalledFile] = []
    for version in versions:
        kept = [_kept(file, version.folder, destination) for file in version.files]
        installed += install([_file(source, version, "module") for source in kept], destination)
    lists = cache / "lists"
    make_folder(lists)
    for folder, names in _lists(versions, destination).items():
        source = lists / f"{len(entries_of(lists))}"
        write_file(source, "".join(f"{name}\n" for name in names))
        listed = Binary(import_path=folder, name="list", folder=folder, kind="list")
        installed += install([BuiltBinary(binary=listed, source=source)], destination)
    return [*installed, *_put_latest(versions, destination), *_put_database(cache, destination)]


def _file(source: Path, version: _CachedVersion, kind: str) -> BuiltBinary:
    module = version.module
    binary = Binary(
        import_path=str(module),
        name=source.name,
        folder=version.folder,
        kind=kind,
        module=module.path,
        version=module.version,
    )
    return BuiltBinary(binary=binary, source=source)


def _kept(file: Path, folder: str, destination: Destination) -> Path:
    """Return what is at a file's place already, or else the file: sources write .info in their own ways."""
    existing = destination.real(file.name, folder)
    return existing if existing.is_file() and not existing.is_symlink() else file


def _check_same(versions: Iterable[_CachedVersion], destination: Destination) -> None:
    """Refuse a hierarchy that holds something else for a version, all such files at once.

    Raises:
        TrustError: it does.
    """
    problems = []
    for version in versions:
        for file in version.files:
            existing = destination.real(file.name, version.folder)
            if existing.is_file() and not _is_same(file, existing):
                shown = destination.shown(file.name, version.folder)
                problems.append(f"{shown} differs from what the sources return for {version.module}")
    if problems:
        raise TrustError("\n".join(problems), hint="find out which one is right: published versions are immutable")


def _is_same(file: Path, existing: Path) -> bool:
    if file.suffix == ".info" or read_bytes(file) == read_bytes(existing):
        return True
    # Packed in another way, the same content has the same sum.
    return file.suffix == ".zip" and _sum(existing) == hash_zip(file)


def _sum(file: Path) -> str:
    try:
        return hash_zip(file)
    except TrustError:
        return ""


def _lists(versions: Iterable[_CachedVersion], destination: Destination) -> Mapping[str, list[str]]:
    """Return the versions to list, by folder: those that are whole, and those that are listed already."""
    listed: dict[str, list[str]] = {}
    for version in versions:
        # Pseudo-versions are not listed (Go Modules Reference, "GOPROXY protocol"); asked for by name, they are there.
        # A list must be there all the same, or nobody asks for @latest.
        if version.complete:
            names = listed.setdefault(version.folder, [])
            names += [] if is_pseudo(version.module.version) else [version.module.version]
    for folder, names in listed.items():
        list_file = destination.real("list", folder)
        try:
            known = read_text(list_file).split("\n") if list_file.is_file() else []
        except FileError as error:
            raise InstallError(error.what, hint="remove it, and fetch again") from error
        listed[folder] = sorted({*(line for line in known if line.strip()), *names})
    return listed


def _put_latest(versions: Iterable[_CachedVersion], destination: Destination) -> list[InstalledFile]:
    """Copy .info of the newest version to ``@latest`` where none is listed: a missing requirement asks for that."""
    files: defaultdict[str, dict[str, Path]] = defaultdict(dict)
    for module_version in versions:
        if module_version.complete:
            files[module_version.folder][module_version.module.version] = _kept(
                module_version.files[SUFFIXES.index(".info")], module_version.folder, destination
            )
    installed: list[InstalledFile] = []
    for folder, infos in files.items():
        list_file = destination.real("list", folder)
        if list_file.is_file() and list_file.read_bytes().strip():
            continue
        kept = destination.real("@latest", folder.removesuffix("/@v"))
        version = max([*infos, *([_version_of(kept)] if kept.is_file() else ())], key=precedence)
        if version in infos:
            module = folder.removesuffix("/@v")
            binary = Binary(import_path=module, name="@latest", folder=module, kind="list")
            installed += install([BuiltBinary(binary=binary, source=infos[version])], destination)
    return installed


def _version_of(info: Path) -> str:
    """Return the version that an .info file is of; the lowest possible version if it is malformed."""
    try:
        version = str(json.loads(info.read_bytes())["Version"])
        precedence(version)
    except (ValueError, KeyError, TypeError):
        return "v0.0.0-0"
    return version


def _put_database(cache: Path, destination: Destination) -> list[InstalledFile]:
    """Copy the responses of the checksum database, if one was used, so that the hierarchy can serve them."""
    root = cache / "cache" / "download" / "sumdb"
    installed: list[InstalledFile] = []
    for file in sorted(path for path in files_below(root) if path.is_file() and path.stat().st_size):
        name = PurePosixPath("sumdb", file.relative_to(root).as_posix())
        binary = Binary(import_path=str(name), name=name.name, folder=str(name.parent), kind="sumdb")
        installed += install([BuiltBinary(binary=binary, source=file)], destination)
    for database in (path for path in entries_of(root) if path.is_dir()) if root.is_dir() else ():
        source = cache / "supported"
        write_file(source, "")
        binary = Binary(import_path=database.name, name="supported", folder=f"sumdb/{database.name}", kind="sumdb")
        installed += install([BuiltBinary(binary=binary, source=source)], destination)
    return installed
