"""Where -o puts what is built: into a folder under the usual names, or one binary into one file (`go help build`)."""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping, Sequence, Set
from dataclasses import dataclass, replace
from pathlib import Path

from gomod2bazel.base.disk.files import entries_of, file_errors
from gomod2bazel.base.errors import InstallError, UsageError
from gomod2bazel.install.destination import Destination
from gomod2bazel.install.install import Binary
from gomod2bazel.options.buildmode import SINGLE_MAIN
from gomod2bazel.options.options import ChooseOptions, InstallOptions

__all__ = ["Output", "narrowed", "spare_sources"]

# How files begin that a build may replace (cmd/go/internal/work, objectMagic).
_OBJECTS = (
    b"!<arch>\n", b"<bigaf>\n", b"\x7fELF", b"\xfe\xed\xfa\xce", b"\xfe\xed\xfa\xcf", b"\xce\xfa\xed\xfe",
    b"\xcf\xfa\xed\xfe", b"MZ\x90\x00\x03\x00", b"MZ\x78\x00\x01\x00", b"\x00\x00\x01\xeb", b"\x00\x00\x8a\x97",
    b"\x00\x00\x06\x47", b"\x00asm", b"\x01\xdf", b"\x01\xf7",
)  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Output:
    """Where binaries go.

    Attributes:
        destination: the folder, as -destination has it.
        prefix: the staging folder, or empty.
        name: the file name of the one binary that -o names; empty for the usual names.
        written: whether anything is installed at all: -o /dev/null only builds.
        given: -o as it was given.
    """

    destination: str
    prefix: str = ""
    name: str = ""
    written: bool = True
    given: str = ""

    @classmethod
    def of(cls, options: InstallOptions) -> Output:
        """Read -o, which is relative to -destination: to the current folder where that is not given.

        A folder is what ends with a slash or is one already, below -prefix where that is given.
        """
        given = options.output_file
        if not given:
            return cls(destination=options.destination, prefix=options.prefix)
        if os.path.realpath(given) == os.devnull:
            return cls(destination=options.destination, prefix=options.prefix, written=False, given=given)
        path = given if given.startswith("/") else f"{options.destination}/{given}"
        if given.endswith("/") or Path(f"{options.prefix}/{path}" if options.prefix else path).is_dir():
            return cls(destination=path, prefix=options.prefix, given=given)
        folder, name = os.path.split(path)
        return cls(destination=folder or ".", prefix=options.prefix, name=name, given=given)

    def check(self, chosen: Sequence[str], names: Mapping[str, str]) -> None:
        """Refuse what cannot be in one file.

        Args:
            chosen: import paths of all that is to be built, for all platforms.
            names: the file names that -binary gives, by import path.

        Raises:
            UsageError: there are several, or two names for one.
            InstallError: the existing file is not an object file and may be a source.
        """
        if not self.name:
            return
        if len(chosen) > 1:
            raise UsageError(
                f"cannot write multiple packages to non-directory {self.given}",
                hint=f"write -o {self.given}/ for a folder, or name one binary: -binary {chosen[0]}",
            )
        renamed = [name for path, name in names.items() if path in chosen and name]
        if renamed:
            raise UsageError(f"-o {self.given} and -binary both name the file of {renamed[0]}", hint="omit one of them")
        path = Destination(destination=self.destination, prefix=self.prefix).real(self.name)
        if path.is_file() and not _is_object(path):
            raise _no_object(self.given)


def spare_sources(files: Iterable[Binary], destination: Destination, roots: Iterable[Path]) -> None:
    """Refuse to write over what may be a source: a file in a module that is built, and no object file.

    The go command spares such files anywhere; elsewhere a binary may well take the place of a script. A release file
    may take the place of an older one: in a folder that has only what is installed there, no file is a source.

    Args:
        files: what will be installed.
        destination: where.
        roots: the folders of unpacked modules.

    Raises:
        InstallError: such a file exists at the path of one of ``files``.
    """
    files = tuple(files)
    inside = [root.resolve() for root in roots]
    installed = {destination.real(file.name, file.folder) for file in files}
    for file in files:
        path = destination.real(file.name, file.folder)
        # A header is made again each time, as the go command does with it.
        if file.kind == "header" or not path.is_file() or not any(path.resolve().is_relative_to(r) for r in inside):
            continue
        is_older = not file.import_path and all(_is_made(other, installed) for other in entries_of(path.parent))
        if not (is_older or _is_object(path)):
            raise _no_object(destination.shown(file.name, file.folder))


def _is_made(path: Path, installed: Set[Path]) -> bool:
    """Return whether a file or folder does not make the folder that it is in one with sources."""
    return path in installed or path.is_dir() or (path.is_file() and _is_object(path))


def _no_object(name: str) -> InstallError:
    return InstallError(f'build output "{name}" already exists and is not an object file', hint="remove it first")


def _is_object(path: Path) -> bool:
    """Return whether a build may replace a file: an empty one, or one of the kinds that builds make."""
    with file_errors("read", path), path.open("rb") as file:
        begin = file.read(64)
    return not begin or begin.startswith(_OBJECTS)


def narrowed(options: ChooseOptions, buildmode: str, output: Output) -> ChooseOptions:
    """Return the options for a build of one binary: there -binary alone chooses, and no set adds more."""
    alone = buildmode in (*SINGLE_MAIN, "archive") or output.name
    return replace(options, sets=()) if alone and options.binaries else options
