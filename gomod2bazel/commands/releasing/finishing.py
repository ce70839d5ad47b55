"""What is done to binaries once Bazel has linked them, and before they are installed: GNU build IDs, debug files."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from pathlib import Path

from gomod2bazel.base.disk.files import make_folder
from gomod2bazel.base.errors import BuildError, UsageError
from gomod2bazel.base.process.session import Session
from gomod2bazel.commands.releasing.releasing import Placed, Releasing, release_file
from gomod2bazel.install.install import Binary, BuiltBinary
from gomod2bazel.release.distribution.debug_files import Splitter, debug_name, find_objcopy
from gomod2bazel.release.distribution.gnu_build_id import ElfError, write_build_id

__all__ = ["check_finishing", "finished"]

_LINKED = ("executable", "c-shared", "plugin")

# Of the operating systems that Go links for, those whose programs are ELF files.
_ELF = frozenset({"android", "dragonfly", "freebsd", "illumos", "linux", "netbsd", "openbsd", "solaris"})


def check_finishing(session: Session, releasing: Releasing, files: Iterable[Binary]) -> None:
    """Refuse what cannot be done to the binaries, before they are built.

    Args:
        session: has PATH.
        releasing: the command line, and where files go.
        files: what will be built.

    Raises:
        UsageError: binaries are not ELF files.
        ToolError: a program is missing.
        InstallError: debug files cannot be written.
    """
    debug_folder = releasing.options.install.debug_files
    others = sorted({file.goos for file in files if file.goos not in _ELF})
    if others:
        flag = "-debug-files" if debug_folder else "-gnu-build-id"
        raise UsageError(
            f"{flag}: programs for {', '.join(others)} are not ELF files",
            hint="omit it, or build for these platforms in another run",
        )
    if debug_folder:
        find_objcopy(session.environment)
        releasing.folder(debug_folder).check()


def finished(session: Session, releasing: Releasing, files: Sequence[Placed], folder: Path) -> list[Placed]:
    """Return files as they are installed, and the debug files.

    Args:
        session: runs objcopy.
        releasing: the command line, and where files go.
        files: what Bazel made, and where it goes.
        folder: a folder for changed files, until they are installed.

    Raises:
        BuildError: one lacks what it was linked with, or could not be changed.
        FileError: one cannot be read, or a changed one not written.
    """
    debug_folder = releasing.options.install.debug_files
    made: list[Placed] = []
    debug_files: dict[str, Placed] = {}
    for number, (item, place) in enumerate(files):
        if item.binary.kind not in _LINKED:
            made.append((item, place))
            continue
        here = make_folder(folder / f"finished-{number}")
        item, build_id = _with_build_id(item, here / "binary")
        if debug_folder:
            item, debug = _split(session, item, build_id, here)
            # Binaries with the same content have the same debug file.
            debug_files.setdefault(build_id, (debug, releasing.folder(debug_folder)))
        made.append((item, place))
    return [*made, *(debug_files[build_id] for build_id in sorted(debug_files))]


def _with_build_id(item: BuiltBinary, target: Path) -> tuple[BuiltBinary, str]:
    try:
        build_id = write_build_id(item.source, target)
    except ElfError as error:
        raise BuildError(
            f"{item.binary.import_path}: -gnu-build-id: {error}", hint="omit -B from -ldflags, or -gnu-build-id"
        ) from error
    return replace(item, source=target), build_id


def _split(session: Session, item: BuiltBinary, build_id: str, folder: Path) -> tuple[BuiltBinary, BuiltBinary]:
    """Return a binary without debug information, and its debug file."""
    splitter = Splitter(
        objcopy=find_objcopy(session.environment), runner=session.runner, environment=session.environment
    )
    stripped, debug = splitter.split(item.source, build_id, folder)
    file = release_file(debug_name(build_id), "debug", item.binary)
    return replace(item, source=stripped), BuiltBinary(binary=file, source=debug)
