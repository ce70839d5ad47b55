"""The section of the time: when actions ran, and the critical path."""

from __future__ import annotations

from collections.abc import Sequence

from gomod2bazel.base.counts import count, readable_time
from gomod2bazel.release.report.data import CriticalStep, TimedAction, Timeline
from gomod2bazel.release.report.html.figures import figure
from gomod2bazel.release.report.html.frame import Section
from gomod2bazel.release.report.html.markup import Element, element
from gomod2bazel.release.report.html.tables import Cell, Column, badge, table

__all__ = ["lanes", "timeline_section"]

_SLOWEST = 50
"""Actions that the table of the slowest has."""


def timeline_section(timeline: Timeline | None) -> Section:
    """Return the section; without a timeline it says why there is none."""
    if timeline is None:
        text = "Not known: Bazel wrote no profile of this build."
        return Section(id="timeline", title="Time", content=(element("p", {}, text),))
    cached = sum(action.is_cached for action in timeline.actions)
    summary = (
        f"{count(len(timeline.actions), 'action')} ran or came from a cache ({cached} from a cache), "
        f"{timeline.up_to_date} were up to date."
    )
    content = [element("p", {}, summary)]
    if timeline.actions:
        content += [
            figure(
                "timeline-figure",
                "Actions over time",
                "Each bar is an action, in the first lane that is free. Outlined bars are on the critical path, "
                "hatched ones came from a cache.",
            ),
            _critical(timeline.critical),
            _kinds(timeline.actions),
            _slowest(timeline.actions),
        ]
    return Section(id="timeline", title="Time", content=tuple(content))


def lanes(actions: Sequence[TimedAction]) -> list[int]:
    """Return the lane of each action: the first that is free when it begins."""
    ends: list[float] = []
    chosen = []
    for action in actions:
        lane = next((number for number, end in enumerate(ends) if end <= action.start + 1e-6), len(ends))
        ends[lane : lane + 1] = [action.start + action.seconds]
        chosen.append(lane)
    return chosen


def _seconds(seconds: float) -> Cell:
    return Cell.of(f"{seconds:.3f}", value=round(seconds, 6))


def _critical(steps: Sequence[CriticalStep]) -> Element:
    columns = [Column(title="Step"), Column(title="Seconds", numeric=True)]
    rows = [[Cell.of(step.name), _seconds(step.seconds)] for step in steps]
    total = readable_time(sum(step.seconds for step in steps))
    return table("critical-table", f"Critical path: {count(len(steps), 'step')}, {total}", columns, rows)


def _kinds(actions: Sequence[TimedAction]) -> Element:
    columns = [Column(title="Kind"), Column(title="Actions", numeric=True), Column(title="Cached", numeric=True)]
    columns += [Column(title="Seconds in all", numeric=True), Column(title="Longest", numeric=True)]
    rows = []
    for kind in sorted({action.kind for action in actions}):
        of_kind = [action for action in actions if action.kind == kind]
        cached = sum(action.is_cached for action in of_kind)
        times = [action.seconds for action in of_kind]
        numbers = (Cell.of(str(number), value=number) for number in (len(of_kind), cached))
        rows.append([Cell.of(kind), *numbers, _seconds(sum(times)), _seconds(max(times))])
    return table("kinds-table", "Actions by kind", columns, rows)


def _slowest(actions: Sequence[TimedAction]) -> Element:
    columns = [Column(title="Action"), Column(title="Kind"), Column(title="Result")]
    columns += [Column(title="Began", numeric=True), Column(title="Seconds", numeric=True)]
    slowest = sorted(actions, key=lambda action: (-action.seconds, action.start, action.name))[:_SLOWEST]
    rows = [
        [
            Cell.of(action.name),
            Cell.of(action.kind),
            Cell.of(badge("from a cache", "info") if action.is_cached else "ran"),
            _seconds(action.start),
            _seconds(action.seconds),
        ]
        for action in slowest
    ]
    return table("slowest-table", f"The slowest {count(len(rows), 'action')}", columns, rows)
