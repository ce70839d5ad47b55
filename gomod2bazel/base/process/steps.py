"""The steps of setting a tool up: a message for each, and how far it is."""

from __future__ import annotations

import os
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from gomod2bazel.base.process.events import BYTES, Event, Stage
from gomod2bazel.base.process.message import Message, Messenger

__all__ = ["ShownSteps", "Steps", "fetching", "size_of"]


class Steps(Protocol):
    """Takes what set-up does."""

    def __call__(self, line: str | Message, /) -> None:
        """Take one line that tells the user what set-up does now."""

    def progress(self, event: Event, /) -> None:
        """Take how far it is."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ShownSteps:
    """Shows the steps.

    Attributes:
        say: prints a message.
        show: shows how far a step is.
    """

    say: Messenger
    show: Callable[[Event], None] = lambda _event: None

    def __call__(self, line: str | Message, /) -> None:
        """See `Steps`."""
        self.say(line)

    def progress(self, event: Event, /) -> None:
        """See `Steps`."""
        self.show(event)


def fetching(what: str, folder: Path, total: int = 0) -> Event:
    """Return the event for a download by a program that reports nothing: the size of the folder is how far it is.

    Args:
        what: what is fetched.
        folder: where it goes, empty at first.
        total: bytes, 0 when they are not known.
    """

    def newer() -> Event:
        done = size_of(folder)
        return Event(stage=Stage.SETUP, done=min(done, total or done), total=total, unit=BYTES, text=f"fetching {what}")

    return Event(stage=Stage.SETUP, total=total, unit=BYTES, text=f"fetching {what}", newer=newer)


def size_of(folder: Path) -> int:
    """Return how many bytes the files below a folder have; files may come and go at the same time."""
    total = 0
    for parent, _, files in os.walk(folder):
        for name in files:
            with suppress(OSError):
                total += Path(parent, name).lstat().st_size
    return total
