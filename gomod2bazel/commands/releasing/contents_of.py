"""What a build releases, as values: `release.contents.Release` of what was built."""

from __future__ import annotations

import functools
import hashlib
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from gomod2bazel import __version__
from gomod2bazel.base.disk.files import file_errors
from gomod2bazel.base.process.session import Session
from gomod2bazel.base.process.source_date import source_date
from gomod2bazel.bazel.names import repository_name
from gomod2bazel.bazel.prepared import PreparedModule
from gomod2bazel.install.destination import Destination
from gomod2bazel.install.install import Binary, BuiltBinary
from gomod2bazel.install.record import Input
from gomod2bazel.lock.lock import Lock, LockedModule
from gomod2bazel.lock.reader import read_lock
from gomod2bazel.options.options import Options
from gomod2bazel.release.contents import DEFAULT_TIME, DEVEL, License, Release, ReleasedBinary, ReleasedModule
from gomod2bazel.release.graph import required_modules
from gomod2bazel.release.licenses.module_license import license_of

__all__ = ["ReleasePart", "digest_of", "modules_of", "release_of", "standard_of", "tree_version"]


@dataclass(frozen=True, slots=True, kw_only=True)
class ReleasePart:
    """The binaries of an INPUT for one platform.

    Attributes:
        prepared: the module.
        binaries: the files to be built.
        destination: where they go.
        text: INPUT as the user wrote it.
    """

    prepared: PreparedModule
    binaries: tuple[Binary, ...]
    destination: Destination
    text: str


def release_of(
    session: Session, options: Options, parts: Sequence[ReleasePart], built: Iterable[BuiltBinary]
) -> Release:
    """Return what a run releases.

    Args:
        session: for SOURCE_DATE_EPOCH.
        options: the command line.
        parts: what was to be built.
        built: what was built of it.

    Raises:
        UsageError: SOURCE_DATE_EPOCH is not a number.
        FileError: a binary cannot be read.
    """
    sources = {item.binary: item.source for item in built}
    binaries: list[ReleasedBinary] = []
    for part in parts:
        lock = read_lock(part.prepared.lock, "lock")
        binaries += [_released(binary, sources[binary], lock) for binary in part.binaries if binary in sources]
    first = parts[0].prepared
    epoch = source_date(session.environment)
    return Release(
        tool_version=__version__,
        go_version=first.configuration.go,
        inputs=tuple(dict.fromkeys(part.text for part in parts)),
        flags=options.release.build_flags,
        tree_version=tree_version(options),
        created=DEFAULT_TIME if epoch is None else epoch,
        binaries=tuple(sorted(binaries, key=lambda item: (item.binary.folder, item.binary.name, item.sha256))),
        modules=modules_of(parts, sources.__contains__),
        standard=standard_of(parts),
    )


def modules_of(
    parts: Sequence[ReleasePart], is_built: Callable[[Binary], bool] = lambda _binary: True
) -> dict[str, ReleasedModule]:
    """Return the modules that are in binaries, by key, without the standard library.

    Args:
        parts: what was to be built.
        is_built: whether a binary counts.

    Raises:
        FileError: the licence of a module cannot be read.
    """
    modules: dict[str, ReleasedModule] = {}
    for part in parts:
        used = {
            (entry.module, entry.version) for binary in part.binaries if is_built(binary) for entry in binary.inputs
        }
        lock = read_lock(part.prepared.lock, "lock")
        for module in lock.modules:
            if (module.path, module.version) in used:
                modules[f"{module.path}@{module.version}".removesuffix("@")] = _module(part.prepared, module)
    return modules


def standard_of(parts: Sequence[ReleasePart]) -> ReleasedModule:
    """Return the standard library, as a module.

    Raises:
        FileError: its licence cannot be read.
    """
    prepared = parts[0].prepared
    version = prepared.configuration.go.partition(" ")[0].replace("go", "v", 1)
    folder = Path(prepared.goroot)
    return ReleasedModule(input=Input(module="std", version=version), folder=folder, license=_license_of(folder))


def tree_version(options: Options) -> str:
    """Return what binaries of a tree have for a version in names of files."""
    return options.pack.version or DEVEL


def digest_of(path: Path) -> tuple[int, str]:
    """Return the length of a file in bytes, and its SHA-256 in hexadecimal.

    Raises:
        FileError: it cannot be read.
    """
    with file_errors("read", path), path.open("rb") as file:
        digest = hashlib.file_digest(file, "sha256").hexdigest()
        return file.tell(), digest


def _released(binary: Binary, source: Path, lock: Lock) -> ReleasedBinary:
    size, sha256 = digest_of(source)
    return ReleasedBinary(
        binary=binary, source=source, size=size, sha256=sha256, requires=required_modules(lock, binary.import_path)
    )


def _module(prepared: PreparedModule, module: LockedModule) -> ReleasedModule:
    folder = prepared.folders.get(repository_name(module.path, module.version))
    return ReleasedModule(
        input=Input(module=module.path, version=module.version, sum=module.sum, verified=module.verified),
        folder=Path(folder) if folder else None,
        replaced_by=module.replaced_by,
        license=_license_of(Path(folder)) if folder else License(),
    )


@functools.cache
def _license_of(folder: Path) -> License:
    """Return the licence of the module in a folder, which does not change during a run."""
    return license_of(folder)
