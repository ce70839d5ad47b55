"""How the hints of a main package and of its company add up, as features for the trees."""

from __future__ import annotations

import posixpath
from collections.abc import Iterable, Mapping, Sequence

from gomod2bazel.sets.evidence.hint import Hint
from gomod2bazel.sets.model.scoring import CLASSES, sums_of
from gomod2bazel.sets.model.weights import Weights

__all__ = ["LEVELS", "is_standing", "standing"]

#: How far a sum is behind the highest one, in hundredths; nothing beyond the lowest matters.
LEVELS = (-400, -250, -150, -100, -60, -30, -1)

_LOWEST = -500

# Whose sums: of the package itself, of the main packages in the same folder, and of all others of the module.
_ITS_SUM, _SIBLINGS, _MODULE = "sum", "siblings", "module-sum"


def standing(hints: Mapping[str, Sequence[Hint]], weights: Weights) -> dict[str, frozenset[str]]:
    """Return by directory the features that tell how sums of weights compare.

    Args:
        hints: all hints of each main package of a module, by directory.
        weights: of each kind of hint.

    Returns:
        Features such as ``sum:target>-100``: the sum for target is less than 1.00 behind the highest.
    """
    behind = {directory: _behind(package_hints, weights) for directory, package_hints in hints.items()}
    groups: dict[str, list[str]] = {}
    for directory in behind:
        if directory:
            groups.setdefault(posixpath.dirname(directory), []).append(directory)
    totals = {parent: _total(behind[directory] for directory in group) for parent, group in groups.items()}
    whole = _total(behind.values())
    return {
        directory: frozenset(
            (
                *_features(_ITS_SUM, sums, 1),
                *_of_others(_SIBLINGS, sums, *_group(directory, groups, totals)),
                *_of_others(_MODULE, sums, whole, len(behind)),
            )
        )
        for directory, sums in behind.items()
    }


def is_standing(feature: str) -> bool:
    """Return whether a feature is one of `standing`, and no kind of hint."""
    return feature.startswith((f"{_ITS_SUM}:", f"{_SIBLINGS}:", f"{_MODULE}:"))


def _group(
    directory: str, groups: Mapping[str, Sequence[str]], totals: Mapping[str, Sequence[int]]
) -> tuple[Sequence[int], int]:
    parent = posixpath.dirname(directory)
    return (totals[parent], len(groups[parent])) if directory else ((), 0)


def _behind(hints: Iterable[Hint], weights: Weights) -> tuple[int, ...]:
    """Return how far the sum of each class is behind the highest."""
    sums = sums_of({hint.kind for hint in hints}, weights)
    highest = max(sums.values())
    return tuple(max(sums[name] - highest, _LOWEST) for name in CLASSES)


def _total(rows: Iterable[Sequence[int]]) -> tuple[int, ...]:
    return tuple(map(sum, zip(*rows, strict=True)))


def _of_others(whose: str, sums: Sequence[int], total: Sequence[int], count: int) -> Iterable[str]:
    """Return the features of all others together; whole numbers, so that no rounding depends on the machine."""
    if count < 2:
        return (f"{whose}:none",)
    return _features(whose, [together - mine for together, mine in zip(total, sums, strict=True)], count - 1)


def _features(whose: str, sums: Sequence[int], count: int) -> Iterable[str]:
    return (
        f"{whose}:{name}>{level}"
        for name, value in zip(CLASSES, sums, strict=True)
        for level in LEVELS
        if value // count > level
    )
