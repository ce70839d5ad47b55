"""What a user sees of a run that takes long, by a clock that the test moves."""

from __future__ import annotations

import io
from collections.abc import Callable
from itertools import pairwise
from typing import Any

from gomod2bazel.base.process.events import Event
from gomod2bazel.base.process.progress import Look, Progress, Style
from gomod2bazel.base.process.runner import Completed, Runner
from gomod2bazel.base.process.steps import ShownSteps

__all__ = ["LONGEST_SILENCE", "ShownRun"]

LONGEST_SILENCE = {Style.BAR: 2.1, Style.PLAIN: 15.0}
"""Seconds in which nothing is written, at most."""

_START = 100.0


class ShownRun:
    """A run whose progress is shown, and all that was written, with its time."""

    def __init__(self, style: Style, *, quiet: bool = False) -> None:
        self.now = _START
        self.written: list[tuple[float, str]] = []
        look = Look(style=style, quiet=quiet)
        self.progress = Progress(_Stream(self), look, clock=lambda: self.now, columns=lambda: 60)

    def after(self, seconds: float, do: Callable[[], object] = lambda: None) -> None:
        """Let time pass, with a tick a second, and do something then."""
        end = self.now + seconds
        while self.now + 1 <= end:
            self.now += 1
            self.progress.tick()
        self.now = end
        do()

    def send(self, seconds: float, **event: Any) -> None:
        """Report an event after some seconds."""
        self.after(seconds, lambda: self.progress(Event(**event)))

    def slowed(self, runner: Runner, seconds: float) -> Runner:
        """Return a runner whose programs take so long."""
        return _Slow(self, runner, seconds)

    @property
    def steps(self) -> ShownSteps:
        """What shows the steps of set-up."""
        return ShownSteps(say=self.progress.say, show=self.progress)

    @property
    def text(self) -> str:
        """All that was written."""
        return "".join(text for _, text in self.written)

    @property
    def lines(self) -> list[str]:
        """What was written, without what clears a line."""
        return [line for line in self.text.replace("\x1b[K", "\n").replace("\r", "\n").splitlines() if line]

    @property
    def silence(self) -> float:
        """The longest time in which nothing was written."""
        times = [_START, *(at for at, _ in self.written), self.now]
        return max(later - before for before, later in pairwise(times))


class _Stream(io.StringIO):
    def __init__(self, run: ShownRun) -> None:
        super().__init__()
        self._run = run

    def write(self, text: str) -> int:
        self._run.written.append((self._run.now, text))
        return len(text)


class _Slow:
    def __init__(self, run: ShownRun, runner: Runner, seconds: float) -> None:
        self._run, self._runner, self._seconds = run, runner, seconds

    def run(self, argv: Any, **options: Any) -> Completed:
        """Run it at once, but let time pass: first what it writes is there, then it ends."""
        done = self._runner.run(argv, **options)
        self._run.after(self._seconds)
        return done
