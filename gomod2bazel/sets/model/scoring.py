"""Weigh hints: each kind has a weight for each set, trees say what kinds mean together, and the highest sum decides."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Set
from dataclasses import dataclass, field

from gomod2bazel.options.set_names import NOT_BUILT, SAFEST_FIRST, SETS
from gomod2bazel.sets.evidence.hint import Hint
from gomod2bazel.sets.model.trees import Trees
from gomod2bazel.sets.model.weights import PRIOR, Weights

__all__ = ["CLASSES", "Decision", "Evidence", "decide", "likeliest", "sums_of"]

#: What weighing decides between; that a package has only test files is not a matter of weight.
CLASSES = (*SETS, *(name for name in NOT_BUILT if name != "testonly"))

# The kinds of evidence that no hint is: where every decision begins, how sums compare, and what was not seen.
_SUMS, _MISSING = "sums", "missing"

# Weights are shown in hundredths as they are added, and trees add thousandths.
_UNIT = 1000

# Kinds of which one shows that a main package is data: its folder, or the tests that read it.
_AMONG_DATA = frozenset((
    "place:testdata", "place:hidden", "name:testdata", "above:testdata", "name:test", "name-part:test", "above:test",
    "top:test", "name:integration", "above:integration", "name:template", "above:template", "tests:own-testdata",
    "tests:read-it", "tests:run-it", "tests:run-from-own", "tests:run-from-integration", "code:expectations",
))  # fmt: skip

# What is missing otherwise, and by how much that counts, in thousandths.
_NO_DATA = "a folder of tests or test data"
_GUARD = 4000

# Weights are hundredths: a share of 10 for each leaves them as they are. Four times as much would mislead.
_MOST_PER_WEIGHT = 40


@dataclass(frozen=True, slots=True)
class Evidence:
    """A hint with its weight.

    Attributes:
        kind, reason, position: those of the hint.
        weight: how much more it supports the set that was decided than the runner-up; negative when against it.
        weights: how much it supports each set by itself, those it does not touch left out.
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
        confidence: the share of decisions like this one that were right, on modules that nothing was learned from.
        evidence: heaviest first.
        sums: of each set, in thousandths; empty where nothing was weighed.
    """

    set: str
    runner_up: str
    margin: float
    confidence: float
    evidence: tuple[Evidence, ...]
    sums: Mapping[str, int] = field(default_factory=dict)


def sums_of(kinds: Set[str], weights: Weights) -> dict[str, int]:
    """Return the sum of the weights of kinds for each class, in hundredths; the prior is added."""
    every = kinds | {PRIOR}
    return {name: sum(weights.of(kind).get(name, 0) for kind in every) for name in CLASSES}


def likeliest(sums: Mapping[str, int]) -> list[str]:
    """Return the classes by their sums, the highest first; of equal sums the safer set is first."""
    return sorted(CLASSES, key=lambda name: (-sums[name], SAFEST_FIRST.index(name)))


def decide(hints: Iterable[Hint], standing: Set[str], weights: Weights, trees: Trees) -> Decision:
    """Return the set that the hints support most; of a kind that was seen twice the first hint counts.

    Args:
        hints: of one main package.
        standing: how sums of weights compare, see `gomod2bazel.sets.model.standing`.
        weights: of each kind of hint.
        trees: what kinds mean together.
    """
    by_kind = {hint.kind: hint for hint in reversed(list(hints))}
    support = trees.support(by_kind.keys() | standing)
    if by_kind.keys().isdisjoint(_AMONG_DATA):
        # A fixture is never built: where it is has to say so, not only what it lacks.
        support.setdefault("fixture", {})[_NO_DATA] = -_GUARD
    sums = {name: sum(support.get(name, {}).values()) for name in CLASSES}
    first, second = likeliest(sums)[:2]
    margin = sums[first] - sums[second]
    adds = {
        feature: support.get(first, {}).get(feature, 0) - support.get(second, {}).get(feature, 0)
        for feature in support.get(first, {}).keys() | support.get(second, {}).keys()
    }
    evidence = _evidence(by_kind, adds, weights, first, second)
    return Decision(
        set=first,
        runner_up=second,
        margin=margin / _UNIT,
        confidence=trees.chance(margin, first, second) / 100,
        evidence=tuple(sorted(evidence, key=lambda item: (-abs(item.weight), item.kind))),
        sums=sums,
    )


def _evidence(
    by_kind: Mapping[str, Hint], adds: Mapping[str, int], weights: Weights, first: str, second: str
) -> Iterable[Evidence]:
    """Return what decided between two sets; the weights add up to the margin.

    What the sums of weights decide is shared out among the hints by their weights, as these make the sums.
    """
    parts = {kind: weights.of(kind).get(first, 0) - weights.of(kind).get(second, 0) for kind in by_kind}
    rest = {kind: value for kind, value in adds.items() if kind not in by_kind and kind}
    absent = sorted(
        (kind for kind in rest if ">" not in kind and not kind.endswith(":none")), key=lambda kind: rest[kind]
    )
    of_sums = sum(value for kind, value in rest.items() if kind not in absent)
    shares = _shares(of_sums, parts)
    for kind, hint in by_kind.items():
        value = adds.get(kind, 0) + shares.get(kind, 0)
        by_itself = {name: weight / 100 for name, weight in weights.of(kind).items()}
        yield Evidence(hint.kind, hint.reason, hint.position, value / _UNIT, by_itself)
    start = adds.get("", 0)
    yield Evidence(PRIOR, "how often main packages are in these sets", ".", start / _UNIT, {})
    if not shares and of_sums:
        reason = f"the sums of the hints' weights for {first} and {second}, its own and those of its company"
        yield Evidence(_SUMS, reason, ".", of_sums / _UNIT, {})
    if absent:
        named = ", ".join(sorted(absent, key=lambda kind: (-abs(rest[kind]), kind))[:3])
        yield Evidence(_MISSING, f"what was not found, such as {named}", ".", sum(rest[k] for k in absent) / _UNIT, {})


def _shares(whole: int, parts: Mapping[str, int]) -> dict[str, int]:
    """Share a number out by parts; nothing where the parts do not point in its direction."""
    total = sum(parts.values())
    if not whole or total * whole <= 0 or abs(whole) > _MOST_PER_WEIGHT * abs(total):
        return {}
    shares = {kind: whole * part // total for kind, part in parts.items()}
    left = whole - sum(shares.values())
    heaviest = max(parts, key=lambda kind: (abs(parts[kind]), kind))
    return {**shares, heaviest: shares[heaviest] + left}
