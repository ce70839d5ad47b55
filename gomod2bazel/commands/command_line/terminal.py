"""Flags for what standard error looks like. All commands take them, and the driver reads them before any other."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from gomod2bazel.options.flags import pieces, read_flag

__all__ = ["TERMINAL_FLAGS", "Terminal", "asks_for_json", "split_terminal"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Terminal:
    """What messages look like.

    Attributes:
        color: auto, always or never.
        progress: auto, plain, bar or none.
        quiet: whether errors and warnings alone are written.
        error_format: text or json: how messages are written.
    """

    color: str = "auto"
    progress: str = "auto"
    quiet: bool = False
    error_format: str = "text"

    @property
    def as_json(self) -> bool:
        """Whether each message is a JSON object."""
        return self.error_format == "json"

    def is_colored(self, *, terminal: bool, environment: Mapping[str, str]) -> bool:
        """Return whether words are coloured: NO_COLOR (https://no-color.org) counts where -color says nothing.

        Args:
            terminal: Whether standard error is a terminal that knows escape sequences.
            environment: The user's environment.
        """
        if self.color == "auto":
            return terminal and not environment.get("NO_COLOR")
        return self.color == "always"


TERMINAL_FLAGS = {"color": "color", "error-format": "error_format", "progress": "progress", "q": "quiet"}
"""The names of these flags, and the attribute of `Terminal` that each sets."""


def split_terminal(argv: Sequence[str]) -> tuple[Terminal, list[str]]:
    """Return what the flags for standard error say, and the command line without them.

    Args:
        argv: The whole command line after the program's name; these flags may be before the command's name.

    Raises:
        UsageError: One of them has no value or a wrong one.
    """
    values: dict[str, Any] = {}
    rest: list[str] = []
    for piece in pieces(argv):
        if piece.name not in TERMINAL_FLAGS:
            rest += piece.words
            continue
        _, values[TERMINAL_FLAGS[piece.name]] = read_flag(piece, {})
    return Terminal(**values), rest


def asks_for_json(argv: Sequence[str]) -> bool:
    """Return whether a command line that may be wrong asks for messages as JSON."""
    formats = [piece.text for piece in pieces(argv) if piece.name == "error-format"]
    return bool(formats) and formats[-1] == "json"
