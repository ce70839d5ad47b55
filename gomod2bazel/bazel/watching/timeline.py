"""The trace that -debug-trace writes: Chrome's trace events, in the form of the go command (cmd/go/internal/trace)."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from time import time
from typing import Any

from gomod2bazel.bazel.server.build_report import RanAction
from gomod2bazel.bazel.watching.plan import Planned

__all__ = ["Span", "Timeline"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Span:
    """Something that took time.

    Attributes:
        name: what it was.
        thread: where it is shown; spans of one thread lie inside or after each other.
        start, end: seconds since 1970.
    """

    name: str
    thread: int
    start: float
    end: float


@dataclass(slots=True, kw_only=True)
class Timeline:
    """Collects spans.

    Attributes:
        clock: seconds since 1970.
        spans: those that have ended.
        flows: pairs of spans of which the second waited for the first.
    """

    clock: Callable[[], float] = time
    spans: list[Span] = field(default_factory=list)
    flows: list[tuple[Span, Span]] = field(default_factory=list)

    @contextmanager
    def span(self, name: str) -> Iterator[None]:
        """Take down how long what is inside takes, in the thread of the driver itself."""
        start = self.clock()
        try:
            yield
        finally:
            self.spans.append(Span(name=name, thread=0, start=start, end=self.clock()))

    def add(self, ran: Iterable[RanAction], plan: Mapping[str, Planned]) -> None:
        """Add the actions of a build, each in the first thread that is free, and what they waited for."""
        free: list[float] = []
        known: dict[str, Span] = {}
        for action in sorted(
            (action for action in ran if action.start and action.output in plan), key=lambda action: action.start
        ):
            at = next((i for i, end in enumerate(free) if end <= action.start), len(free))
            free[at : at + 1] = [action.end]
            mode = {"GoCompile": "build", "GoLink": "link"}.get(action.mnemonic, action.mnemonic)
            name = f"Executing action ({mode} {plan[action.output].package})"
            span = known[action.output] = Span(name=name, thread=at + 1, start=action.start, end=action.end)
            self.spans.append(span)
            self.flows += [(known[need], span) for need in plan[action.output].needs if need in known]

    def to_json(self) -> str:
        """Return the file's text: one event a line, in the order of time."""
        events = [event for span in self.spans for event in (_event(span, "B"), _event(span, "E"))]
        for number, (before, after) in enumerate(self.flows, 1):
            flow = {"name": f"{before.name} -> {after.name}", "cat": "flow", "id": number, "pid": 0}
            events.append(flow | {"ph": "s", "ts": _micro(before.end), "tid": before.thread})
            events.append(flow | {"ph": "f", "bp": "e", "ts": _micro(after.start), "tid": after.thread})
        return "[\n" + "\n,".join(json.dumps(event) for event in sorted(events, key=lambda event: event["ts"])) + "\n]"


def _event(span: Span, phase: str) -> dict[str, Any]:
    ts = span.start if phase == "B" else span.end
    return {"name": span.name, "ph": phase, "ts": _micro(ts), "pid": 0, "tid": span.thread}


def _micro(seconds: float) -> float:
    return round(seconds * 1e6, 3)
