"""When actions began and ended, from Bazel's profile: the events of Bazel 7 do not tell."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from pathlib import Path

from gomod2bazel.bazel.server.build_report import RanAction

__all__ = ["Profiles", "profile_flags", "profile_of", "timed"]


@dataclass(frozen=True, slots=True)
class Profiles:
    """The profiles of the Bazel commands of a run.

    Attributes:
        folder: an empty folder, where they are written.
        is_wanted: whether there are to be any.
        files: those that were asked for, in order.
    """

    folder: Path
    is_wanted: bool = True
    files: list[Path] = field(default_factory=list)

    def flags(self) -> list[str]:
        """Return the flags of the next command for a profile."""
        if not self.is_wanted:
            return []
        self.files.append(self.folder / f"{len(self.files)}.json")
        return profile_flags(self.files[-1])


def profile_flags(path: Path) -> list[str]:
    """Return the flags of ``bazel build`` for a profile of every action in ``path``."""
    trace_flags = ("--generate_json_trace_profile", "--noslim_profile", "--experimental_profile_include_primary_output")
    return [*trace_flags, f"--profile={path}"]


def profile_of(flags: Sequence[str]) -> Path | None:
    """Return the profile that flags of ``bazel build`` already ask for: of several, Bazel writes only the last."""
    named = [flag.removeprefix("--profile=") for flag in flags if flag.startswith("--profile=")]
    return Path(named[-1]) if named else None


def timed(ran: Iterable[RanAction], path: Path) -> list[RanAction]:
    """Return the actions with the times that the profile has for them."""
    try:
        profile = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError):  # Bazel was stopped before it ended
        return list(ran)
    start = datetime.fromisoformat(profile["otherData"]["date"]).timestamp()
    times = {
        event["out"]: (start + event["ts"] / 1e6, start + (event["ts"] + event["dur"]) / 1e6)
        for event in profile["traceEvents"]
        if event.get("cat") == "action processing" and "out" in event
    }
    return [
        replace(action, start=times[action.output][0], end=times[action.output][1])
        if action.output in times
        else action
        for action in ran
    ]
