"""The messages of a run, which its JSON document repeats."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import Any

from gomod2bazel.base.documents.fields import error_fields, message_fields
from gomod2bazel.base.errors import Gomod2bazelError
from gomod2bazel.base.process.message import Level, Message, Messenger
from gomod2bazel.base.process.session import Session

__all__ = ["Recorder", "with_recorder"]


@dataclass(slots=True, kw_only=True)
class Recorder:
    """Passes messages on, and keeps the warnings and notes among them.

    Attributes:
        say: Takes each message.
        entries: The keys of each message that is kept, in order.
    """

    say: Messenger
    entries: list[dict[str, Any]] = field(default_factory=list)

    def __call__(self, message: str | Message) -> None:
        """Take a message."""
        if isinstance(message, Message) and message.level in (Level.WARNING, Level.NOTE):
            self.entries.append(message_fields(message))
        self.say(message)

    def add(self, *errors: Gomod2bazelError | None) -> None:
        """Keep errors of single items, which are written elsewhere."""
        self.entries += [error_fields(error) for error in errors if error]


def with_recorder(session: Session) -> tuple[Session, Recorder]:
    """Return the session with a recorder of its messages, and the recorder."""
    recorder = Recorder(say=session.say)
    return replace(session, say=recorder), recorder
