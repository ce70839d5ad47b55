"""Counts and lists in messages: one package, two packages, 1.5 GiB, 35 s; A, B and C."""

from __future__ import annotations

import re
from collections.abc import Sequence

__all__ = ["count", "joined", "readable_size", "readable_time"]


def count(number: int, noun: str) -> str:
    """Return a number and a noun that agrees with it.

    Args:
        number: How many there are.
        noun: What there is one of, such as ``package`` or ``main package``.
    """
    return f"{number} {noun if number == 1 else _plural(noun)}"


def joined(names: Sequence[str], word: str = "and") -> str:
    """Return names as a list in a sentence: ``A, B and C``.

    Args:
        names: One name or more.
        word: The word before the last name.
    """
    return f" {word} ".join(filter(None, [", ".join(names[:-1]), names[-1]]))


def readable_size(size: int) -> str:
    """Return a number of bytes in the largest unit of which there is at least one."""
    number, unit = float(size), "B"
    for larger in ("KiB", "MiB", "GiB", "TiB"):
        if number < 1024:
            break
        number, unit = number / 1024, larger
    return f"{number:.0f} {unit}" if unit == "B" or number >= 10 else f"{number:.1f} {unit}"


def readable_time(seconds: float) -> str:
    """Return a duration: ``0.3 s``, ``35 s`` or ``4 min 5 s``."""
    if seconds < 9.95:
        return f"{seconds:.1f} s"
    whole = round(seconds)
    return f"{whole} s" if whole < 120 else f"{whole // 60} min {whole % 60} s"


def _plural(noun: str) -> str:
    if re.search(r"[^aeiou]y$", noun):
        return f"{noun[:-1]}ies"
    return f"{noun}es" if noun.endswith(("s", "x", "ch", "sh")) else f"{noun}s"
