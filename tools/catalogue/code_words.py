"""The rules of wording for docstrings, comments, names and pages that can be checked by machine."""

from __future__ import annotations

import ast
import io
import re
import tokenize
from collections.abc import Iterable, Iterator
from pathlib import Path

__all__ = ["FOLDERS", "code_problems", "page_problems", "problems_of_code", "problems_of_page"]

FOLDERS = ("gomod2bazel", "rules", "tools", "tests/support")
"""The folders whose docstrings, comments and names are checked."""

_EXEMPT = (
    "rules/private/config/toolchain.bzl",
    "rules/private/repositories/python.bzl",
    "rules/private/repositories/sdk.bzl",
)
"""Files that do not follow the rules yet."""

_PROSE = {
    r"(?<![Tt]here )\b(?:is|are|was|were) no (?!longer\b|more\b|such\b)[a-z]": "write: is not a ...",
    r"\bsaid\b": "write: reported, printed, given",
    r"\b[Tt]old\b": "write: reported, printed, passed",
    r"\b[Tt]ells? of\b": "write: reports",
    r"\bspoke\b|\bspeaks? (?:of|for|against)\b": "write: mentions, supports",
    r"\b[Vv]ouch": "write: verified",
    r"\bstands\b(?! (?:for|in for)\b)": "write: is, comes",
    r"\blies\b": "write: is",
    r"\bbeside\b": "write: next to, or in addition to",
    r"\banew\b": "write: again",
    r"\b(?:its|their) like\b": "write: and the like",
    r"\bno end after\b": "write: timed out after",
    r"\bno meaning\b": "write: does not apply",
    r"\bcalled so\b": "write: matches",
}
"""Patterns that no docstring, comment or page may match, each with what to write instead."""

_ANY_PROSE = re.compile("|".join(_PROSE))

_NAMES = {"said", "told", "spoke", "own", "one", "found", "there", "wanted", "asked", "shower", "beside"}
"""Words that do not name what a variable, function or field holds."""

_NAME_PARTS = re.compile(r"(?:^|_)(?:said|told|spoke|shower|vouch\w*|stands?|beside)(?:_|$)")
"""Words that no name may contain."""


def code_problems(root: Path) -> list[str]:
    """Return what is wrong with docstrings, comments and names in `FOLDERS`.

    Args:
        root: the folder of the repository.
    """
    files = [
        file for folder in FOLDERS for file in sorted((root / folder).rglob("*")) if file.suffix in (".py", ".bzl")
    ]
    return [
        problem
        for file in files
        if not file.relative_to(root).as_posix().startswith(_EXEMPT)
        for problem in problems_of_code(file.read_text(encoding="utf-8"), file.relative_to(root).as_posix())
    ]


def page_problems(root: Path) -> list[str]:
    """Return what is wrong with the prose of the documentation.

    Args:
        root: the folder of the repository.
    """
    pages = sorted([*root.glob("*.md"), *(root / "docs").rglob("*.md")])
    return [
        problem
        for page in pages
        for problem in problems_of_page(page.read_text(encoding="utf-8"), page.relative_to(root).as_posix())
    ]


def problems_of_page(text: str, file: str) -> Iterator[str]:
    """Yield what is wrong with the prose of a page; blocks and words of code are not prose.

    Args:
        text: the content of the page.
        file: its name, for the problems.
    """
    fenced = False
    for number, line in enumerate(text.split("\n"), 1):
        fenced ^= line.startswith("```")
        if not fenced and not line.startswith("    "):
            yield from _problems_of_prose(f"{file}:{number}", re.sub(r"`[^`]*`", "``", line))


def problems_of_code(source: str, file: str) -> Iterator[str]:
    """Yield what is wrong with the docstrings, comments and names of a Python or Starlark file.

    Args:
        source: the content of the file.
        file: its name, for the problems.
    """
    nodes = list(ast.walk(ast.parse(source)))
    # Comments are slow to find, and most files have none of the words.
    prose = [*_docstrings(nodes), *_comments(source)] if _ANY_PROSE.search(source) else []
    for line, text in sorted(prose):
        yield from _problems_of_prose(f"{file}:{line}", text)
    for line, name in sorted(_names(nodes)):
        words = name.strip("_").lower()
        if words in _NAMES or _NAME_PARTS.search(words):
            yield f"{file}:{line}: {name!r}: name it after what it holds or does, with a term of Go or Bazel"


def _problems_of_prose(place: str, text: str) -> Iterator[str]:
    for pattern, instead in _PROSE.items():
        if match := re.search(pattern, text):
            yield f"{place}: {match[0]!r}: {instead}"


def _docstrings(nodes: Iterable[ast.AST]) -> Iterator[tuple[int, str]]:
    for node in nodes:
        if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant) and isinstance(node.value.value, str):
            for number, text in enumerate(node.value.value.split("\n")):
                yield node.lineno + number, text


def _comments(source: str) -> Iterator[tuple[int, str]]:
    for token in tokenize.generate_tokens(io.StringIO(source).readline):
        if token.type == tokenize.COMMENT:
            yield token.start[0], token.string


def _names(nodes: Iterable[ast.AST]) -> Iterator[tuple[int, str]]:
    """Yield the names that a file defines: variables, parameters, functions, classes and fields."""
    for node in nodes:
        match node:
            case ast.Name(ctx=ast.Store()):
                yield node.lineno, node.id
            case ast.Attribute(ctx=ast.Store()):
                yield node.lineno, node.attr
            case ast.arg():
                yield node.lineno, node.arg
            case ast.FunctionDef() | ast.AsyncFunctionDef() | ast.ClassDef():
                yield node.lineno, node.name
            case _:
                pass
