"""The words of a text as licences are compared by: lower case, without accents and punctuation."""

from __future__ import annotations

import codecs
import re
import unicodedata
from dataclasses import dataclass

__all__ = ["Words", "decoded", "words_of"]

_WORD = re.compile(r"[^\W_]+|©")

# HTML tags are not words. Addresses (<me@example.com>, <https://...>) are.
_TAG = re.compile(r"</?[a-zA-Z][^<>@:\n]{0,200}>")

_COPYRIGHT = "copyright"

# What is the same word: by the SPDX matching guidelines (Annex B of the SPDX specification, "varietal word spelling"),
# by licensecheck (canonicalRewrites in internal/match/dict.go), and in addresses and copyright lines.
_SAME = {
    "https": "http",
    "©": _COPYRIGHT,
    "acknowledgement": "acknowledgment",
    "analogue": "analog",
    "are": "is",
    "centre": "center",
    "copies": "copy",
    "favour": "favor",
    "favourite": "favorite",
    "fulfilment": "fulfillment",
    "judgement": "judgment",
    "labour": "labor",
    "programme": "program",
    "them": "it",
    "these": "the",
    "they": "it",
    "this": "the",
    "those": "the",
    "whilst": "while",
}

_BYTE_ORDER_MARKS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)


@dataclass(frozen=True, slots=True)
class Words:
    """The words of a text, and where each is.

    Attributes:
        text: the text, without accents; all places are in it.
        words: each word as it is compared.
        starts: where each word begins.
        ends: where each word ends.
    """

    text: str
    words: tuple[str, ...]
    starts: tuple[int, ...]
    ends: tuple[int, ...]


def decoded(data: bytes) -> str:
    """Return the text of a file: by its byte order mark, else UTF-8, else Latin-1; empty for what is not text."""
    for mark, encoding in _BYTE_ORDER_MARKS:
        if data.startswith(mark):
            return data[len(mark) :].decode(encoding, "replace")
    if b"\0" in data:
        return ""
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError:
        return data.decode("latin-1")


def words_of(text: str) -> Words:
    """Return the words of a text.

    "Copyright (c)" and "Copyright ©" are each a single word.

    Args:
        text: any text.
    """
    text = _without_accents(text)
    words: list[str] = []
    starts: list[int] = []
    ends: list[int] = []
    for match in _WORD.finditer(_without_tags(text)):
        word = match[0].lower()
        start, end = match.span()
        if word == "c" and text[start - 1 : start] == "(" and text[end : end + 1] == ")":
            word = _COPYRIGHT
        word = _SAME.get(word, word)
        if word == _COPYRIGHT and words and words[-1] == _COPYRIGHT:
            ends[-1] = end
            continue
        words.append(word)
        starts.append(start)
        ends.append(end)
    return Words(text, tuple(words), tuple(starts), tuple(ends))


def _without_accents(text: str) -> str:
    if text.isascii():
        return text
    return "".join(c for c in unicodedata.normalize("NFKD", text) if unicodedata.category(c) != "Mn")


def _without_tags(text: str) -> str:
    """Return the text with blanks in place of HTML tags, so that places stay the same."""
    return _TAG.sub(lambda match: " " * len(match[0]), text)
