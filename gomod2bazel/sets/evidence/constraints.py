"""Hints of build constraints and file names: what has to be asked for before a program is built at all."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterator

from gomod2bazel.golang.command.build_constraint import tags_of
from gomod2bazel.sets.evidence.hint import Hint, place
from gomod2bazel.sets.reading.discover import MainPackage
from gomod2bazel.sets.reading.module_view import ModuleView
from gomod2bazel.sets.reading.words import purpose_words

__all__ = ["constraint_hints"]

# Tags that nobody sets, by custom (``go help buildconstraint`` mentions "ignore").
_NEVER_SET = re.compile(r"\bignore|(^|_)(never|none|exclude)")

# As much of an expression is shown and looked at. Characters.
_LONGEST = 200


def constraint_hints(package: MainPackage, _: ModuleView) -> Iterator[Hint]:
    """Yield what the constraints of its files tell; one file without any can always be built."""
    yield from _file_name(package)
    constraints = {file: source.constraint for file, source in package.sources.items()}
    if not constraints or not all(constraints.values()):
        return
    file, whole = next(iter(constraints.items()))
    expression, where = whole[:_LONGEST], place(file, 1)
    shown = f"//go:build {''.join(sign if sign.isprintable() else '?' for sign in expression)}"
    if not package.sources[file].optional:
        yield Hint("constraint:platform", f"it is for some platforms: {shown}", where)
        return
    if _NEVER_SET.search(expression):
        yield Hint("constraint:ignore", f"builds exclude it: {shown}", where)
    else:
        yield Hint("constraint:own-tag", f"only builds with its tag include it: {shown}", where)
    for tag in tags_of(expression):
        for purpose, word in purpose_words(tag):
            yield Hint(f"constraint:{purpose}", f"its build tag {tag!r} says {word!r}", where)


def _file_name(package: MainPackage) -> Iterator[Hint]:
    """Yield what the name of the file with func main tells; main.go and one called like its directory tell nothing."""
    for file, source in package.sources.items():
        name = posixpath.basename(file).removesuffix(".go")
        if source.main is not None and name not in ("main", posixpath.basename(package.directory)):
            for purpose, word in purpose_words(name):
                yield Hint(f"file:{purpose}", f"the file with func main is called {name!r}, which says {word!r}", file)
