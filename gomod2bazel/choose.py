"""Choose binaries of a lock: by set, and by name."""

from __future__ import annotations

from gomod2bazel.classify import SETS
from gomod2bazel.errors import BuildError, UsageError
from gomod2bazel.lock import Lock, LockedBinary
from gomod2bazel.options import BuildOptions

__all__ = ["choose", "missing"]


def choose(lock: Lock, options: BuildOptions) -> tuple[LockedBinary, ...]:
    """Return the binaries that ``options`` ask for, by import path.

    Raises:
        UsageError: none is chosen; the message lists what there is.
    """
    chosen = tuple(b for b in lock.binaries if b.set in options.sets or b.import_path in options.binaries)
    if not chosen and not missing(lock, options):
        raise UsageError(f"no binaries in set {', '.join(options.sets)}", hint=_what_there_is(lock))
    return chosen


def _what_there_is(lock: Lock) -> str:
    groups = {name: [b.import_path for b in lock.binaries if b.set == name] for name in SETS}
    there = "; ".join(f"-set {name}: {', '.join(paths)}" for name, paths in groups.items() if paths)
    return f"there is {there}" if there else "the module has no main package"


def missing(lock: Lock, options: BuildOptions) -> BuildError | None:
    """Return the error for main packages that do not load though they are asked for, or None.

    Args:
        lock: holds in ``broken`` why each does not load.
        options: -set and -binary; a broken package's set is that of its folder.
    """
    wanted = {
        path: why
        for path, why in lock.broken.items()
        if path in options.binaries or _set_of(lock, path) in options.sets
    }
    if not wanted:
        return None
    whats = dict.fromkeys(why for why in wanted.values())
    return BuildError(
        "\n".join([*whats, f"so {len(wanted)} of the chosen binaries cannot be built: {', '.join(sorted(wanted))}"])
    )


def _set_of(lock: Lock, path: str) -> str:
    return lock.broken_sets[path]
