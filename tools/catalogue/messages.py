"""Collects the user messages of Python and Starlark files from their syntax trees."""

from __future__ import annotations

import ast
import functools
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

__all__ = ["FOLDERS", "Message", "collect", "messages_of"]

FOLDERS = ("gomod2bazel", "rules")
"""The folders whose messages users read."""

_PROSE = re.compile(r"[A-Za-z}'\")][,;:.]? [a-z(\[{'\"-]")
"""Text in which one word follows another: what is worth reading, unlike keys, paths and flags."""

_PRINTERS = {"say", "note", "warn", "print", "tell", "told", "err", "out"}
_HELP = {
    "Flag",
    "Command",
    "_Helper",
    "Row",
    "_either",
    "_any",
    "attr",
    "rule",
    "provider",
    "tag_class",
    "module_extension",
}
_PATTERNS = {"compile", "search", "match", "fullmatch", "findall", "finditer", "sub", "split"}
_ALWAYS = {"error", "hint", "note", "help", "evidence"}
_HELP_KEYWORDS = {"doc", "help", "long_help"}


@dataclass(frozen=True, slots=True, kw_only=True, order=True)
class Message:
    """One message.

    Attributes:
        file: The file that holds it, relative to the repository.
        line: The line on which it begins.
        kind: ``error``, ``hint``, ``note``, ``help``, ``evidence`` (of a set) or ``text``: prose of unknown use.
        text: The message; an expression is written ``{expression}``.
    """

    file: str
    line: int
    kind: str
    text: str


@functools.cache
def collect(root: Path) -> tuple[Message, ...]:
    """Return the messages of all Python and Starlark files of a repository, sorted by file and line.

    They are read once in a process.

    Args:
        root: The repository.
    """
    files = (path for folder in FOLDERS for path in (root / folder).rglob("*") if path.suffix in {".py", ".bzl"})
    messages = (
        message
        for path in files
        if not path.name.endswith("_pb2.py")
        for message in messages_of(path.read_text(encoding="utf-8"), str(path.relative_to(root)))
    )
    return tuple(sorted(messages))


def messages_of(source: str, file: str) -> Iterator[Message]:
    """Yield the messages of one file. Starlark is read as Python, of which it is a part.

    Args:
        source: The text of the file.
        file: The name to report.

    Raises:
        SyntaxError: ``source`` is not Python.
    """
    for node, kind in _strings(ast.parse(source, file), "text"):
        text = _text(node)
        if _PROSE.search(text) or (kind in _ALWAYS and " " in text.strip()):
            yield Message(file=file, line=node.lineno, kind=kind, text=text)


def _strings(node: ast.AST, kind: str) -> Iterator[tuple[ast.expr, str]]:
    """Yield the outermost string expressions below ``node``, each with its kind. Docstrings are not among them."""
    for field, value in ast.iter_fields(node):
        children = value if isinstance(value, list) else [value]
        for child in (child for child in children if isinstance(child, ast.AST)):
            inner = _kind_below(node, field, child, kind)
            if isinstance(child, ast.JoinedStr) or (isinstance(child, ast.Constant) and isinstance(child.value, str)):
                if not isinstance(node, ast.Expr):
                    yield child, inner
                if isinstance(child, ast.JoinedStr):
                    for part in child.values:
                        yield from _strings(part, "text")
            else:
                yield from _strings(child, inner)


def _kind_below(node: ast.AST, field: str, child: ast.AST, kind: str) -> str:
    """Return the kind of the strings below ``child``, which is ``field`` of ``node``."""
    if (
        isinstance(node, ast.Assign)
        and field == "value"
        and any("hint" in ast.unparse(t).lower() for t in node.targets)
    ):
        return "hint"
    if isinstance(node, ast.keyword):
        return {"hint": "hint", "what": "error"}.get(node.arg or "", "help" if node.arg in _HELP_KEYWORDS else kind)
    if not isinstance(node, ast.Call):
        return kind
    name = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
    if field == "func":
        return "text"
    if isinstance(child, ast.keyword):
        return "text"
    if name.endswith("Error") or name == "fail":
        return "error"
    if name in _PRINTERS:
        return "note"
    if name == "Hint":
        return "evidence"
    return "help" if name in _HELP else "text" if name in _PATTERNS else kind


def _text(node: ast.expr) -> str:
    if isinstance(node, ast.JoinedStr):
        return "".join(_text(part) for part in node.values)
    if isinstance(node, ast.FormattedValue):
        return f"{{{ast.unparse(node.value)}}}"
    return str(node.value) if isinstance(node, ast.Constant) else ""
