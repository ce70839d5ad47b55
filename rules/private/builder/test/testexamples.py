"""The examples of a test file: which are run, and what they must print (go/doc, Examples and exampleOutput)."""

from __future__ import annotations

import re

from builder.base.gosource import Function, Token, is_test

__all__ = ["expected_output", "is_example"]

_OUTPUT = re.compile(r"[\t\n\f\r ]*(unordered )?output:", re.IGNORECASE)

# Comments that tools read; none of the text (go/ast, isDirective).
_DIRECTIVE = re.compile(r"line |extern |export |[a-z0-9]+:[a-z0-9]")


def is_example(function: Function) -> bool:
    """Return whether a function is an example: named so, without parameters and results, and with a body."""
    plain = not function.parameters and not function.results and function.body is not None
    return is_test(function.name, "Example") and plain


def expected_output(function: Function) -> tuple[str, bool] | None:
    """Return what an example must print and whether the order of lines counts not; None where it is only compiled.

    That is the last comment in its body, where it begins with ``Output:`` or ``Unordered output:``.
    """
    text = _text(_last_comments(function))
    match = _OUTPUT.match(text)
    if not match:
        return None
    return text[match.end() :].lstrip(" ").removeprefix("\n"), match[1] is not None


def _last_comments(function: Function) -> list[Token]:
    """Return the last group of comments in a function's body.

    A group is what is on neighbouring lines with no code between; what begins on a line of code ends there
    (go/parser, next).
    """
    group: list[Token] = []
    code_line, reach, apart = function.body_line, 0, True
    for token in function.body or ():
        if token.kind != "comment":
            code_line, apart = token.last, True
            continue
        if apart or token.line > group[-1].last + reach:
            reach = 0 if token.line == code_line else 1
            group, apart = [], False
        group.append(token)
    return group


def _text(comments: list[Token]) -> str:
    """Return the text of a group of comments, without marks, directives and needless blank lines (go/ast, Text)."""
    lines: list[str] = []
    for comment in comments:
        text = comment.text[2:]
        if comment.text.startswith("/*"):
            text = text[:-2]
        elif text.startswith(" "):
            text = text[1:]
        elif _DIRECTIVE.match(text):
            continue
        lines += [line.rstrip(" \t\n\r") for line in text.split("\n")]
    kept = [line for at, line in enumerate(lines) if line or (at > 0 and lines[at - 1])]
    while kept and not kept[0]:
        kept.pop(0)
    return "\n".join([*kept, ""] if kept and kept[-1] else kept)
