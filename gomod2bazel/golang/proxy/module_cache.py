"""The private module caches: one for each list of sources, whose content never changes once it is there.

What one run unpacked another may compile from, and Bazel's workspace points at it. So nothing is removed or replaced in
a cache that is in use. Where a folder source serves another zip or go.mod than the one that a cache took from it, a new
cache takes the old one's place for runs that begin, with all but the changed modules in it; the old cache is removed
when no run is left that may use it.
"""

from __future__ import annotations

import filecmp
import hashlib
import json
import os
import shutil
import time
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from gomod2bazel.base.disk.files import file_errors, make_folder, remove_tree, write_file
from gomod2bazel.base.disk.locks import file_lock
from gomod2bazel.base.disk.retired import retire
from gomod2bazel.base.version import Version, escape
from gomod2bazel.golang.proxy.sources import Sources

__all__ = ["ModuleCache", "open_module_cache", "zip_sums"]

_LINKED = (".info", ".mod", ".zip")
"""Files of a module version that the go command writes once (cmd/go/internal/modfetch); lists it writes in place."""

_State = list[tuple[str, int, int]]
_States = Mapping[str, _State]


@dataclass(frozen=True, slots=True, kw_only=True)
class ModuleCache:
    """A module cache (GOMODCACHE) that belongs to a list of sources.

    Attributes:
        folder: The cache.
        record: The file that records which cache is current, and what the folder sources looked like.
        folders: The sources that are folders on this machine, in order.
        opened: When this run opened it, in nanoseconds of the file system's clock.
    """

    folder: Path
    record: Path
    folders: tuple[Path, ...]
    opened: int

    @property
    def gopath(self) -> Path:
        """Where the go command keeps the newest state that it saw of a checksum database, for all these caches."""
        return self.record.with_suffix(".gopath")

    def note(self, modules: Iterable[Version]) -> None:
        """Record the state of the files that folder sources have of ``modules``, so that a change is noticed.

        What a source got after this run opened the cache may not be what this run took: its state is not recorded, and
        the next run compares the content.

        Raises:
            FileError: The record cannot be written.
        """
        seen = {str(module): self._settled(module) for module in modules if module.version}
        known = _Record.read(self.record).states
        if all(known.get(name) == state for name, state in seen.items()):
            return
        with file_lock(_lock_of(self.record)):
            current = _Record.read(self.record)
            _Record(generation=current.generation, states={**current.states, **seen}).write(self.record)

    def discard(self) -> None:
        """Remove the cache of sources that only this run can name.

        Raises:
            FileError: It cannot be removed.
        """
        for folder in (self.folder, self.gopath):
            remove_tree(folder)
        for file in (self.record, _lock_of(self.record)):
            with file_errors("remove", file):
                file.unlink(missing_ok=True)

    def _settled(self, module: Version) -> _State:
        state = _state(self.folders, module)
        return state if all(modified < self.opened for _, _, modified in state) else []


@dataclass(frozen=True, slots=True, kw_only=True)
class _Record:
    """What is known of the caches of one list of sources.

    Attributes:
        generation: Number of the current cache.
        states: For each module version that was taken, the state of its files in the first folder source that has it;
            an empty list where no folder source had it.
    """

    generation: int
    states: _States

    @classmethod
    def read(cls, path: Path) -> _Record:
        """Return the record in a file; without one, of a first cache.

        A damaged one does not tell which cache is current: none is.

        Raises:
            FileError: The file cannot be read.
        """
        try:
            with file_errors("read", path):
                text = path.read_bytes() if path.exists() else b'{"generation": 1, "states": {}}'
            read = json.loads(text)
            states = {
                str(name): [(str(file), int(size), int(modified)) for file, size, modified in state]
                for name, state in read["states"].items()
            }
            return cls(generation=int(read["generation"]), states=states)
        except (ValueError, KeyError, TypeError, AttributeError):
            return cls(generation=0, states={})

    def write(self, path: Path) -> None:
        write_file(path, json.dumps({"generation": self.generation, "states": self.states}, sort_keys=True))

    def folder(self, path: Path) -> Path:
        name = path.name.removesuffix(".json")
        return path.parent / (name if self.generation == 1 else f"{name}-{self.generation}")


def open_module_cache(modules: Path, sources: Sources) -> ModuleCache:
    """Return the current module cache of ``sources``; a new one where what a folder source serves has changed.

    Args:
        modules: The folder of all module caches.
        sources: The list of sources.

    Raises:
        FileError: A file of the caches cannot be read or written.
    """
    opened = time.time_ns() - 10_000_000  # the clock of file systems goes in ticks
    record = modules / f"{sources.key}.json"
    with file_lock(_lock_of(record)), file_errors("use", _lock_of(record)):
        # When these caches were last used (`base.disk.expiry`).
        os.utime(_lock_of(record))
        known = _Record.read(record)
        current = _renewed(known, record, sources) if known.generation else _first(record)
        if current != known:
            current.write(record)
        folder = make_folder(current.folder(record))
    return ModuleCache(folder=folder, record=record, folders=sources.folders(), opened=opened)


def _lock_of(record: Path) -> Path:
    return record.with_suffix(".lock")


def _renewed(known: _Record, record: Path, sources: Sources) -> _Record:
    """Return the record after a look at the folder sources."""
    cache, states, changed = known.folder(record), dict(known.states), set()
    for name, before in known.states.items():
        path, _, version = name.rpartition("@")
        module = Version(path, version)
        now = _state(sources.folders(), module)
        if now == before:
            continue
        states[name] = now
        # A network source still has what left a folder; published versions are immutable.
        gone = not now and not sources.remote
        if gone or (now and _differs(cache, now, module)):
            changed.add(module)
            del states[name]
    if not changed:
        return _Record(generation=known.generation, states=states)
    renewed = _Record(generation=_unused(known.generation, record), states=states)
    _copy_but(cache, renewed.folder(record), changed)
    retire(cache)
    return renewed


def _first(record: Path) -> _Record:
    """Return the record of a new and empty cache in place of all that are there."""
    generation = _unused(0, record)
    for number in range(1, generation):
        retire(_Record(generation=number, states={}).folder(record))
    return _Record(generation=generation, states={})


def _unused(generation: int, record: Path) -> int:
    """Return the number of a cache that does not exist: a run that was killed may have left one."""
    generation += 1
    while _Record(generation=generation, states={}).folder(record).exists():
        generation += 1
    return generation


def _files(folder: Path, module: Version) -> list[Path]:
    base = folder / escape(module.path) / "@v"
    return [base / f"{escape(module.version)}{suffix}" for suffix in (".mod", ".zip")]


def _state(folders: Iterable[Path], module: Version) -> _State:
    """Return path, size and time of modification of a module's files in the first folder that has its zip."""
    for folder in folders:
        try:
            stats = [(str(path), path.stat()) for path in _files(folder, module)]
        except OSError:
            continue
        return [(path, stat.st_size, stat.st_mtime_ns) for path, stat in stats]
    return []


def _differs(cache: Path, state: _State, module: Version) -> bool:
    """Return whether a source has other files of a module than the cache; what the cache lacks differs from nothing."""
    taken = _files(cache / "cache" / "download", module)
    for (path, _, _), copied in zip(state, taken, strict=True):
        try:
            if copied.exists() and not filecmp.cmp(path, copied, shallow=False):
                return True
        except OSError:
            return True
    return False


def _copy_but(cache: Path, copy: Path, changed: set[Version]) -> None:
    """Fill a new cache with the zips and go.mod files of an old one, but for some modules; the go command unpacks them.

    Raises:
        FileError: The copy cannot be written.
    """
    source = cache / "cache" / "download"
    left_out = {path.with_suffix("") for module in changed for path in _files(source, module)}
    with file_errors("write", copy):
        for folder, _, names in os.walk(source):
            for path in (Path(folder, name) for name in names):
                linked = path.suffix in _LINKED and path.parent.name == "@v"
                if linked and path.with_suffix("") not in left_out:
                    _link(path, copy / "cache" / "download" / path.relative_to(source))


def _link(path: Path, target: Path) -> None:
    target.parent.mkdir(parents=True, exist_ok=True)
    try:
        target.hardlink_to(path)
    except OSError:
        shutil.copyfile(path, target)


def zip_sums(cache: Path, modules: Iterable[str]) -> dict[str, str]:
    """Return the SHA-256 of the zips that a module cache has.

    Args:
        cache: The module cache; what is in it was verified.
        modules: ``PATH@VERSION`` of each; those without a version, or without a zip there, are left out.
    """
    return dict(_zip_sums(cache, modules))


def _zip_sums(cache: Path, modules: Iterable[str]) -> Iterator[tuple[str, str]]:
    for name in modules:
        path, _, version = name.partition("@")
        zip_file = _files(cache / "cache" / "download", Version(path, version))[1]
        if version and zip_file.is_file():
            with file_errors("read", zip_file), zip_file.open("rb") as file:
                yield name, hashlib.file_digest(file, "sha256").hexdigest()
