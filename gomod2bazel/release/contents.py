"""The values that release files are made of: the binaries that a run built, and the modules that are in them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from gomod2bazel.install.install import Binary
from gomod2bazel.install.record import Input

__all__ = [
    "DEFAULT_TIME",
    "DEVEL",
    "License",
    "LicenseFile",
    "Release",
    "ReleaseFile",
    "ReleasedBinary",
    "ReleasedModule",
    "module_key",
]


DEVEL = "devel"
"""The version in names of files of a tree without -version."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LicenseFile:
    """A file with the text of a licence, or with a notice.

    Attributes:
        path: its path in the module, with slashes.
        source: where it can be read.
        expression: the SPDX licence expression of what its text says; empty where it is not known.
    """

    path: str
    source: Path
    expression: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class License:
    """The licence of a module, as its files have it.

    Attributes:
        expression: an SPDX licence expression; empty where no file tells it.
        files: the files with licences and notices, by path.
    """

    expression: str = ""
    files: tuple[LicenseFile, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class ReleasedModule:
    """A module version that is in a binary.

    Attributes:
        input: its path, version and sum.
        folder: where it is unpacked as a whole; None where its files are not at hand.
        replaced_by: ``PATH@VERSION`` or the folder of what is used in its place; empty for the module itself.
        license: its licence.
    """

    input: Input
    folder: Path | None = None
    replaced_by: str = ""
    license: License = field(default_factory=License)


@dataclass(frozen=True, slots=True, kw_only=True)
class ReleasedBinary:
    """A built binary.

    Attributes:
        binary: what it is, and its name and folder below the destination.
        source: a file with its content.
        size: length in bytes.
        sha256: hexadecimal digest of its content.
        requires: for each of its modules by key (see `module_key`) the keys of those whose packages it imports, sorted;
            only of modules that are in the binary, and without the standard library.
    """

    binary: Binary
    source: Path
    size: int
    sha256: str
    requires: Mapping[str, tuple[str, ...]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Release:
    """What a run releases.

    Attributes:
        tool_version: version of gomod2bazel.
        go_version: version of the Go toolchain, ``go1.26.0`` for example.
        inputs: the INPUT arguments as the user wrote them.
        flags: the flags that decide what is built, as ``-name=value`` in the order of their names.
        tree_version: what binaries of a tree have for a version: that of -version, or `DEVEL`.
        created: the time that files tell, in seconds of the epoch: SOURCE_DATE_EPOCH, or `DEFAULT_TIME`.
        binaries: what was built, by folder and name.
        modules: each module that is in a binary, by key, the binaries' own included.
        standard: the standard library as a module of version ``v1.26.0`` and of path ``std``.
    """

    tool_version: str
    go_version: str
    inputs: tuple[str, ...]
    flags: tuple[str, ...] = ()
    tree_version: str = DEVEL
    created: int
    binaries: tuple[ReleasedBinary, ...]
    modules: Mapping[str, ReleasedModule]
    standard: ReleasedModule


@dataclass(frozen=True, slots=True, kw_only=True)
class ReleaseFile:
    """A file that is made for a release.

    Attributes:
        name: its path below the folder that its flag names, with slashes.
        kind: what it is, a word such as ``sbom``: result files have it.
        content: the bytes, or a file that has them.
        binary: the binary that it belongs to alone, or None.
    """

    name: str
    kind: str
    content: bytes | Path
    binary: Binary | None = None


DEFAULT_TIME = 315532800
"""1980-01-01, the first time that a zip can tell, and the one that module zips have."""


def module_key(entry: Input) -> str:
    """Return the key of a module in `Release.modules`: ``PATH@VERSION``, or ``PATH`` for a tree."""
    return f"{entry.module}@{entry.version}" if entry.version else entry.module
