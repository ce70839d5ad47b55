"""What the last run prepared, kept for the next: as long as edits leave files' outlines alone, nothing is loaded again.

A record holds the state of every file that loading read, and of those that a user edits also the outline. If only such
files changed, and their outlines are the same, the go command would list the same packages, and the lock would be the
same. Sets are another matter: any word of a file may be evidence. They are classified again while Bazel builds
(`commands.building.during_build`).
"""

from __future__ import annotations

import hashlib
import json
import os
import stat
import time
from collections.abc import Callable, Collection, Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from gomod2bazel.base.disk.files import write_file
from gomod2bazel.base.process.message import Message
from gomod2bazel.bazel.prepared import PreparedModule
from gomod2bazel.commands.building.platform_build import PlatformBuild
from gomod2bazel.load.changes.outline import outline_of
from gomod2bazel.load.changes.up_to_date import State, state_of

if TYPE_CHECKING:
    from gomod2bazel.commands.building.prepare import PreparedBuild

__all__ = ["KeptBuild", "outlines_of", "read_kept", "write_kept"]

# What is longer is data. Bytes.
_LONGEST = 1 << 22

# How long it is kept: then the module is loaded again, whatever changed. Seconds.
_AGE = 30 * 24 * 3600.0


@dataclass(frozen=True, slots=True, kw_only=True)
class KeptBuild:
    """What an earlier run with the same options prepared.

    Attributes:
        builds: the share of each platform.
        joint: the module for all platforms at once, or None.
        sets: the set of each main package of the module, by import path.
        ignore: paths of the ignore directives of go.mod.
        notes: what loading reported.
        before: the states of all files now, as `up_to_date.states_of` returns them.
        is_edited: whether a file changed.
    """

    builds: tuple[PlatformBuild, ...]
    joint: PreparedModule | None
    sets: Mapping[str, str]
    ignore: tuple[str, ...]
    notes: tuple[Message, ...]
    before: Mapping[str, State]
    is_edited: bool


def read_kept(path: Path) -> KeptBuild | None:
    """Return what an earlier run kept in a file, if it still holds; else None."""
    try:
        value = json.loads(path.read_text(encoding="utf-8"))
        before, edited = _states_now(value["files"], value["outlines"])
        builds = tuple(PlatformBuild.from_dict(build) for build in value["builds"])
        if not all(Path(folder).is_dir() for build in builds for folder in build.prepared.folders.values()):
            return None
        return KeptBuild(
            builds=builds,
            joint=PreparedModule.from_dict(value["joint"]) if value["joint"] else None,
            sets=dict(value["sets"]),
            ignore=tuple(value["ignore"]),
            notes=tuple(map(Message.of_fields, value["notes"])),
            before=before,
            is_edited=edited,
        )
    except (OSError, ValueError, KeyError, TypeError, AttributeError, _Changed):
        # There is none, it is not what this version writes, or more has changed than what only the compiler reads.
        return None


class _Changed(Exception):  # noqa: N818 - not an error
    """A file changed in a way that may change what is loaded."""


def _states_now(files: Mapping[str, list[int]], outlines: Mapping[str, str]) -> tuple[dict[str, State], bool]:
    """Return the state of each file, and whether one differs from what it was; its outline must be the same."""
    before, edited = {}, False
    for path, known in files.items():
        state = state_of(path)
        if state != tuple(known):
            if not outlines.get(path) or outlines[path] != _outline(path, state):
                raise _Changed(path)
            edited = True
        before[path] = state
    return before, edited


def write_kept(path: Path, prepared: PreparedBuild, outlines: Mapping[str, str]) -> None:
    """Keep what a run prepared.

    Args:
        path: the file to write.
        prepared: what is built.
        outlines: of the files that may be edited, from `outlines_of`.
    """
    value: dict[str, Any] = {
        "files": prepared.before,
        "outlines": outlines,
        "builds": [build.to_dict() for build in prepared.builds],
        "joint": prepared.joint and prepared.joint.to_dict(),
        "sets": prepared.sets,
        "ignore": prepared.ignore,
        "notes": [note.fields() for note in prepared.notes],
    }
    write_file(path, json.dumps(value, separators=(",", ":")))
    _remove_old(path.parent)


def _remove_old(folder: Path) -> None:
    """Remove what was kept long ago: nobody may build that tree again, or not with these options."""
    oldest = time.time() - _AGE
    for path in folder.glob("*.kept.json"):
        with suppress(OSError):
            if path.stat().st_mtime < oldest:
                path.unlink()


def outlines_of(
    before: Mapping[str, State], editable: Collection[str], is_wanted: Callable[[], bool]
) -> dict[str, str] | None:
    """Return the outlines of files and folders, by path; None if one changed meanwhile.

    Args:
        before: the states that they had.
        editable: those of them to look at; others may not change at all.
        is_wanted: asked again and again whether to go on.
    """
    outlines = {}
    for path in editable:
        if not is_wanted():
            return None
        state = before[path]
        outlines[path] = _outline(path, state) if state else ""
        if state_of(path) != state:
            return None
    return {path: outline for path, outline in outlines.items() if outline}


def _outline(path: str, state: State) -> str:
    """Return the outline of a file, or a digest of the names in a folder; empty if any change of it matters."""
    if not state:
        return ""
    _, size, mode, _ = state
    if stat.S_ISDIR(mode):
        with os.scandir(path) as entries:
            names = sorted((entry.name, entry.is_dir(), entry.is_symlink()) for entry in entries)
        return hashlib.sha256(json.dumps(names).encode("utf-8", "surrogatepass")).hexdigest()[:32]
    if not stat.S_ISREG(mode) or size > _LONGEST:
        return ""
    # Whether it can be executed is evidence, and part of what is embedded.
    outline = outline_of(Path(path).name, Path(path).read_bytes())
    return outline and f"{outline}{mode:o}"
