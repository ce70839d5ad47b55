"""How far a stage is, as one line: painted on a terminal, or written to a log."""

from __future__ import annotations

from gomod2bazel.base.counts import count, readable_size, readable_time
from gomod2bazel.base.process.events import BYTES, Event, Stage

__all__ = ["log_line", "painted_line"]

_BARS = (16, 24)
"""Columns of the bar between its brackets; the longer one where there is room."""

_TEXT = 16
"""Columns that the text keeps before a bar is shown."""

_UNITS = {Stage.BUILD: "action", Stage.LINK: "action", Stage.FETCH: "module", Stage.INSTALL: "file"}

_OPEN = frozenset((Stage.BUILD, Stage.LINK))
"""Stages whose total grows: their bar is never full, because what comes next may not be known yet."""


def painted_line(event: Event, columns: int, seconds: float) -> str:
    """Return one line of at most ``columns`` columns, in printable ASCII: each character then takes one column.

    Args:
        event: how far the stage is.
        columns: the width of the terminal.
        seconds: since the run began.
    """
    stage = f"{event.stage.value:<7}"
    clock, text, is_counted = _clock(seconds), _printable(event.text), event.total > 0
    running = f"{event.running} running" if event.running else ""
    percent = f"{_percent(event)}%" if is_counted else ""
    fields = {"stage": stage, "bar": "", "percent": "", "count": _count(event), "clock": clock}
    fields |= {"running": "", "part": ""}
    for name, value, spare in (
        ("part", _printable(event.part), 0),
        ("running", running, 0),
        ("percent", percent, 0),
        *(("bar", _bar(event, width) if is_counted else "", _TEXT if text else 0) for width in _BARS),
    ):
        longer = fields | {name: value}
        fields = longer if len(_joined(longer)) + spare <= columns else fields
    line = _joined(fields)
    room = columns - len(line) - 2
    if text and room >= 8:
        line += "  " + (text if len(text) <= room else f"{text[: room - 3]}...")
    return line.rstrip()[: max(columns, 0)]


def log_line(event: Event, seconds: float) -> str:
    """Return a line without a line end, such as ``build: 41/73 actions, 35 s, compiling runtime``.

    Args:
        event: how far the stage is.
        seconds: since the run began.
    """
    unit = event.unit or _UNITS.get(event.stage, "")
    counted = _count(event)
    if counted and event.total and unit and unit != BYTES:
        counted = f"{event.done}/{count(event.total, unit)}"
    running = f"{event.running} running" if event.running else ""
    facts = (counted, readable_time(seconds), running, _printable(event.part), _printable(event.text))
    return f"{event.stage.value}: {', '.join(filter(None, facts))}"


def _joined(fields: dict[str, str]) -> str:
    return "  ".join(value for value in fields.values() if value)


def _bar(event: Event, width: int) -> str:
    filled = width * event.done // event.total
    if event.stage in _OPEN:
        filled = min(filled, width - 1)
    return f"[{'#' * filled}{'-' * (width - filled)}]"


def _percent(event: Event) -> int:
    percent = 100 * event.done // event.total
    return min(percent, 99) if event.stage in _OPEN else percent


def _count(event: Event) -> str:
    """Return how much is done; an empty string where nothing is counted."""
    if event.unit == BYTES:
        done = readable_size(event.done) if event.done else ""
        return f"{done or '0 B'}/{readable_size(event.total)}" if event.total else done
    return f"{event.done}/{event.total}" if event.total else ""


def _clock(seconds: float) -> str:
    minutes, rest = divmod(int(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02}:{rest:02}" if hours else f"{minutes}:{rest:02}"


def _printable(text: str) -> str:
    return "".join(c if " " <= c <= "~" else "?" for c in text)
