"""Put files into the folder of a module's versions, below prefix and destination, as one step."""

from __future__ import annotations

import fcntl
import json
import os
import zipfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from gomod2bazel.base.disk.files import check_shortage, file_errors, write_file
from gomod2bazel.base.errors import BuildError, InstallError
from gomod2bazel.base.version import Version, escape, is_exact
from gomod2bazel.golang.proxy.hierarchy import FILES, list_text, versions_folder, whole_versions
from gomod2bazel.install.destination import Destination
from gomod2bazel.install.install import Binary, BuiltBinary, InstalledFile, install

__all__ = ["go_mod_of", "held_folder", "info_text", "list_file", "read_file", "serve"]


def info_text(version: str, time: str) -> str:
    """Return the content of an .info file (Go Modules Reference, "GOPROXY protocol")."""
    return json.dumps({"Version": version, "Time": time}, separators=(",", ":"))


def go_mod_of(archive: Path, module: Version) -> bytes:
    """Return the go.mod that a module's zip holds.

    Raises:
        BuildError: it holds none.
    """
    with zipfile.ZipFile(archive) as opened:
        try:
            return opened.read(f"{module}/go.mod")
        except KeyError as error:
            raise BuildError(f"{module}: the zip would have no go.mod", hint="add go.mod to the commit") from error


def serve(
    module: Version, archive: Path, info: str, destination: Destination, scratch: Path
) -> tuple[InstalledFile, ...]:
    """Put a version into a hierarchy: .info, .mod, .zip, and the list file with it.

    A version that is there already, with the same zip and go.mod, keeps its .info file.

    Args:
        module: path and version.
        archive: its zip.
        info: content of the .info file.
        destination: the hierarchy's root.
        scratch: a folder for what is needed meanwhile.

    Raises:
        InstallError: the version is there with other content, or a file cannot be written.
    """
    folder, stem = versions_folder(module.path), escape(module.version)
    content = {".info": info.encode(), ".mod": go_mod_of(archive, module), ".zip": archive.read_bytes()}
    with held_folder(destination, folder) as (here, names):
        existing = {suffix: read_file(here, stem + suffix) for suffix in FILES if stem + suffix in names}
        other = [stem + suffix for suffix, data in existing.items() if suffix != ".info" and data != content[suffix]]
        if other:
            raise InstallError(
                "\n".join(f"{destination.shown(name, folder)} already exists with different content" for name in other),
                hint="give another -version, or remove those files: published versions are immutable",
            )
        content |= {".info": existing[".info"]} if len(existing) == len(FILES) else {}
        # What the list file names besides stays: it may be served from elsewhere.
        named = [line for line in read_file(here, "list").decode(errors="replace").split() if is_exact(line)]
        whole, _ = whole_versions({*names, *(stem + suffix for suffix in FILES)})
        files = {stem + suffix: data for suffix, data in content.items()}
        files["list"] = list_text([*named, *whole]).encode()
        return install(_built(files, module, folder, scratch), destination)


def list_file(module: str, text: str, destination: Destination, scratch: Path) -> InstalledFile:
    """Write the list file of a module.

    Raises:
        InstallError: it cannot be written.
    """
    files = {"list": text.encode()}
    return install(_built(files, Version(module), versions_folder(module), scratch), destination)[0]


@contextmanager
def held_folder(destination: Destination, folder: str) -> Iterator[tuple[int, frozenset[str]]]:
    """Open a folder below ``destination``, made when missing, and keep out others that do the same.

    Yields:
        A descriptor of the folder, and the names of the files in it.
    """
    with destination.open_folder(folder) as opened:
        here = os.open(".", os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC, dir_fd=opened)
        try:
            with file_errors("lock", f"{destination.destination}/{folder}"):
                fcntl.flock(here, fcntl.LOCK_EX)
                names = frozenset(os.listdir(here))  # noqa: PTH208 - of a descriptor, so that no link is followed
            yield here, names
        finally:
            os.close(here)


def read_file(folder: int, name: str) -> bytes:
    """Return the content of a file; nothing where it is not a regular file."""
    try:
        descriptor = os.open(name, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC, dir_fd=folder)
    except OSError as error:
        check_shortage("read", name, error)
        return b""
    with os.fdopen(descriptor, "rb") as file:
        try:
            return file.read()
        except OSError as error:
            check_shortage("read", name, error)
            return b""


def _built(files: Mapping[str, bytes], module: Version, folder: str, scratch: Path) -> list[BuiltBinary]:
    built = []
    for name, data in files.items():
        write_file(scratch / name, data)
        kind = name if name == "list" else name.rpartition(".")[2]
        binary = Binary(
            import_path=module.path,
            name=name,
            folder=folder,
            kind=kind,
            module=module.path,
            version="" if kind == "list" else module.version,
        )
        built.append(BuiltBinary(binary=binary, source=scratch / name))
    return built
