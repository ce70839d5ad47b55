"""Which embedded files each //go:embed pattern matches.

``go list`` prints the patterns and the union of their files; the compiler wants the files of each pattern. The rules
are those of package embed and of path.Match.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from gomod2bazel.base.errors import BuildError

__all__ = ["match_patterns"]


def match_patterns(patterns: Sequence[str], files: Sequence[str]) -> dict[str, list[str]]:
    """Return the files of each pattern.

    Args:
        patterns: as in the source, ``all:`` prefix and all.
        files: the files that they match together, relative to the package's folder.

    Raises:
        BuildError: a pattern is malformed.
    """
    return {pattern: [file for file in files if _matches(pattern, file)] for pattern in patterns}


def _matches(pattern: str, file: str) -> bool:
    hidden_too = pattern.startswith("all:")
    expressions = [_element(element) for element in pattern.removeprefix("all:").split("/")]
    if expressions == [_element(".")]:
        expressions = []
    elements = file.split("/")
    if len(elements) < len(expressions):
        return False
    if not all(expression.fullmatch(element) for expression, element in zip(expressions, elements, strict=False)):
        return False
    # Files below a matched folder count unless an element of their own begins with a dot or an underscore.
    return hidden_too or not any(element[0] in "._" for element in elements[len(expressions) :])


def _element(pattern: str) -> re.Pattern[str]:
    """Translate one path element of a path.Match pattern into a regular expression."""
    expression, at = "", 0
    while at < len(pattern):
        char = pattern[at]
        if char == "[":
            members, at = _class(pattern, at)
            expression += members
            continue
        if char == "\\" and at + 1 < len(pattern):
            at += 1
            expression += re.escape(pattern[at])
        else:
            expression += {"*": ".*", "?": "."}.get(char, re.escape(char))
        at += 1
    return re.compile(expression, re.DOTALL)


def _class(pattern: str, start: int) -> tuple[str, int]:
    """Translate the character class at ``start``; also return where it ends."""
    at = start + 1
    negated = pattern[at : at + 1] == "^"
    at += negated
    members = ""
    while pattern[at : at + 1] != "]":
        low, at = _member(pattern, at)
        high = low
        if pattern[at : at + 1] == "-":
            high, at = _member(pattern, at + 1)
        # A range the wrong way round matches nothing, which no regular expression can say.
        members += f"{re.escape(low)}-{re.escape(high)}" if low <= high else ""
    return f"[{'^' if negated else ''}{members}]" if members else ("." if negated else "(?!)"), at + 1


def _member(pattern: str, at: int) -> tuple[str, int]:
    """Return one character of a class, a backslash before it taken away, and where the next one begins."""
    at += pattern[at : at + 1] == "\\"
    if at >= len(pattern):
        raise BuildError(f"//go:embed {pattern}: malformed pattern")
    return pattern[at], at + 1
