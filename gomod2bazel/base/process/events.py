"""How far a run is: what stages report, and what the display shows."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from enum import Enum

__all__ = ["BYTES", "Event", "Stage"]


class Stage(Enum):
    """What a run is doing; the value is what the user reads."""

    SETUP = "set up"
    LOAD = "load"
    FETCH = "fetch"
    BUILD = "build"
    LINK = "link"
    COMPARE = "compare"
    INSTALL = "install"


BYTES = "bytes"
"""The unit of downloads: such numbers are shown as sizes."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Event:
    """How far a stage is.

    Attributes:
        stage: the stage.
        done: how many of ``total`` are done.
        total: how many there are; 0 when that is not known.
        unit: what is counted, such as ``package``, or `BYTES`; empty for the stage's usual unit.
        running: how many actions are running; 0 when that is not known.
        part: which of several builds this is, such as ``linux/arm64, 2 of 3``; may be empty.
        text: what is being worked on; may be empty.
        note: something to print as a separate line, instead of the rest; may be empty.
        newer: returns how far the stage is now; asked about once a second. None where events are sent instead.
    """

    stage: Stage
    done: int = 0
    total: int = 0
    unit: str = ""
    running: int = 0
    part: str = ""
    text: str = ""
    note: str = ""
    newer: Callable[[], Event] | None = field(default=None, compare=False)
