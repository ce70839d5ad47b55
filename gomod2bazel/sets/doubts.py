"""Doubts: the main packages of which it is not certain whether the chosen sets hold them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from gomod2bazel.options.options import ChooseOptions
from gomod2bazel.sets.classify import Classified
from gomod2bazel.sets.model.scoring import likeliest
from gomod2bazel.sets.model.trees import shipped_trees

__all__ = ["DOUBTFUL", "Doubt", "described", "doubts"]

#: Decisions of lower confidence are named.
DOUBTFUL = 0.8

# So many are named, the least certain first.
_MOST = 10


@dataclass(frozen=True, slots=True, kw_only=True)
class Doubt:
    """A main package that may be on the wrong side of what is built and what is not.

    Attributes:
        import_path: of the package.
        set: the set that it is in.
        other: the likeliest set on the other side.
        is_chosen: whether it is built.
        confidence: how likely it is that this is right.
    """

    import_path: str
    set: str
    other: str
    is_chosen: bool
    confidence: float


def doubts(classified: Iterable[Classified], choose: ChooseOptions, least: float = DOUBTFUL) -> list[Doubt]:
    """Return the main packages of which it is doubtful whether they should be built, the least certain first.

    Whether a package is an example or a generator makes no difference where neither is chosen: what counts is how far
    the set that was decided is ahead of the likeliest one on the other side.

    Args:
        classified: the main packages of a module.
        choose: which are built. Those that -binary or INPUT names are not in doubt.
        least: confidence that is enough.
    """
    doubtful = [doubt for main in classified for doubt in _doubt(main, choose) if doubt.confidence < least]
    return sorted(doubtful, key=lambda doubt: (doubt.confidence, doubt.import_path))


def _doubt(main: Classified, choose: ChooseOptions) -> Iterator[Doubt]:
    sums = main.decision.sums
    if not sums or main.import_path in choose.binaries or not choose.reaches(main.import_path):
        return
    is_chosen = main.set in choose.sets
    other = next((name for name in likeliest(sums) if (name in choose.sets) != is_chosen), "")
    if other:
        confidence = shipped_trees().chance(sums[main.set] - sums[other], main.set, other) / 100
        yield Doubt(import_path=main.import_path, set=main.set, other=other, is_chosen=is_chosen, confidence=confidence)


def described(doubtful: Sequence[Doubt]) -> list[str]:
    """Return lines about doubts: the first of them, and how many more there are."""
    lines = [
        f"{doubt.import_path}: {doubt.set} ({doubt.confidence:.2f}), {'built' if doubt.is_chosen else 'not built'}; "
        f"possibly {doubt.other}"
        for doubt in doubtful[:_MOST]
    ]
    return [*lines, f"and {len(doubtful) - _MOST} more"] if len(doubtful) > _MOST else lines
