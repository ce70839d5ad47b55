"""Read Go files as far as the builder needs it: package clause, imports, and the functions at the top level.

Tokens and comments are those of the Go specification ("Lexical elements"), so that nothing inside a string or a comment
is taken for code. The compiler reports files that are not Go.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

__all__ = ["Function", "GoSource", "Token", "header", "is_test", "read", "text_of", "tokens_of"]

_SCANNER = re.compile(
    r"""(?P<comment>//[^\n]*|/\*.*?\*/)
    |(?P<string>"(?:\\.|[^"\\\n])*"|`[^`]*`)
    |(?P<rune>'(?:\\.|[^'\\\n])+')
    |(?P<word>[^\W\d]\w*)
    |(?P<number>\.?\d(?:[eEpP][+-]|[\w.])*)
    |(?P<newline>\n)
    |(?P<mark>\.\.\.|[^\s\w])""",
    re.VERBOSE | re.DOTALL,
)
_OPENING, _CLOSING = frozenset("([{"), frozenset(")]}")

# After these a newline ends a statement (Go specification, "Semicolons").
_ENDING = frozenset((")", "]", "}"))
_KEYWORDS = frozenset(
    (
        "case", "chan", "const", "default", "defer", "else", "for", "func", "go", "goto", "if", "import", "interface",
        "map", "package", "range", "select", "struct", "switch", "type", "var",
    )
)  # fmt: skip


@dataclass(frozen=True)
class Token:
    """One token: its kind (comment, string, rune, word, number, mark), text, and first and last line."""

    kind: str
    text: str
    line: int
    last: int
    column: int


@dataclass(frozen=True)
class Function:
    """A function without a receiver at the top level.

    Attributes:
        name: its name. line, column: where it is declared (the word ``func``).
        generic: whether it has type parameters.
        parameters, results: the tokens' text, without the parentheses around the parameters.
        body: the tokens between its braces, comments too; None where it has no body. body_line: where that begins.
    """

    name: str
    line: int
    column: int
    generic: bool
    parameters: list[str]
    results: list[str]
    body: list[Token] | None
    body_line: int


@dataclass
class GoSource:
    """One file: the name in its package clause, the paths that it imports, and its functions.

    Attributes:
        places: line and column of each imported path, such as ``4:2``.
    """

    package: str = ""
    imports: list[str] = field(default_factory=list)
    places: dict[str, str] = field(default_factory=dict)
    functions: list[Function] = field(default_factory=list)


def is_test(name: str, prefix: str) -> bool:
    """Return whether a name looks like that of a test: no lower-case letter follows (cmd/go/internal/load, isTest)."""
    rest = name.removeprefix(prefix)
    return name.startswith(prefix) and (not rest or unicodedata.category(rest[0]) != "Ll")


def read(path: str) -> GoSource:
    """Read one file."""
    return parse(text_of(path))


def text_of(path: str) -> str:
    """Return the text of a file, without a byte order mark."""
    return Path(path).read_text(encoding="utf-8", errors="surrogateescape").removeprefix("\ufeff")


def parse(text: str) -> GoSource:
    """Return what is read from the text of a file."""
    return _parsed(list(tokens_of(text)))


def header(text: str) -> GoSource:
    """Return the package clause and the imports of a file, without reading what comes after them."""
    tokens: list[Token] = []
    depth, start = 0, True
    for token in tokens_of(text):
        if token.kind == "word" and start and depth == 0 and token.text not in ("package", "import"):
            break
        tokens.append(token)
        if token.kind != "comment":
            depth += (token.text in _OPENING) - (token.text in _CLOSING) if token.kind == "mark" else 0
            start = depth == 0 and token.text in (";", "\n")
    return _parsed(tokens)


def _parsed(tokens: list[Token]) -> GoSource:
    source = GoSource()
    depth, at, start = 0, 0, True
    while at < len(tokens):
        token = tokens[at]
        if token.kind == "comment" or token.text in (";", "\n"):
            start = start or (token.kind != "comment" and depth == 0)
            at += 1
            continue
        if start and depth == 0 and token.kind == "word":
            at = _declaration(tokens, at, source)
            start = False
            continue
        start = False
        depth += (token.text in _OPENING) - (token.text in _CLOSING) if token.kind == "mark" else 0
        at += 1
    return source


def _declaration(tokens: list[Token], at: int, source: GoSource) -> int:
    """Read the declaration that begins at ``at``; return where to go on."""
    word = tokens[at].text
    if word == "package" and not source.package:
        name = _after(tokens, at)
        source.package = tokens[name].text if name < len(tokens) else ""
        return name + 1
    if word == "import":
        return _imports(tokens, at, source)
    if word == "func":
        return _function(tokens, at, source)
    return at + 1


def _after(tokens: list[Token], at: int) -> int:
    """Return where the next token is that is not a comment."""
    at += 1
    while at < len(tokens) and tokens[at].kind == "comment":
        at += 1
    return at


def _imports(tokens: list[Token], at: int, source: GoSource) -> int:
    at = _after(tokens, at)
    grouped = at < len(tokens) and tokens[at].text == "("
    end = _closing(tokens, at) + 1 if grouped else _line_end(tokens, at)
    # A string is the path; a name or a dot may come before it.
    for token in tokens[at:end]:
        if token.kind == "string":
            source.imports.append(token.text[1:-1])
            source.places.setdefault(token.text[1:-1], f"{token.line}:{token.column}")
    return end


def _line_end(tokens: list[Token], at: int) -> int:
    while at < len(tokens) and tokens[at].text not in (";", "\n"):
        at += 1
    return at


def _closing(tokens: list[Token], at: int) -> int:
    """Return where the bracket closes that opens at ``at``, or the end of the file."""
    depth = 0
    while at < len(tokens):
        if tokens[at].kind == "mark":
            depth += (tokens[at].text in _OPENING) - (tokens[at].text in _CLOSING)
            if depth == 0:
                return at
        at += 1
    return at


def _function(tokens: list[Token], at: int, source: GoSource) -> int:
    declared = tokens[at]
    name = _after(tokens, at)
    if name >= len(tokens) or tokens[name].kind != "word":
        # A method: its receiver comes first.
        return name
    here = _after(tokens, name)
    generic = here < len(tokens) and tokens[here].text == "["
    if generic:
        here = _after(tokens, _closing(tokens, here))
    end = _closing(tokens, here)
    parameters = _texts(tokens[here + 1 : end])
    here = end + 1
    results: list[str] = []
    while here < len(tokens) and tokens[here].text not in ("{", "\n", ";"):
        if tokens[here].text in ("interface", "struct") or tokens[here].text in _OPENING:
            end = _closing(tokens, _after(tokens, here) if tokens[here].kind == "word" else here)
        else:
            end = here
        results += _texts(tokens[here : end + 1])
        here = end + 1
    body, body_line = None, tokens[min(here, len(tokens) - 1)].line
    if here < len(tokens) and tokens[here].text == "{":
        end = _closing(tokens, here)
        body = [token for token in tokens[here + 1 : end] if token.text != "\n"]
        here = end + 1
    source.functions.append(
        Function(tokens[name].text, declared.line, declared.column, generic, parameters, results, body, body_line)
    )
    return here


def _texts(tokens: list[Token]) -> list[str]:
    return [token.text for token in tokens if token.kind != "comment" and token.text not in ("\n", ";")]


def tokens_of(text: str) -> Iterator[Token]:
    """Yield all tokens; a newline is one where it ends a statement."""
    line, line_start = 1, 0
    ends = False
    for match in _SCANNER.finditer(text):
        kind, word = match.lastgroup or "", match.group()
        if kind == "newline" or (kind == "comment" and "\n" in word):
            if ends:
                yield Token("mark", "\n", line, line, match.start() - line_start + 1)
            ends = False
        if kind != "newline":
            column = len(text[line_start : match.start()].encode("utf-8", "surrogateescape")) + 1
            yield Token(kind, word, line, line + word.count("\n"), column)
            if kind != "comment":
                ends = word in _ENDING or (kind != "mark" and word not in _KEYWORDS)
        if "\n" in word:
            line += word.count("\n")
            line_start = match.end() - len(word) + word.rindex("\n") + 1
