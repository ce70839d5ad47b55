"""Which embedded files each //go:embed pattern matches.

``go list`` prints the patterns and the union of their files; the compiler wants the files of each pattern. The rules
are those of package embed and of path.Match.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from gomod2bazel.errors import BuildError

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
            end = _class_end(pattern, at)
            expression += pattern[at:end].replace("[^", "[^", 1)
            at = end
            continue
        if char == "\\" and at + 1 < len(pattern):
            at += 1
            expression += re.escape(pattern[at])
        else:
            expression += {"*": ".*", "?": "."}.get(char, re.escape(char))
        at += 1
    return re.compile(expression, re.DOTALL)


def _class_end(pattern: str, start: int) -> int:
    at = start + 1
    while at < len(pattern) and (pattern[at] != "]" or at == start + 1):
        at += 2 if pattern[at] == "\\" else 1
    if at >= len(pattern):
        raise BuildError(f"//go:embed {pattern}: malformed pattern")
    return at + 1
