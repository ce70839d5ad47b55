"""Choose binaries of a lock: by set, and by name."""

from __future__ import annotations

from gomod2bazel.classify import SETS
from gomod2bazel.errors import Gomod2bazelError, MissingModuleError, UsageError
from gomod2bazel.gocommand import error_of
from gomod2bazel.lock import Lock, LockedBinary
from gomod2bazel.options import BuildOptions

__all__ = ["choose", "left_out", "missing"]


def choose(lock: Lock, options: BuildOptions) -> tuple[LockedBinary, ...]:
    """Return the binaries that ``options`` ask for, by import path.

    Raises:
        UsageError: none is chosen; the message lists what there is.
    """
    chosen = _chosen(lock, options)
    if not chosen and not missing(lock, options):
        raise UsageError(f"no binaries in set {', '.join(options.sets)}", hint=_what_there_is(lock))
    return chosen


def _chosen(lock: Lock, options: BuildOptions) -> tuple[LockedBinary, ...]:
    return tuple(b for b in lock.binaries if b.set in options.sets or b.import_path in options.binaries)


def _what_there_is(lock: Lock) -> str:
    groups = {name: [b.import_path for b in lock.binaries if b.set == name] for name in SETS}
    there = "; ".join(f"-set {name}: {', '.join(paths)}" for name, paths in groups.items() if paths)
    return f"there is {there}" if there else "the module has no main package"


def missing(lock: Lock, options: BuildOptions) -> Gomod2bazelError | None:
    """Return the error for main packages that do not load though they are asked for, or None.

    Its class, and so the exit code, tells whether modules are missing or sources are wrong.

    Args:
        lock: holds in ``broken`` why each does not load.
        options: -set and -binary; a broken package's set is that of its folder.
    """
    return _error(lock, [path for path in _wanted(lock, options) if path not in _spared(lock, options)])


def left_out(lock: Lock, options: BuildOptions) -> Gomod2bazelError | None:
    """Return what is wrong with examples that do not load, where they came along with other binaries, or None."""
    return _error(lock, _spared(lock, options))


def _wanted(lock: Lock, options: BuildOptions) -> list[str]:
    return [path for path in lock.broken if path in options.binaries or lock.broken_sets[path] in options.sets]


def _spared(lock: Lock, options: BuildOptions) -> list[str]:
    """Return the broken examples that nobody named, unless examples are all that was asked for or that there is."""
    if options.sets == ("example",) or not _chosen(lock, options):
        return []
    wanted = _wanted(lock, options)
    return [path for path in wanted if lock.broken_sets[path] == "example" and path not in options.binaries]


def _error(lock: Lock, paths: list[str]) -> Gomod2bazelError | None:
    if not paths:
        return None
    whats = list(dict.fromkeys(lock.broken[path] for path in paths))
    kinds = [error_of(what) for what in whats]
    # A module that no source has is the cause to remove first, and has an exit code of its own.
    worst = next((kind for kind in kinds if isinstance(kind, MissingModuleError)), kinds[0])
    return type(worst)("\n".join([*whats, f"not built: {', '.join(sorted(paths))}"]), hint=worst.hint)
