"""The //go:embed lines of a package, and which of its embedded files each of their patterns matches.

The rules are those of package embed, go/build (findEmbed, parseGoEmbed) and path.Match.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from builder.base import gosource
from builder.base.tools import BuilderError

__all__ = ["matched", "patterns_of"]

_LINE = re.compile(r"//go:embed[ \t]+(.*)")
# Of strings in Go: a letter, a quote or a backslash, or the number of a character.
_ESCAPE = r'\\([abfnrtv\\"]|[0-7]{3}|x[0-9a-fA-F]{2}|u[0-9a-fA-F]{4}|U[0-9a-fA-F]{8})'
_LETTERS = dict(zip('abfnrtv\\"', '\a\b\f\n\r\t\v\\"', strict=True))
_ARGUMENT = re.compile(
    rf"""\s*(?:"(?P<quoted>(?:{_ESCAPE}|[^"\\])*)"|`(?P<raw>[^`]*)`|(?P<plain>[^\s"`]\S*))(?=\s|$)"""
)


def patterns_of(path: str, text: str) -> dict[str, str]:
    """Return the patterns of a Go file that imports embed, each with where it is, such as ``main.go:4:12``.

    Args:
        path: the file's name for messages.
        text: its content.

    Raises:
        BuilderError: a line is not a list of patterns.
    """
    places: dict[str, str] = {}
    if "//go:embed" not in text:
        return places
    line = 0
    for token in gosource.tokens_of(text):
        first_of_line, line = token.line != line, token.last
        match = _LINE.fullmatch(token.text) if token.kind == "comment" and first_of_line else None
        for pattern, start in _arguments(match[1], f"{path}:{token.line}") if match else ():
            places.setdefault(pattern, f"{path}:{token.line}:{token.column + match.start(1) + start}" if match else "")
    return places


def _arguments(text: str, place: str) -> Iterator[tuple[str, int]]:
    """Yield the patterns of a line and where they begin in it."""
    at = 0
    while at < len(text.rstrip()):
        match = _ARGUMENT.match(text, at)
        if match is None:
            raise BuilderError(f"{place}: invalid quoted string in //go:embed: {text[at:].strip()}\n")
        quoted, raw = match["quoted"], match["raw"]
        pattern = re.sub(_ESCAPE, _character, quoted) if quoted is not None else match["plain"] if raw is None else raw
        yield pattern, match.start() + len(match[0]) - len(match[0].lstrip())
        at = match.end()


def _character(escape: re.Match[str]) -> str:
    number = escape[1]
    return _LETTERS.get(number) or chr(int(number.lstrip("xuU"), 16 if number[0] in "xuU" else 8))


def matched(patterns: dict[str, str], names: Iterable[str]) -> dict[str, list[str]]:
    """Return the names that each pattern matches.

    Args:
        patterns: from `patterns_of`.
        names: of the files that may be embedded, relative to the package's folder.

    Raises:
        BuilderError: a pattern matches none, or is malformed.
    """
    for pattern, place in patterns.items():
        if not _is_valid(pattern.removeprefix("all:")):
            raise BuilderError(f"{place}: pattern {pattern}: invalid pattern syntax\n")
    files = sorted(names)
    by_pattern = {
        pattern: [name for name in files if _matches(pattern, name, patterns[pattern])] for pattern in patterns
    }
    empty = [pattern for pattern in patterns if not by_pattern[pattern]]
    if empty:
        raise BuilderError("".join(f"{patterns[name]}: pattern {name}: no matching files found\n" for name in empty))
    return by_pattern


def _is_valid(pattern: str) -> bool:
    """Return whether a pattern is relative to the package's folder and goes downwards (io/fs.ValidPath)."""
    return not {"", ".", ".."}.intersection(pattern.split("/"))


def _matches(pattern: str, name: str, place: str) -> bool:
    expressions = [_expression(element, place) for element in pattern.removeprefix("all:").split("/")]
    parts = name.split("/")
    if len(parts) < len(expressions) or not all(e.fullmatch(p) for e, p in zip(expressions, parts, strict=False)):
        return False
    # Of the files below a matched folder, those that begin with a dot or an underscore count with all: alone.
    return pattern.startswith("all:") or not any(part[0] in "._" for part in parts[len(expressions) :])


_MEMBER = r"(?:\\.|[^-\\\]])"
_PIECE = re.compile(rf"\\(.)|(\*)|(\?)|\[(\^?)((?:{_MEMBER}(?:-{_MEMBER})?)+)\]|([^\\\[])", re.DOTALL)
_RANGE = re.compile(r"\\?(.)(?:-\\?(.))?", re.DOTALL)


def _expression(element: str, place: str) -> re.Pattern[str]:
    """Return one element of a pattern of path.Match as a regular expression."""
    text, at = "", 0
    while at < len(element):
        match = _PIECE.match(element, at)
        if match is None:
            raise BuilderError(f"{place}: pattern {element}: syntax error in pattern\n")
        escaped, star, question, negated, members, plain = match.groups()
        if members:
            pairs = [(low, high or low) for low, high in _RANGE.findall(members)]
            ranges = "".join(f"{re.escape(low)}-{re.escape(high)}" for low, high in pairs if low <= high)
            text += f"[{negated}{ranges}]" if ranges else ("." if negated else "(?!)")
        else:
            text += ".*" if star else "." if question else re.escape(escaped or plain)
        at = match.end()
    return re.compile(text, re.DOTALL)
