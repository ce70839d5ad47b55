"""When each action of a build ran, and the critical path, from the profiles that Bazel writes.

https://bazel.build/advanced/performance/json-trace-profile has their form.
"""

from __future__ import annotations

import json
from bisect import bisect_left
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from pathlib import Path
from typing import Any, TypeAlias

from gomod2bazel.bazel.watching.profile import profile_flags
from gomod2bazel.release.report.data import CriticalStep, TimedAction, Timeline

__all__ = ["Profiles", "read_timeline"]

_Event: TypeAlias = "Mapping[str, Any]"

_ACTION, _CRITICAL = "action processing", "critical path component"

_LOOKED_UP = frozenset({"remote action cache check", "remote output download"})
"""Categories of what a remote cache or a disk cache takes part in."""

_RAN = ("waiting for response from worker", "remote execution", "remote action execution", "local action execution")
"""How categories of what runs an action begin, in small letters."""

_SUBPROCESS = "subprocess.run"
"""The name of what runs an action in a process, with or without a sandbox; it has no category of its own."""

_PREFIXES = ("Compiling Go package ", "Linking Go binary ")
"""What comes before the name of a package or binary in Bazel's name of an action; the kind tells the same."""


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


def read_timeline(files: Sequence[Path], up_to_date: int) -> Timeline | None:
    """Return when the actions of a run ran; None if no profile can be read.

    Args:
        files: the profiles of its Bazel commands, in order.
        up_to_date: how many actions had nothing to do: profiles do not have them.
    """
    timelines = [timeline for timeline in map(_read, files) if timeline]
    if not timelines:
        return None
    actions = sorted(
        (action for timeline in timelines for action in timeline.actions),
        key=lambda action: (action.start, action.name),
    )
    first = actions[0].start if actions else 0.0
    return Timeline(
        actions=tuple(replace(action, start=round(action.start - first, 6)) for action in actions),
        critical=tuple(step for timeline in timelines for step in timeline.critical),
        up_to_date=up_to_date,
    )


def _read(file: Path) -> Timeline | None:
    """Return what one profile has, with times since 1970; None if it is not complete."""
    try:
        profile = json.loads(file.read_text(encoding="utf-8"))
        began = datetime.fromisoformat(profile["otherData"]["date"]).timestamp()
        events = [event for event in profile["traceEvents"] if event.get("ph") == "X"]
        critical = tuple(_critical(events))
        names = {step.name for step in critical}
        actions = tuple(_actions(events, began, names))
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        # Bazel was stopped before it ended, or another flag let it write another profile.
        return None
    steps = tuple(replace(step, name=_short(step.name)) for step in critical)
    return Timeline(actions=actions, critical=steps)


def _critical(events: Sequence[_Event]) -> Iterator[CriticalStep]:
    """Yield the steps of the critical path, with Bazel's names, in their order."""
    steps = [event for event in events if event.get("cat") == _CRITICAL]
    for event in sorted(steps, key=lambda event: event["ts"]):
        name = event["name"].removeprefix("action '").removesuffix("'")
        yield CriticalStep(name=name, seconds=round(event["dur"] / 1e6, 6))


def _actions(events: Sequence[_Event], began: float, critical: set[str]) -> Iterator[TimedAction]:
    parts = _Parts(events)
    for event in events:
        if event.get("cat") == _ACTION:
            yield TimedAction(
                name=_short(event["name"]),
                kind=event.get("args", {}).get("mnemonic", "other"),
                start=began + event["ts"] / 1e6,
                seconds=round(event["dur"] / 1e6, 6),
                is_cached=parts.is_cached(event),
                is_critical=event["name"] in critical,
            )


class _Parts:
    """What happened in each thread, by which actions that ran differ from those that a cache had.

    Args:
        events: of a profile.
    """

    def __init__(self, events: Sequence[_Event]) -> None:
        self._threads: dict[int, list[tuple[float, bool]]] = {}
        for event in events:
            category = event.get("cat") or ""
            is_run = category.lower().startswith(_RAN) or event.get("name") == _SUBPROCESS
            if is_run or category in _LOOKED_UP:
                self._threads.setdefault(event["tid"], []).append((event["ts"], is_run))
        for parts in self._threads.values():
            parts.sort()

    def is_cached(self, action: _Event) -> bool:
        """Return whether a cache was asked during an action, and nothing was run."""
        parts = self._threads.get(action["tid"], [])
        start, end = (bisect_left(parts, (at, False)) for at in (action["ts"], action["ts"] + action["dur"]))
        return start < end and not any(is_run for _, is_run in parts[start:end])


def _short(name: str) -> str:
    """Return the package or binary of an action, or Bazel's name of it."""
    for prefix in _PREFIXES:
        name = name.removeprefix(prefix)
    return name
