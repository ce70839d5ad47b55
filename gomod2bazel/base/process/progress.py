"""Show how far a run is: a bar on a terminal, a line a stage on a pipe, nothing when asked to be quiet."""

from __future__ import annotations

import os
import re
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import Enum
from types import TracebackType
from typing import Self, TextIO

from gomod2bazel.base.process.message import Message

__all__ = ["Event", "Look", "Progress", "Stage", "event_from_bazel", "render"]

_INTERVAL = 0.1
"""Seconds between two repaints at least."""

_BAR = 24
"""Columns of the bar between its brackets, where there is room."""


class Stage(Enum):
    """What a run is at; the value is what the user reads."""

    FETCH = "fetch"
    LOAD = "load"
    BUILD = "build"
    LINK = "link"
    INSTALL = "install"


_UNITS = {Stage.FETCH: "modules", Stage.INSTALL: "binaries"}
"""What is counted in stages whose total is known from the start."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Event:
    """How far a stage is.

    Attributes:
        stage: the stage.
        done: how many of ``total`` are done.
        total: how many there are; 0 when that is not known.
        text: what is being worked on; may be empty.
        note: something to tell the user in a separate line, instead of the rest; may be empty.
    """

    stage: Stage
    done: int = 0
    total: int = 0
    text: str = ""
    note: str = ""


_COUNTER = re.compile(r"\[([\d,]+) / ([\d,]+)\]\s*(?:\[[A-Za-z]+\]\s*)?(.*)")
_LOADED = re.compile(r"(?:Loading|Analyzing): .*?(\d+ packages? loaded)")
_AFTER_TEXT = re.compile(r"; \d+s\b.*| \.\.\. \(.*")


def event_from_bazel(line: str) -> Event | None:
    """Return what a line of Bazel's own progress says (with --curses=no, --color=no), or None.

    The counters in ``[12 / 345] Compiling ...`` are the one cheap source of done and total: the build event stream
    reports no action that was up to date, others only with --build_event_publish_all_actions (half a kilobyte an
    action), and a total never. Bazel writes about one such line a second.
    """
    counter = _COUNTER.match(line)
    if counter:
        done, total = (int(number.replace(",", "")) for number in counter.group(1, 2))
        text = _AFTER_TEXT.sub("", counter[3])
        stage = Stage.LINK if text.startswith(("Link", "GoLink")) else Stage.BUILD
        return Event(stage=stage, done=min(done, total), total=total, text=text)
    if line.startswith("INFO: Analyzed "):
        return Event(stage=Stage.BUILD)
    loaded = _LOADED.match(line)
    return Event(stage=Stage.LOAD, text=loaded[1]) if loaded else None


def render(event: Event, columns: int) -> str:
    """Return ``event`` as one line of at most ``columns`` columns, in printable ASCII: there a character is a column.

    The parts go in this order as the room shrinks: the text is cut, then the bar is left out, then all is cut.
    """
    head = f"{event.stage.value:<7}"
    if event.total > 0:
        count = f" {event.done}/{event.total}"
        filled = _BAR * event.done // event.total
        bar = f" [{'#' * filled}{'-' * (_BAR - filled)}]"
        head += (bar if len(head) + len(bar) + len(count) <= columns else "") + count
    text = "".join(c if " " <= c <= "~" else "?" for c in event.text)
    room = columns - len(head) - 2
    if text and room >= 8:
        head += "  " + (text if len(text) <= room else f"{text[: room - 3]}...")
    return head.rstrip()[: max(columns, 0)]


@dataclass(frozen=True, slots=True, kw_only=True)
class Look:
    """What is written, and how.

    Attributes:
        terminal: Whether a line on the stream can be painted over.
        quiet: Write nothing at all.
        color: Whether the words of messages are coloured.
    """

    terminal: bool
    quiet: bool = False
    color: bool = False


class Progress:
    """Writes events to a stream.

    Args:
        stream: standard error, as a rule.
        look: what is written, and how.
        clock: seconds that only rise.
        columns: the terminal's width; asked for at each repaint.
    """

    def __init__(
        self,
        stream: TextIO,
        look: Look,
        *,
        clock: Callable[[], float] = time.monotonic,
        columns: Callable[[], int] = lambda: 80,
    ) -> None:
        self._stream = stream
        self._terminal = look.terminal
        self._color = look.color
        self._quiet = look.quiet
        self._clock = clock
        self._columns = columns
        self._seen: set[Stage] = set()
        self._stage: Stage | None = None
        self._painted_at = float("-inf")
        self._painted = ""

    @classmethod
    def for_stream(
        cls,
        stream: TextIO,
        environment: Mapping[str, str],
        *,
        quiet: bool = False,
        is_colored: Callable[[bool], bool] = lambda terminal: terminal,
    ) -> Progress:
        """Return a progress display that suits ``stream``: painted only on a terminal that can (TERM is not "dumb").

        Args:
            stream: Standard error, as a rule.
            environment: The user's environment.
            quiet: Write nothing at all.
            is_colored: Whether words are coloured, given whether ``stream`` is such a terminal.
        """
        terminal = stream.isatty() and environment.get("TERM", "dumb") != "dumb"

        def columns() -> int:
            try:
                return os.get_terminal_size(stream.fileno()).columns or 80
            except OSError:
                return 80

        return cls(stream, Look(terminal=terminal, quiet=quiet, color=is_colored(terminal)), columns=columns)

    def __call__(self, event: Event) -> None:
        """Show ``event``, unless the last repaint in this stage was only just now."""
        if event.note:
            self.say(event.note)
        elif not self._terminal:
            self._announce(event)
        elif event.stage is not self._stage or self._clock() - self._painted_at >= _INTERVAL:
            self._stage = event.stage
            self._painted_at = self._clock()
            # The last column stays free: writing there wraps on some terminals.
            self._paint(render(event, self._columns() - 1))

    def say(self, message: str | Message) -> None:
        """Write a message above the bar; a string is the text of a result."""
        self.write((Message(message) if isinstance(message, str) else message).line(color=self._color))

    def write(self, text: str) -> None:
        """Write text as it is, above the bar; it ends its last line itself."""
        bar = self._painted
        self._paint("")
        self._write(text)
        self._paint(bar)

    def close(self) -> None:
        """Clear the bar; what is written next starts on an empty line."""
        self._paint("")
        self._stage = None

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def _announce(self, event: Event) -> None:
        """Write one line the first time a stage is heard of; links come between other actions, so stages come back."""
        if event.stage in self._seen:
            return
        self._seen.add(event.stage)
        unit = _UNITS.get(event.stage)
        count = f": {event.total} {unit}" if unit and event.total else ""
        self._write(f"gomod2bazel: {event.stage.value}{count}\n")

    def _paint(self, line: str) -> None:
        """Replace the painted line; an empty one clears it."""
        if line != self._painted:
            self._painted = line
            self._write(f"\r{line}\x1b[K")

    def _write(self, text: str) -> None:
        """Write at once. A stream that takes no more (the reader of a pipe went away) must not end the run."""
        if self._quiet:
            return
        try:
            self._stream.write(text)
            self._stream.flush()
        except OSError:
            self._quiet = True
