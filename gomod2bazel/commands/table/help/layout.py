"""Text in columns, for a terminal."""

from __future__ import annotations

import textwrap
from collections.abc import Iterable

__all__ = ["COLUMNS", "columns", "wrapped"]

COLUMNS = 100
"""The most that a line of help has."""


def wrapped(text: str, indent: str = "") -> str:
    """Return a paragraph, or several with blank lines between, in lines of at most `COLUMNS`; it ends a line."""
    paragraphs = (
        textwrap.fill(
            " ".join(paragraph.split()),
            COLUMNS,
            initial_indent=indent,
            subsequent_indent=indent,
            break_long_words=False,
            break_on_hyphens=False,
        )
        for paragraph in text.split("\n\n")
    )
    return "\n\n".join(paragraphs) + "\n"


def columns(rows: Iterable[tuple[str, str]], most: int = 30) -> str:
    """Return rows of two columns; a row whose first word is too long has its text on the next line.

    Args:
        rows: The two texts of each row.
        most: How wide the first column may be.
    """
    rows = list(rows)
    fitting = [len(head) for head, _ in rows if len(head) <= most]
    width = max(fitting, default=0) + 4
    lines = []
    for head, text in rows:
        body = textwrap.wrap(text, COLUMNS - width, break_long_words=False, break_on_hyphens=False) or [""]
        first = f"  {head}"
        if len(head) > most:
            lines.append(first)
        else:
            lines.append(f"{first:<{width}}{body.pop(0)}".rstrip())
        lines += [" " * width + line for line in body]
    return "".join(f"{line}\n" for line in lines)
