"""The sets' names, their order, and how -set chooses among them."""

from __future__ import annotations

from collections.abc import Iterable

from gomod2bazel.base.errors import FlagError
from gomod2bazel.base.near_names import did_you_mean

__all__ = ["ALL", "NOT_BUILT", "SAFEST_FIRST", "SETS", "parse_sets"]

#: The sets of binaries, in the order that lists and messages name them.
SETS = ("target", "test-helper", "integration", "example", "maintenance")

#: What main packages may be besides: data that tests read, and packages with only test files. Never built.
NOT_BUILT = ("fixture", "testonly")

#: Every class of directory that holds a main package.
ALL = (*SETS, *NOT_BUILT)

#: Ties go to the first: what is not built harms nobody, what is shipped by mistake does.
SAFEST_FIRST = ("testonly", "fixture", "maintenance", "test-helper", "integration", "example", "target")

_USE = f"use {', '.join(SETS)} or all"


def parse_sets(text: str) -> tuple[str, ...]:
    """Read the value of -set: names with commas between, ``all``, and names to leave out after a dash.

    Raises:
        UsageError: a name is not a set, or nothing is left.
    """
    chosen: list[str] = []
    words = [part.strip() for part in text.split(",") if part.strip()]
    for number, word in enumerate(words):
        leave_out, name = word.startswith("-"), word.removeprefix("-")
        names = SETS if name == "all" else (name,)
        if name != "all" and name not in SETS:
            near = did_you_mean(name, (*SETS, "all"))
            raise FlagError(f"-set: unknown set {name!r}", hint=f"{near} {_USE}".strip())
        if leave_out and number == 0:
            chosen = list(SETS)
        chosen = [set_name for set_name in chosen if set_name not in names] if leave_out else _union(chosen, names)
    if not chosen:
        raise FlagError(f"-set {text!r} selects no set", hint=_USE)
    return tuple(name for name in SETS if name in chosen)


def _union(chosen: list[str], more: Iterable[str]) -> list[str]:
    return [*chosen, *(name for name in more if name not in chosen)]
