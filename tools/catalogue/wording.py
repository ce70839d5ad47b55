"""The rules of wording that can be checked by machine."""

from __future__ import annotations

import re
from collections.abc import Iterator

from catalogue.messages import Message

__all__ = ["problems"]

_BANNED = {
    r"\b(?:is|are|was|were) no\b(?! (?:longer|more)\b)": "write: is not a ...",
    r"\bsaid\b": "write: reported, printed, given",
    r"\bvouch": "write: verified",
    r"\bstands?\b(?! for\b)": "write: is",
    r"\blies\b": "write: is",
    r"\bbeside\b": "write: next to, or in addition to",
    r"\bout of (?!memory|range|date|the repository|the module|it\b|the prefix|version control)": "write: from",
    r"\bno end after\b": "write: timed out after",
    r"\b(?:tells?|told) of\b": "write: reports",
    r"\bwhat\b[^.;:]*\balone\b": "write: only",
    r"\bno meaning\b": "write: does not apply",
    r"\bcalled so\b": "write: matches",
    r"\banew\b": "write: again",
    r"\bthere (?:is|are) no\b": "write: no ..., or ... not found",
}
"""Patterns that no message may match, each with what to write instead."""

_NOT_A_REMEDY = re.compile(
    r"(?:the|a|an|it|its|this|that|these|those|there|what|who|which|nothing|nobody|no|sets|modes|is|are|usage:)\b",
)
"""How a hint may not begin: a hint is a command, a flag or an imperative."""


def problems(message: Message) -> Iterator[str]:
    """Yield what is wrong with the wording of a message.

    Args:
        message: The message.
    """
    place = f"{message.file}:{message.line}: {message.text!r}"
    words = re.sub(r"\{[^}]*\}", "{}", message.text)
    for pattern, instead in _BANNED.items():
        if match := re.search(pattern, words):
            yield f"{place}: {match[0]!r}: {instead}"
    if message.kind == "hint" and _NOT_A_REMEDY.match(words):
        yield f"{place}: a hint begins with a command, a flag or an imperative"
    if message.kind == "error" and "{" not in words and len(words.split()) < 2:
        yield f"{place}: an error says what failed and where"
