"""The files that come of one chosen binary: itself, and the header next to a library for C programs."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from gomod2bazel.install.install import Binary
from gomod2bazel.install.record import Input
from gomod2bazel.load.load import Loaded
from gomod2bazel.lock.lock import Lock, LockedBinary
from gomod2bazel.options.buildmode import header_name, kind_of

__all__ = ["files_of", "renamed"]


def files_of(locked: LockedBinary, lock: Lock, loaded: Loaded, folder: str, *, placed: bool) -> tuple[Binary, ...]:
    """Return what is installed of ``locked``, itself first.

    A header is among them where there may be one; whether the package exports a function is known once it is built.

    Args:
        locked: the binary.
        lock: that it is of.
        loaded: what the lock was made of.
        folder: folder below the destination for its platform; empty for the destination itself.
        placed: whether the user named the file: an archive then does not lie in the folder of its import path.
    """
    mode = lock.configuration.buildmode
    below = locked.import_path.rpartition("/")[0] if mode == "archive" and not placed else ""
    binary = Binary(
        import_path=locked.import_path,
        name=locked.name,
        folder="/".join(filter(None, (folder, below))),
        kind=kind_of(mode),
        set=locked.set,
        module=loaded.module.path,
        version=loaded.module.version,
        goos=loaded.configuration.goos,
        goarch=loaded.configuration.goarch,
        inputs=_inputs(locked, lock),
    )
    if mode in ("c-archive", "c-shared") and _uses_cgo(locked, lock):
        return (binary, replace(binary, name=header_name(locked.name), kind="header"))
    return (binary,)


def renamed(lock: Lock, names: Mapping[str, str]) -> Lock:
    """Return the lock with other file names for some binaries, by import path: they can be part of what is linked."""
    given = (replace(binary, name=names.get(binary.import_path, binary.name)) for binary in lock.binaries)
    return replace(lock, binaries=tuple(given)) if names else lock


def _inputs(locked: LockedBinary, lock: Lock) -> tuple[Input, ...]:
    words = [line.split("\t") for line in locked.buildinfo if line.split("\t")[0] in ("mod", "dep")]
    modules = {module.path: module for module in lock.modules}
    # An archive, which records nothing, holds its own package alone.
    paths = [word[1] for word in words] or [locked.module]
    used = [modules[path] for path in paths if path in modules]
    return tuple(Input(module=m.path, version=m.version, sum=m.sum, verified=m.verified) for m in used)


def _uses_cgo(locked: LockedBinary, lock: Lock) -> bool:
    packages = (package for module in lock.modules for package in module.packages)
    return any(p.import_path == locked.import_path and p.attributes.get("cgo_srcs") for p in packages)
