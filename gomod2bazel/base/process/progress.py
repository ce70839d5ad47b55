"""Show how far a run is: a bar on a terminal, a line now and then in a log, nothing when asked to be quiet."""

from __future__ import annotations

import os
import threading
import time
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass, replace
from enum import Enum
from types import TracebackType
from typing import Self, TextIO

from gomod2bazel.base.process.events import Event, Stage
from gomod2bazel.base.process.message import Level, Message
from gomod2bazel.base.process.progress_line import log_line, painted_line

__all__ = ["Look", "Progress", "Style"]

_INTERVAL = 0.1
"""Seconds between two repaints at least."""

_TICK = 1.0
"""Seconds after which the bar is painted again, so that its clock moves."""

_LOG_INTERVAL = 14.0
"""Seconds of silence in a log after which the next tick writes: 15 at most."""


class Style(Enum):
    """How progress is shown; the value is that of -progress."""

    BAR = "bar"
    PLAIN = "plain"
    NONE = "none"


@dataclass(frozen=True, slots=True, kw_only=True)
class Look:
    """What is written, and how.

    Attributes:
        style: A painted line, lines of a log, or nothing but messages.
        quiet: Write no progress, and no messages but errors and warnings.
        color: Whether the words of messages are coloured.
        line: Returns what is written of a message, in place of its text; progress is not shown then.
    """

    style: Style
    quiet: bool = False
    color: bool = False
    line: Callable[[Message], str] | None = None


class Progress:
    """Writes events to a stream. All methods may be called from any thread.

    Args:
        stream: standard error, as a rule.
        look: what is written, and how.
        clock: seconds that only rise.
        columns: the terminal's width; asked for at each repaint.
        ticks: whether a thread calls `tick` about once a second, from the first event on.
    """

    def __init__(
        self,
        stream: TextIO,
        look: Look,
        *,
        clock: Callable[[], float] = time.monotonic,
        columns: Callable[[], int] = lambda: 80,
        ticks: bool = False,
    ) -> None:
        self._stream = stream
        self._style = Style.NONE if look.quiet or look.line else look.style
        self._line = look.line or (lambda message: message.line(color=look.color))
        self._quiet = look.quiet
        self._clock = clock
        self._columns = columns
        self._began = self._written_at = clock()
        self._lock = threading.RLock()
        self._event: Event | None = None
        self._announced: set[Stage] = set()
        self._painted_at = self._began
        self._painted = ""
        self._is_closed = False
        self._ticker: threading.Thread | None = None
        self._ticks = ticks
        self._ended = threading.Event()

    @classmethod
    def for_stream(
        cls,
        stream: TextIO,
        environment: Mapping[str, str],
        *,
        style: Style | None = None,
        quiet: bool = False,
        is_colored: Callable[[bool], bool] = lambda terminal: terminal,
    ) -> Progress:
        """Return a progress display that suits ``stream``.

        Args:
            stream: Standard error, as a rule.
            environment: The user's environment.
            style: None for a bar on a terminal that can (TERM is not "dumb"), and lines elsewhere.
            quiet: Write errors and warnings only.
            is_colored: Whether words are coloured, given whether ``stream`` is such a terminal.
        """

        def columns() -> int:
            try:
                return os.get_terminal_size(stream.fileno()).columns or 80
            except OSError:
                return 80

        terminal = stream.isatty() and environment.get("TERM", "dumb") != "dumb"
        look = Look(style=style or (Style.BAR if terminal else Style.PLAIN), quiet=quiet, color=is_colored(terminal))
        return cls(stream, look, columns=columns, ticks=True)

    def __call__(self, event: Event) -> None:
        """Show ``event``, unless the last repaint in this stage was only just now."""
        if event.note:
            self.say(event.note)
            return
        with self._lock:
            if self._style is Style.NONE or self._is_closed:
                return
            is_other = self._event is None or self._event.stage is not event.stage
            self._event = event
            if self._style is Style.PLAIN:
                self._announce(event)
            elif is_other or self._clock() - self._painted_at >= _INTERVAL:
                self._repaint()
            self._start()

    def begin(self, event: Event) -> None:
        """Take ``event`` as what the run does now, until another is reported. It is shown once it takes long."""
        with self._lock:
            if self._style is not Style.NONE and not self._is_closed:
                self._event = event
                self._start()

    def tick(self) -> None:
        """Show what is under way again, if it was shown long enough ago."""
        event = self._event
        if event is None:
            return
        newer = None
        if event.newer is not None:
            # A folder that is measured may be gone already.
            with suppress(OSError):
                newer = replace(event.newer(), newer=event.newer)
        with self._lock:
            if self._event is not event:
                return
            self._event = newer or event
            now = self._clock()
            if self._style is Style.BAR and now - self._painted_at >= _TICK * 0.9:
                self._repaint()
            elif self._style is Style.PLAIN and now - self._written_at >= _LOG_INTERVAL:
                self._write(f"gomod2bazel: {log_line(self._event, now - self._began)}\n")

    def say(self, message: str | Message) -> None:
        """Write a message above the bar; a string is the text of a result."""
        message = Message(message) if isinstance(message, str) else message
        if not self._quiet or message.level in (Level.ERROR, Level.WARNING):
            self.write(self._line(message))

    def write(self, text: str) -> None:
        """Write text as it is, above the bar, also when quiet; it ends its last line itself."""
        with self._lock:
            bar = self._painted
            self._paint("")
            self._write(text)
            self._paint(bar)

    def hide(self) -> None:
        """Clear the bar until the next event: something else writes to the terminal."""
        with self._lock:
            self._paint("")
            self._event = None

    def close(self) -> None:
        """Clear the bar for good; what is written next starts on an empty line."""
        with self._lock:
            self.hide()
            self._is_closed = True
            self._ended.set()
            ticker, self._ticker = self._ticker, None
        if ticker is not None and ticker is not threading.current_thread():
            ticker.join(_TICK)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def _start(self) -> None:
        """Start the thread that ticks, if there is to be one and none runs."""
        if self._ticks and self._ticker is None and not self._is_closed:
            self._ticker = threading.Thread(target=self._run, name="progress", daemon=True)
            # Where no thread is to be had, events are shown all the same.
            with suppress(RuntimeError):
                self._ticker.start()

    def _run(self) -> None:
        while not self._ended.wait(_TICK):
            self.tick()

    def _announce(self, event: Event) -> None:
        """Write one line the first time a stage is heard of; links come between other actions, so stages come back."""
        if event.stage in self._announced or event.stage is Stage.SETUP:
            # Each step of set-up has its message.
            return
        self._announced.add(event.stage)
        self._write(f"gomod2bazel: {event.stage.value}\n")

    def _repaint(self) -> None:
        assert self._event is not None  # noqa: S101
        self._painted_at = self._clock()
        # The last column stays free: writing there wraps on some terminals.
        self._paint(painted_line(self._event, self._columns() - 1, self._painted_at - self._began))

    def _paint(self, line: str) -> None:
        """Replace the painted line; an empty one clears it."""
        if line != self._painted:
            self._painted = line
            self._write(f"\r{line}\x1b[K")

    def _write(self, text: str) -> None:
        """Write at once. A stream that takes no more (the reader of a pipe went away) must not end the run."""
        self._written_at = self._clock()
        if not self._stream.closed:
            try:
                self._stream.write(text)
                self._stream.flush()
            except OSError:
                self._style, self._quiet = Style.NONE, True
