"""Counts in messages: one package, two packages."""

from __future__ import annotations

import re

__all__ = ["count"]


def count(number: int, noun: str) -> str:
    """Return a number and a noun that agrees with it.

    Args:
        number: How many there are.
        noun: What there is one of, such as ``package`` or ``main package``.
    """
    return f"{number} {noun if number == 1 else _plural(noun)}"


def _plural(noun: str) -> str:
    if re.search(r"[^aeiou]y$", noun):
        return f"{noun[:-1]}ies"
    return f"{noun}es" if noun.endswith(("s", "x", "ch", "sh")) else f"{noun}s"
