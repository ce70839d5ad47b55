"""Files that a command line names and a lock needs: those of -overlay and -pgo, so that other machines find them."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

from gomod2bazel.base.disk.files import read_bytes
from gomod2bazel.base.errors import UsageError
from gomod2bazel.golang.command.overlay import COPIES
from gomod2bazel.lock.lock import Lock, LockedModule, OverlaidFile

__all__ = ["with_named_files"]


def with_named_files(lock: Lock, folder: Path, *, module: str, profile: Path | None) -> Lock:
    """Return a lock whose files of -overlay and -pgo are named relative to its own folder, each with its digest.

    The rules check the digest before they use a file, so that a lock never stands for what it was not made of.

    Args:
        lock: as made, with the paths of this machine.
        folder: where the lock will be.
        module: path of the module that it was made for.
        profile: the CPU profile of -pgo, or None; each binary is then compiled with it.

    Raises:
        UsageError: a file is not below ``folder``; all such files are named.
    """
    stored = f"{COPIES}pgo/{profile.name}" if profile else ""
    modules = [_with_profile(locked, stored, profile, module) for locked in lock.modules]
    overlays = [lock.standard_overlay, *(locked.overlay for locked in modules)]
    outside = {f.path: None for files in overlays for f in files.values() if not Path(f.path).is_relative_to(folder)}
    if outside:
        raise UsageError(
            "\n".join(f"{path} is not below {folder}, where the lock is" for path in outside),
            hint="copy the files of -overlay and -pgo below the folder of the lock",
        )
    binaries = lock.binaries
    return replace(
        lock,
        modules=tuple(replace(locked, overlay=_relative(locked.overlay, folder)) for locked in modules),
        standard_overlay=_relative(lock.standard_overlay, folder),
        binaries=tuple(replace(binary, pgo_profile=stored) for binary in binaries) if profile else binaries,
    )


def _with_profile(locked: LockedModule, stored: str, profile: Path | None, module: str) -> LockedModule:
    if profile is None or locked.path != module:
        return locked
    return replace(locked, overlay={**locked.overlay, stored: OverlaidFile(path=str(profile))})


def _relative(files: Mapping[str, OverlaidFile], folder: Path) -> dict[str, OverlaidFile]:
    return {
        name: OverlaidFile(
            path=Path(file.path).relative_to(folder).as_posix(),
            sha256=hashlib.sha256(read_bytes(Path(file.path))).hexdigest(),
        )
        for name, file in files.items()
    }
