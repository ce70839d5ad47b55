"""The texts of licences that are recognised: patterns from the data of github.com/google/licensecheck.

``known_texts.tsv.xz`` is made by tools/license_patterns, which has the version. It has a line for each pattern: the
licence, words that every such text has, and the pattern in the notation of `pattern`. A licence in parentheses is a
text that is known and asks for nothing, such as a grant of patents: it has no SPDX identifier.
"""

from __future__ import annotations

import functools
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from gomod2bazel.base.disk.files import read_bytes
from gomod2bazel.release.licenses.texts.pattern import Matcher
from gomod2bazel.release.licenses.texts.text_words import Words

__all__ = ["Match", "matches"]

_FILE = Path(__file__).with_name("known_texts.tsv.xz")


@dataclass(frozen=True, slots=True)
class Match:
    """A known text in another text.

    Attributes:
        license: the identifier of the licence; empty for a text that asks for nothing.
        start: its first word.
        end: the word after its last one.
    """

    license: str
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class _KnownText:
    license: str
    phrases: tuple[str, ...]
    pattern: str


def matches(words: Words) -> list[Match]:
    """Return the known texts in a text, from the left; of those that overlap, the first, and of these the longest.

    Args:
        words: the words of the text.
    """
    every = sorted(_every_match(words), key=lambda match: (match.start, -match.end))
    chosen: list[Match] = []
    for match in every:
        if not chosen or match.start >= chosen[-1].end:
            chosen.append(match)
    return chosen


def _every_match(words: Words) -> Iterator[Match]:
    joined = f" {' '.join(words.words)} "
    for known in _known_texts():
        if all(phrase in joined for phrase in known.phrases):
            for start, end in _matcher(known.pattern).find(words.words):
                yield Match(known.license, start, end)


@functools.cache
def _known_texts() -> tuple[_KnownText, ...]:
    # Imported here: most runs read no licences, and start-up counts.
    import lzma  # noqa: PLC0415

    lines = lzma.decompress(read_bytes(_FILE)).decode().splitlines()
    rows = (line.split("\t") for line in lines if not line.startswith("#"))
    return tuple(_known_text(*row) for row in rows)


def _known_text(name: str, phrases: str, pattern: str) -> _KnownText:
    identifier = "" if name.startswith("(") else name
    return _KnownText(identifier, tuple(f" {phrase} " for phrase in phrases.split(" / ") if phrase), pattern)


@functools.cache
def _matcher(pattern: str) -> Matcher:
    return Matcher(pattern)
