"""What is done to binaries once Bazel has linked them, and before they are installed: GNU build IDs."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TypeVar

from gomod2bazel.base.errors import BuildError, UsageError
from gomod2bazel.install.install import Binary, BuiltBinary
from gomod2bazel.options.options import Options
from gomod2bazel.release.distribution.gnu_build_id import ElfError, write_build_id

__all__ = ["check_finishing", "finished"]

_Place = TypeVar("_Place")

_LINKED = ("executable", "c-shared", "plugin")

# Of the operating systems that Go links for, those whose programs are ELF files.
_ELF = frozenset({"android", "dragonfly", "freebsd", "illumos", "linux", "netbsd", "openbsd", "solaris"})


def check_finishing(options: Options, files: Iterable[Binary]) -> None:
    """Refuse what cannot be done to the binaries, before they are built.

    Args:
        options: the command line.
        files: what will be built.

    Raises:
        UsageError: binaries are not ELF files.
    """
    others = sorted({file.goos for file in files if file.goos not in _ELF})
    if others and options.module.load.compile.gnu_build_id:
        raise UsageError(
            f"-gnu-build-id: programs for {', '.join(others)} are not ELF files",
            hint="omit it, or build for these platforms in another run",
        )


def finished(
    options: Options, files: Sequence[tuple[BuiltBinary, _Place]], folder: Path
) -> list[tuple[BuiltBinary, _Place]]:
    """Return files as they are installed.

    Args:
        options: the command line.
        files: what Bazel made, and where it goes.
        folder: a folder for changed files, until they are installed.

    Raises:
        BuildError: one lacks what it was linked with.
        FileError: one cannot be read, or a changed one not written.
    """
    if not options.module.load.compile.gnu_build_id:
        return list(files)
    return [
        (_with_build_id(item, folder / f"finished-{number}") if item.binary.kind in _LINKED else item, place)
        for number, (item, place) in enumerate(files)
    ]


def _with_build_id(item: BuiltBinary, target: Path) -> BuiltBinary:
    try:
        write_build_id(item.source, target)
    except ElfError as error:
        raise BuildError(
            f"{item.binary.import_path}: -gnu-build-id: {error}", hint="omit -B from -ldflags, or -gnu-build-id"
        ) from error
    return replace(item, source=target)
