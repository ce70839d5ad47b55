"""Hints of a main package's company: what its siblings are, and whether others are shipped and it is not."""

from __future__ import annotations

import posixpath
from bisect import bisect_left
from collections.abc import Iterator, Mapping, Sequence

from gomod2bazel.sets.evidence.hint import Hint

__all__ = ["Company"]

# What shows that a binary is given to users.
_RELEASED = frozenset(("script:release", "script:packaging", "script-name:packaging", "script-name:release"))
_GIVEN = _RELEASED | {"script-for:ship", "document:install"}

# Where users look for commands, or what shows that they get one.
_FOR_USERS = _GIVEN | {
    "place:cmd", "place:cmd-deeper", "place:cmd-itself", "place:root", "name:module", "name:plugin-of-tool",
    "script:container", "document:builds-it", "document:own-install", "document:in-bin", "document:manual-page",
}  # fmt: skip

# Fewer siblings are not a custom. Share of them that has to agree, in percent.
_FEW = 3
_AGREE = 75


class Company:
    """The main packages of a module as each other's company; gathered once, as modules may have thousands."""

    def __init__(self, hints: Mapping[str, Sequence[Hint]], decided: Mapping[str, str]) -> None:
        """Collect the hints.

        Args:
            hints: the hints of each main package of the module, by directory.
            decided: what each would be by its own hints alone.
        """
        self._released: Hint | None = None
        self._for_users: Hint | None = None
        self._given: dict[str, Hint] = {}
        self._siblings: dict[str, dict[str, list[str]]] = {}
        for directory in sorted(hints):
            self._released = self._released or _first(hints[directory], _RELEASED)
            self._for_users = self._for_users or _first(hints[directory], _FOR_USERS)
            if not directory:
                continue
            parent = posixpath.dirname(directory)
            given = _first(hints[directory], _GIVEN)
            if given:
                self._given.setdefault(parent, given)
            self._siblings.setdefault(parent, {}).setdefault(decided[directory], []).append(directory)

    def hints(self, directory: str, hints: Sequence[Hint]) -> Iterator[Hint]:
        """Yield what the module's other main packages say about one, given with its own hints."""
        parent = posixpath.dirname(directory)
        if self._released and not _first(hints, _RELEASED):
            text = "others of the module are released or packaged, and it is not"
            yield Hint("company:others-released", text, self._released.position)
        if not self._for_users:
            text = "no main package of the module is where users look for commands, and nothing ships or installs one"
            yield Hint("company:none-for-users", text, directory or ".")
        elif not _first(hints, _FOR_USERS):
            text = "others of the module are where users look for commands, or are given to users, and it is not"
            yield Hint("company:others-for-users", text, self._for_users.position)
        if parent in self._given and not _first(hints, _GIVEN):
            text = "its siblings are for users, and nothing indicates that it is"
            yield Hint("company:siblings-given", text, self._given[parent].position)
        if directory:
            yield from self._custom(directory, self._siblings.get(parent, {}))

    def _custom(self, directory: str, siblings: Mapping[str, Sequence[str]]) -> Iterator[Hint]:
        """Yield what most of its siblings are."""
        count = sum(map(len, siblings.values())) - 1
        for purpose in sorted(siblings.keys() - {"target"}) if count >= _FEW else ():
            names = siblings[purpose]
            position = bisect_left(names, directory)
            is_named = position < len(names) and names[position] == directory
            alike = len(names) - is_named
            if alike * 100 >= count * _AGREE:
                reason = f"{alike} of its {count} siblings look like {purpose}"
                yield Hint(f"company:{purpose}", reason, names[1] if names[0] == directory else names[0])


def _first(hints: Sequence[Hint], kinds: frozenset[str]) -> Hint | None:
    return next((hint for hint in hints if hint.kind in kinds), None)
