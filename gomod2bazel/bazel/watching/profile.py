"""When actions began and ended, from Bazel's profile: the events of Bazel 7 do not tell."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime
from pathlib import Path

from gomod2bazel.bazel.server.build_report import RanAction

__all__ = ["profile_flags", "timed"]


def profile_flags(path: Path) -> list[str]:
    """Return the flags of ``bazel build`` for a profile of every action in ``path``."""
    trace_flags = ("--generate_json_trace_profile", "--noslim_profile", "--experimental_profile_include_primary_output")
    return [*trace_flags, f"--profile={path}"]


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
