"""Words as the go command quotes them, in flags that hold flags."""

from __future__ import annotations

import json
import re

from gomod2bazel.base.errors import UsageError

__all__ = ["quoted", "split", "split_pattern"]

# What parts words: these four alone, so that a no-break space stays part of its word.
_BLANKS = " \t\n\r"
_WORD = re.compile(r"""'([^']*)'|"([^"]*)"|([^ \t\n\r'"][^ \t\n\r]*)""")


_PATTERN_HINT = "write the flags alone, or all=FLAGS or example.com/m/...=FLAGS"


def split(text: str, name: str = "") -> tuple[str, ...]:
    """Split a list of flags as the go command does: blanks part, one pair of quotes keeps, nothing escapes.

    Args:
        text: the list.
        name: what holds it, for errors: a variable or a flag.

    Raises:
        UsageError: a quote is not closed.
    """
    words: list[str] = []
    rest = text.lstrip(_BLANKS)
    while rest:
        match = _WORD.match(rest)
        if match is None:
            message = f"{name}: unterminated {rest[0]} string in {text!r}" if name else f"unterminated {rest[0]} string"
            raise UsageError(message, hint="close the quote")
        words.append(match[1] or match[2] or match[3] or "")
        rest = rest[match.end() :].lstrip(_BLANKS)
    return tuple(words)


def split_pattern(text: str) -> tuple[str, tuple[str, ...]]:
    """Read ``[pattern=]arg list``, a value of -gcflags and the like (cmd/go/internal/load, PerPackageFlag).

    Returns:
        The pattern, empty where there is none, and the arguments.

    Raises:
        UsageError: the pattern or what follows it is missing, or a quote comes first or is not closed.
    """
    pattern, arguments = "", text.strip()
    if arguments and arguments[0] != "-":
        pattern, equals, arguments = arguments.partition("=")
        if not equals:
            raise UsageError("missing =<value> in <pattern>=<value>", hint=_PATTERN_HINT)
        if not pattern:
            raise UsageError("missing <pattern> in <pattern>=<value>", hint=_PATTERN_HINT)
        if pattern[0] in "'\"":
            raise UsageError(
                f"parameter may not start with quote character {pattern[0]}",
                hint="quote the flags after =, not the whole value",
            )
    return pattern.strip(), split(arguments)


def quoted(text: str) -> str:
    """Write a value as the go command's messages do."""
    return json.dumps(text, ensure_ascii=False)
