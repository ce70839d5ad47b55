"""Names near to a misspelt one, for hints: ``did you mean target?``."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from math import prod

from gomod2bazel.base.counts import joined

__all__ = ["did_you_mean", "near_names", "question"]

# How alike two words must be: Ratcliff and Obershelp's measure, 1 for equal words.
_ALIKE = 0.6

# How alike an abbreviation and its name are taken to be, and the letters that it must have.
_ABBREVIATION, _LETTERS = 0.75, 3


def near_names(word: str, names: Iterable[str], most: int = 3) -> tuple[str, ...]:
    """Return the names that ``word`` is likely to mean, the nearest first.

    Letter case is not compared. A name that begins with the word is near. Names with slashes, such as import paths,
    are compared by the elements in which they differ: ``example.com/helo`` is near to ``example.com/hello``, and not
    to ``example.com/words``.

    Args:
        word: What the user wrote.
        names: What there is.
        most: How many to return.
    """
    scores = {name: _likeness(word.lower(), name.lower()) for name in names if name != word}
    near = sorted((name for name, score in scores.items() if score >= _ALIKE), key=lambda name: (-scores[name], name))
    # Names that are much less alike than the nearest are noise.
    return tuple(name for name in near if scores[name] >= scores[near[0]] - 0.15)[:most]


def did_you_mean(word: str, names: Iterable[str], before: str = "", most: int = 3) -> str:
    """Return ``did you mean NAME?`` for the names near to ``word``, or nothing where none is near.

    Args:
        word: What the user wrote.
        names: What there is.
        before: What precedes each name in the answer, such as a dash.
        most: How many names the answer may have.
    """
    return question([before + name for name in near_names(word, names, most)])


def question(names: Sequence[str]) -> str:
    """Return ``did you mean A, B or C?``, or an empty string if no name is near."""
    if not names:
        return ""
    return f"did you mean {joined(names, 'or')}?"


def _likeness(word: str, name: str) -> float:
    words, parts = word.split("/"), name.split("/")
    while len(words) > 1 and len(parts) > 1 and words[0] == parts[0]:
        words, parts = words[1:], parts[1:]
    while len(words) > 1 and len(parts) > 1 and words[-1] == parts[-1]:
        words, parts = words[:-1], parts[:-1]
    if len(words) == len(parts):
        return prod(map(_ratio, words, parts))
    return _ratio("/".join(words), "/".join(parts))


def _ratio(word: str, name: str) -> float:
    # Imported here: start-up time matters, and most runs have no misspelt name.
    from difflib import SequenceMatcher  # noqa: PLC0415

    ratio = SequenceMatcher(None, name, word, autojunk=False).ratio()
    return max(_ABBREVIATION, ratio) if len(word) >= _LETTERS and name.startswith(word) else ratio
