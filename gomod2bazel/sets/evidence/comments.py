"""Hints in a program's own documentation: its package comment, its first comments, and the README next to it."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterable, Iterator

from gomod2bazel.golang.command.gosource import Source
from gomod2bazel.sets.evidence.hint import Hint, place
from gomod2bazel.sets.reading.discover import MainPackage
from gomod2bazel.sets.reading.module_view import ModuleView
from gomod2bazel.sets.reading.phrases import purposes_in

__all__ = ["comment_hints", "is_legal"]

# What a program is is at the beginning; further on is how it works. Characters.
_BEGINNING = 700

# A title and a sentence of a README, and as much of it as is read to find them. Characters.
_README_BEGINNING = 300
_README_HEAD = 10_000

# So long a package comment is a manual. Characters.
_MANUAL = 800

# Without a package comment, these lines may describe a program, and those before the second number do.
_FIRST_LINES = 60
_VERY_FIRST_LINES = 25

# Who may use a file, and how it came about. Longer texts hold more than that. Characters.
_LEGAL = re.compile(
    r"copyright|license|spdx|all rights reserved|code generated|do not edit|^\s*\+?build\b|^go:", re.IGNORECASE
)
_LONGEST_LEGAL = 1500

# "Command NAME", "The NAME command", "NAME is": the first word that may be the program's name.
_PRESENTED = re.compile(r"(?:(?:command|the|package|program|binary)\b)?\s*([\w.-]+)")

_BADGE = ("[!", "![", "<")


def comment_hints(package: MainPackage, module: ModuleView) -> Iterator[Hint]:
    """Yield what its comments and its own README tell."""
    described = next(
        ((file, source) for file, source in package.sources.items() if source.doc and not is_legal(source.doc)), None
    )
    if described:
        yield from _package_comment(package, *described)
    elif package.files:
        yield Hint("comment:none", "it has no package comment", package.files[0])
        yield from _other_comments(package)
    yield from _readme(package, module)


def _package_comment(package: MainPackage, file: str, source: Source) -> Iterator[Hint]:
    where = place(file, source.doc_line)
    yield from _sentence_hints(source.doc, where)
    name = posixpath.basename(package.directory).lower()
    first = _PRESENTED.match(re.sub(r"\A\W+", "", source.doc[:_BEGINNING].lower()))
    if name and first and first[1] == name:
        yield Hint("comment:names-it", f"its package comment presents {name!r}", where)
    if len(source.doc) > _MANUAL:
        yield Hint("comment:manual", "its package comment is as long as a manual", where)


def _sentence_hints(text: str, where: str) -> Iterator[Hint]:
    """Yield what the first sentence says, and what the next ones do."""
    text = " ".join(text.split())[:_BEGINNING]
    end = re.search(r"[.:](\s|$)", text[20:])  # a full stop before that is one of an abbreviation
    first = text[: 20 + end.start()] if end else text[:200]
    for purpose, words in purposes_in(first):
        yield Hint(f"says:{purpose}", f"its package comment begins with {words!r}", where)
    for purpose, words in purposes_in(text[len(first) :]):
        yield Hint(f"says-later:{purpose}", f"its package comment says {words!r}", where)


def _other_comments(package: MainPackage) -> Iterator[Hint]:
    """Yield what the first comments of its files say, where no package comment does."""
    for file, source in list(package.sources.items())[:3]:
        paragraphs = [(text, line) for text, line in _paragraphs(source.comments) if not is_legal(text)]
        for number, (text, line) in enumerate(paragraphs[:3]):
            for purpose, words in purposes_in(text[:_BEGINNING]):
                kind = f"says:{purpose}" if number == 0 and line < _VERY_FIRST_LINES else f"says-later:{purpose}"
                yield Hint(kind, f"a comment at the top says {words!r}", place(file, line))


def _paragraphs(comments: Iterable[tuple[str, int]]) -> Iterator[tuple[str, int]]:
    """Yield the comments of a file's first lines, those of adjoining lines as one."""
    parts: list[str] = []
    first = last = 0
    for text, line in comments:
        if parts and line != last + 1:
            yield " ".join(parts).strip(), first
            parts = []
        if not parts:
            if line >= _FIRST_LINES:
                return
            first = line
        parts += [part] if (part := text.strip("/* ")) else []
        last = line + text.count("\n")
    if parts:
        yield " ".join(parts), first


def is_legal(text: str) -> bool:
    """Return whether a comment is about who may use a file, and how it came about."""
    return len(text) < _LONGEST_LEGAL and bool(_LEGAL.search(text[:200]))


def _readme(package: MainPackage, module: ModuleView) -> Iterator[Hint]:
    names = module.tree.files_in.get(package.directory, ()) if package.directory else ()
    name = next((name for name in names if name.lower().startswith("readme")), "")
    if not name:
        return
    file = f"{package.directory}/{name}"
    yield Hint("readme:beside", "its folder has a README", file)
    title, _, rest = _without_badges(module.tree.text(file)[:_README_HEAD]).strip("# \n=-").partition("\n")
    for purpose, words in purposes_in(f"{title}. {rest}"[:_README_BEGINNING]):
        yield Hint(f"readme:{purpose}", f"its README says {words!r}", place(file, 1))


def _without_badges(text: str) -> str:
    """Empty the lines that show images and tags."""
    lines = text.splitlines()
    return "\n".join("" if line.lstrip().startswith(_BADGE) else line for line in lines)
