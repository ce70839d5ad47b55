"""A hint: one thing seen that may tell what a binary is for. Weighing it is another's work."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

__all__ = ["Hint", "first_of_each", "place"]


@dataclass(frozen=True, slots=True)
class Hint:
    """One observation, before it has a weight.

    Attributes:
        kind: what was seen, such as ``name:example``; weights are known by kind.
        reason: the same for a person, naming what was found.
        position: FILE:LINE below the module's root, or a file or directory, where a person can see it.

    Names of files can hold anything: what a terminal would not show is written with escapes.
    """

    kind: str
    reason: str
    position: str

    def __post_init__(self) -> None:
        for name in ("reason", "position"):
            text = getattr(self, name)
            if not text.isprintable():
                object.__setattr__(self, name, "".join(map(_shown, text)))


def _shown(character: str) -> str:
    return character if character.isprintable() else ascii(character)[1:-1]


def place(file: str, line: int) -> str:
    """Return the position of a line."""
    return f"{file}:{line}"


def first_of_each(hints: Iterable[tuple[str, Hint]]) -> Mapping[str, list[Hint]]:
    """Gather hints by the directory that comes with each: the first of every kind, by kind."""
    kinds: dict[str, dict[str, Hint]] = {}
    for directory, hint in hints:
        kinds.setdefault(directory, {}).setdefault(hint.kind, hint)
    return {directory: [by_kind[kind] for kind in sorted(by_kind)] for directory, by_kind in kinds.items()}
