"""A message to the user: how much it matters, what it is about, and what helps."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from enum import StrEnum

__all__ = ["Level", "Message", "Messenger", "note", "warning"]


class Level(StrEnum):
    """How much a message matters; the value is the word that the user reads."""

    ERROR = "error"
    WARNING = "warning"
    NOTE = "note"
    RESULT = "result"


_COLORS = {Level.ERROR: "1;31", Level.WARNING: "1;33", Level.NOTE: "1;36"}
"""Parameters of SGR (ECMA-48, 8.3.117), as compilers use them."""

_BOLD = "1"


@dataclass(frozen=True, slots=True)
class Message:
    """One message.

    Attributes:
        what: One or more lines.
        level: How much it matters.
        where: FILE or FILE:LINE, or empty.
        hint: What to do, or empty.
    """

    what: str
    level: Level = Level.RESULT
    where: str = ""
    hint: str = ""

    def __str__(self) -> str:
        """Return the text without the program's name and without colours."""
        return self._text(color=False)

    def line(self, *, color: bool = False) -> str:
        """Return all of it for a terminal or a log: ``gomod2bazel: LEVEL: WHERE: WHAT``, and ``hint:`` below.

        Args:
            color: Whether the words are coloured with escape sequences.
        """
        return f"gomod2bazel: {self._text(color=color)}\n"

    def fields(self) -> list[str]:
        """Return a list that `of_fields` reads."""
        return [self.what, self.level.value, self.where, self.hint]

    @classmethod
    def of_fields(cls, fields: Sequence[str]) -> Message:
        """Return the message that `fields` wrote.

        Raises:
            ValueError: They were not written so.
        """
        what, level, where, hint = fields
        return cls(what, Level(level), where, hint)

    def _text(self, *, color: bool) -> str:
        word = "" if self.level is Level.RESULT else _painted(f"{self.level.value}:", _COLORS[self.level], color) + " "
        where = f"{_painted(f'{self.where}:', _BOLD, color)} " if self.where else ""
        hint = f"\n{_painted('hint:', _BOLD, color)} {self.hint}" if self.hint else ""
        return f"{word}{where}{self.what}{hint}"


Messenger = Callable[[str | Message], None]
"""Takes a message; a string is the text of a result."""


def warning(what: str, *, where: str = "", hint: str = "") -> Message:
    """Return a message about something that the user should look at, though the run goes on."""
    return Message(what, Level.WARNING, where, hint)


def note(what: str, *, where: str = "", hint: str = "") -> Message:
    """Return a message about a decision that the user may not expect."""
    return Message(what, Level.NOTE, where, hint)


def _painted(text: str, parameters: str, color: bool) -> str:  # noqa: FBT001 - private, always given
    return f"\x1b[{parameters}m{text}\x1b[0m" if color else text
