"""Archives: the binaries of a module for one platform, with its licence and its documents."""

from __future__ import annotations

import gzip
import io
import re
import tarfile
import time
import zipfile
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from gomod2bazel.base.disk.files import entries_of, file_errors
from gomod2bazel.base.errors import UsageError
from gomod2bazel.golang.command.names import binary_name
from gomod2bazel.install.install import Binary

__all__ = ["Archive", "Member", "document_names", "plan_archives", "write_archive"]

_LARGEST_DOCUMENT = 1 << 24
"""What is longer is not a document. Bytes."""

_DOCUMENT = re.compile(r"(?i)(readme|change(s|log)|history|authors|contributors)(\.[a-z]+)?")

_EXECUTABLE, _PLAIN = 0o755, 0o644


@dataclass(frozen=True, slots=True, kw_only=True)
class Archive:
    """An archive to be made.

    Attributes:
        name: its file name.
        folder: the folder that its members are in.
        form: tar.gz or zip.
        binaries: what is in it, in the order of their names; all are of one module and one platform.
    """

    name: str
    folder: str
    form: str
    binaries: tuple[Binary, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Member:
    """A file in an archive.

    Attributes:
        name: its path below the folder of the archive, with slashes.
        source: a file with its content.
        is_executable: whether it may be run.
    """

    name: str
    source: Path
    is_executable: bool = False


def plan_archives(
    binaries: Iterable[Binary], formats: Mapping[str, str], template: str, tree_version: str
) -> tuple[Archive, ...]:
    """Return the archives for ``binaries``, by name.

    Args:
        binaries: what a run builds.
        formats: the format for each GOOS; with an empty GOOS that of all others.
        template: of their names, such as ``{name}_{version}_{os}_{arch}``. With ``{binary}``, each binary has one.
        tree_version: what a tree's binaries have for a version.

    Raises:
        UsageError: archives of several modules or binaries would have one name.
    """
    groups: dict[tuple[str, ...], list[Binary]] = {}
    for binary in binaries:
        form = formats.get(binary.goos, formats.get("", ""))
        if form:
            of_binary = (binary.import_path,) if "{binary}" in template else ()
            key = (binary.module, binary.version, binary.goos, binary.goarch, form, *of_binary)
            groups.setdefault(key, []).append(binary)
    archives = [_archive(group, key[4], template, tree_version) for key, group in groups.items()]
    _check_names(archives)
    return tuple(sorted(archives, key=lambda archive: archive.name))


def _archive(binaries: Sequence[Binary], form: str, template: str, tree_version: str) -> Archive:
    first = binaries[0]
    name = template.format(
        name=binary_name(first.module),
        version=(first.version or tree_version).removeprefix("v").replace("/", "-"),
        os=first.goos,
        arch=first.goarch,
        binary=first.name.removesuffix(".exe"),
    )
    ordered = tuple(sorted(binaries, key=lambda binary: (binary.folder, binary.name)))
    return Archive(name=f"{name}.{form}", folder=name, form=form, binaries=ordered)


def _check_names(archives: Iterable[Archive]) -> None:
    owners: dict[str, list[str]] = {}
    for archive in archives:
        first = archive.binaries[0]
        what = f"{first.import_path} for {first.goos}/{first.goarch}"
        owners.setdefault(archive.name, []).append(what)
    clashes = [f"{name}: {' and '.join(sorted(of))}" for name, of in sorted(owners.items()) if len(of) > 1]
    if clashes:
        raise UsageError(
            "\n".join(["archives share a name:", *(f"\t{clash}" for clash in clashes)]),
            hint="-archive-name '{name}_{binary}_{version}_{os}_{arch}' has what tells them apart",
        )


def document_names(folder: Path) -> Iterator[str]:
    """Yield the names of documents for people in the root folder of a module, such as README.md, in order.

    Symbolic links and files that are too long are left out: a zip may contain anything.
    """
    for path in entries_of(folder):
        is_document = _DOCUMENT.fullmatch(path.name) and not path.is_symlink() and path.is_file()
        if is_document and path.stat().st_size <= _LARGEST_DOCUMENT:
            yield path.name


def write_archive(archive: Archive, members: Iterable[Member], created: int, output: Path) -> None:
    """Write an archive; equal members give equal bytes.

    Args:
        archive: its format and folder.
        members: what is in it.
        created: the time of each member, in seconds of the epoch.
        output: the file to write.

    Raises:
        FileError: a member cannot be read, or the archive not be written.
    """
    ordered = sorted(members, key=lambda member: member.name)
    write = _write_zip if archive.form == "zip" else _write_tar
    with file_errors("write", output):
        write(archive.folder, ordered, created, output)


def _write_tar(folder: str, members: Sequence[Member], created: int, output: Path) -> None:
    with (
        output.open("wb") as file,
        # No name and no time: neither is content.
        gzip.GzipFile(filename="", mode="wb", fileobj=file, mtime=0) as compressed,
        tarfile.open(fileobj=compressed, mode="w", format=tarfile.PAX_FORMAT) as tar,
    ):
        for member in members:
            entry = tarfile.TarInfo(f"{folder}/{member.name}")
            entry.mtime = created
            entry.mode = _EXECUTABLE if member.is_executable else _PLAIN
            with member.source.open("rb") as content:
                entry.size = content.seek(0, io.SEEK_END)
                content.seek(0)
                tar.addfile(entry, content)


def _write_zip(folder: str, members: Sequence[Member], created: int, output: Path) -> None:
    # A zip knows no time before 1980 and none after 2107.
    moment = min(max(time.gmtime(created)[:6], (1980, 1, 1, 0, 0, 0)), (2107, 12, 31, 23, 59, 58))
    with zipfile.ZipFile(output, "w", zipfile.ZIP_DEFLATED) as archive:
        for member in members:
            entry = zipfile.ZipInfo(f"{folder}/{member.name}", moment)
            entry.create_system = 3  # Unix: the mode counts
            entry.external_attr = (0o100000 | (_EXECUTABLE if member.is_executable else _PLAIN)) << 16
            entry.compress_type = zipfile.ZIP_DEFLATED
            entry.file_size = member.source.stat().st_size
            with member.source.open("rb") as content, archive.open(entry, "w") as target:
                while chunk := content.read(1 << 20):
                    target.write(chunk)
