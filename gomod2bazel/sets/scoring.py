"""Weigh hints: each kind has a weight for each set, they add up, and the highest sum decides."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from gomod2bazel.options.set_names import NOT_BUILT, SAFEST_FIRST, SETS
from gomod2bazel.sets.evidence.hint import Hint
from gomod2bazel.sets.weights import PRIOR, Weights

__all__ = ["CLASSES", "Decision", "Evidence", "decide"]

#: What weighing decides between; that a package has only test files is not a matter of weight.
CLASSES = (*SETS, *(name for name in NOT_BUILT if name != "testonly"))


@dataclass(frozen=True, slots=True)
class Evidence:
    """A hint with its weight.

    Attributes:
        kind, reason, position: those of the hint.
        weight: how much more it supports the set that was decided than the runner-up; negative when against it.
        weights: how much it supports each set, those it does not touch left out.
    """

    kind: str
    reason: str
    position: str
    weight: float
    weights: Mapping[str, float]


@dataclass(frozen=True, slots=True, kw_only=True)
class Decision:
    """A set, by how much it won, and why.

    Attributes:
        set: what was decided.
        runner_up: the set with the next highest sum; empty where nothing was weighed.
        margin: sum of the evidence's weights, by which it won.
        evidence: heaviest first.
    """

    set: str
    runner_up: str
    margin: float
    evidence: tuple[Evidence, ...]


def decide(hints: Iterable[Hint], weights: Weights) -> Decision:
    """Return the set that the hints support most; of a kind that was seen twice the first hint counts.

    Of equal sums the safer set wins.
    """
    by_kind = {hint.kind: hint for hint in reversed([Hint(PRIOR, "most main packages are in this set", "."), *hints])}
    sums = {name: sum(weights.of(kind).get(name, 0) for kind in by_kind) for name in CLASSES}
    order = sorted(CLASSES, key=lambda name: (-sums[name], SAFEST_FIRST.index(name)))
    first, second = order[0], order[1]
    evidence = [_evidence(hint, weights.of(hint.kind), first, second) for hint in by_kind.values()]
    evidence.sort(key=lambda item: (-abs(item.weight), item.kind))
    return Decision(set=first, runner_up=second, margin=(sums[first] - sums[second]) / 100, evidence=tuple(evidence))


def _evidence(hint: Hint, weights: Mapping[str, int], first: str, second: str) -> Evidence:
    return Evidence(
        kind=hint.kind,
        reason=hint.reason,
        position=hint.position,
        weight=(weights.get(first, 0) - weights.get(second, 0)) / 100,
        weights={name: value / 100 for name, value in weights.items()},
    )
