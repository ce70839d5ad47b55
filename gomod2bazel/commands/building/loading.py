"""Prepare several INPUTs at once; what is printed, and which error is reported, is as if they came one by one."""

from __future__ import annotations

import os
import threading
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import replace
from typing import TypeVar

from gomod2bazel.base.process.events import Event
from gomod2bazel.base.process.remembering import RememberingRunner
from gomod2bazel.base.process.runner import Runner, SubprocessRunner
from gomod2bazel.base.process.session import Session

__all__ = ["at_once"]

_T = TypeVar("_T")


@contextmanager
def at_once(session: Session, tasks: Sequence[Callable[[Session], _T]]) -> Iterator[Iterator[Callable[[], _T]]]:
    """Carry out tasks in threads, at most one for each core.

    Args:
        session: the user's session.
        tasks: each is given a session, whose messages are printed when those of all tasks before it are complete.

    Yields:
        For each task in their order what waits for it, and returns its result or raises its error. Once the caller has
        left, programs that other tasks run are killed.
    """
    if len(tasks) == 1:
        yield iter([lambda: tasks[0](session)])
        return
    # A runner for these alone: it starts nothing more once it was stopped.
    runner = SubprocessRunner() if isinstance(session.runner, SubprocessRunner) else session.runner
    lock = threading.RLock()
    turns = [_Turn(session, lock) for _ in tasks]
    remembering = RememberingRunner(runner)
    sessions = [turn.session(remembering) for turn in turns]
    pool = ThreadPoolExecutor(min(len(tasks), len(os.sched_getaffinity(0))))
    futures = [pool.submit(task, given) for task, given in zip(tasks, sessions, strict=True)]

    def result(number: int) -> _T:
        turns[number].begin()
        return futures[number].result()

    try:
        yield (lambda number=number: result(number) for number in range(len(tasks)))  # type: ignore[misc]
    finally:
        # Also after an error or Ctrl-C, which only the main thread gets.
        pool.shutdown(wait=False, cancel_futures=True)
        if isinstance(runner, SubprocessRunner):
            runner.stop()
        pool.shutdown()


class _Turn:
    """The messages of one task: held back until it is its turn.

    Args:
        session: prints them.
        lock: the terminal's.
    """

    def __init__(self, session: Session, lock: threading.RLock) -> None:
        self._session = session
        self._lock = lock
        self._held: list[Callable[[], None]] = []
        self._is_on = False

    def session(self, runner: Runner) -> Session:
        """Return the session for the task."""
        session = self._session
        return replace(
            session,
            runner=runner,
            say=lambda line: self._print(lambda: session.say(line)),
            out=lambda text: self._print(lambda: session.out(text)),
            err=lambda text: self._print(lambda: session.err(text)),
            progress=self._progress,
            begin=self._begin,
        )

    def begin(self) -> None:
        """Print what was held back, and from now on all at once."""
        with self._lock:
            self._is_on = True
            for show in self._held:
                show()
            self._held.clear()

    def _print(self, show: Callable[[], None]) -> None:
        with self._lock:
            if self._is_on:
                show()
            else:
                self._held.append(show)

    def _begin(self, event: Event) -> None:
        with self._lock:
            if self._is_on:
                self._session.begin(event)

    def _progress(self, event: Event) -> None:
        """Show how far the task is while it is its turn."""
        with self._lock:
            if self._is_on or event.note:
                self._print(lambda: self._session.progress(event))
