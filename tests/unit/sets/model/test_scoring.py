"""Weighing hints."""

from __future__ import annotations

import random

import pytest

from gomod2bazel.options.set_names import SAFEST_FIRST
from gomod2bazel.sets.evidence.hint import Hint
from gomod2bazel.sets.model.scoring import CLASSES, Decision, decide, likeliest, sums_of
from gomod2bazel.sets.model.standing import standing
from gomod2bazel.sets.model.trees import Trees, shipped_trees
from gomod2bazel.sets.model.weights import PRIOR, Weights, shipped_weights

WEIGHTS = Weights({
    PRIOR: {"target": 30},
    "a:target": {"target": 110, "example": 10},
    "a:example": {"example": 150},
    "a:against": {"target": -205},
})  # fmt: skip

# A target unless an example is seen; more of one where its sum is far ahead.
TREES = Trees(
    start={"target": 100},
    by_set={
        "target": (("a:example", 50, 300, -400), ("sum:example>-30", 0, 200, -100)),
        "example": (("a:example", 0, -200, 500),),
    },
    confidence=((0, 50), (600, 80), (1000, 95)),
)


def _hints(*kinds: str) -> list[Hint]:
    return [Hint(kind, f"seen {kind}", f"{number}.go:1") for number, kind in enumerate(kinds)]


def _decide(*kinds: str, standing: frozenset[str] = frozenset()) -> Decision:
    return decide(_hints(*kinds), standing, WEIGHTS, TREES)


@pytest.mark.parametrize(
    ("kinds", "order"),
    [
        ([], ["target", "fixture"]),
        (["a:target"], ["target", "example"]),
        (["a:target", "a:example"], ["example", "target"]),
        (["a:against"], ["fixture", "maintenance"]),
        (["a:never-seen"], ["target", "fixture"]),
    ],
)
def test_sums_of_weights(kinds: list[str], order: list[str]) -> None:
    assert likeliest(sums_of(set(kinds), WEIGHTS))[:2] == order


def test_trees_decide() -> None:
    # 100 to begin with, 300 without an example, 200 with its sum far behind; against -200.
    decision = _decide("a:target")
    assert (decision.set, decision.runner_up, decision.margin) == ("target", "maintenance", 0.6)
    decision = _decide("a:target", "a:example", standing=frozenset(("sum:example>-30",)))
    assert (decision.set, decision.margin) == ("example", 0.5)
    assert decision.sums["target"] == 100 - 400 - 100


@pytest.mark.parametrize(("margin", "percent"), [(-1, 50), (0, 50), (599, 50), (600, 80), (5000, 95)])
def test_confidence_is_looked_up(margin: int, percent: int) -> None:
    assert TREES.chance(margin, "target", "example") == percent


def test_decisions_have_the_confidence_of_their_margin() -> None:
    assert _decide("a:target").confidence == 0.8
    assert _decide("a:example", standing=frozenset(("sum:example>-30",))).confidence == 0.5


def test_what_was_not_found_counts_and_is_said() -> None:
    missing = next(item for item in _decide("a:target").evidence if item.kind == "missing")
    assert (missing.weight, missing.reason) == (0.25, "what was not found, such as a:example")


def test_of_a_kind_seen_twice_the_first_is_shown() -> None:
    evidence = {item.kind: item for item in _decide("a:target", "a:target").evidence}
    assert evidence["a:target"].position == "0.go:1"
    assert evidence["a:target"].weights == {"target": 1.1, "example": 0.1}


def test_what_sums_decide_is_shared_out_by_weights() -> None:
    # The sums add 200 for target over maintenance; a:target has 110 of the 110 hundredths that the hints have.
    evidence = {item.kind: item.weight for item in _decide("a:target").evidence}
    assert evidence["a:target"] == 0.2
    assert "sums" not in evidence


def test_ties_go_to_the_safer_set() -> None:
    order = [name for name in SAFEST_FIRST if name in CLASSES]
    for number, safer in enumerate(order):
        even = Trees(start=dict.fromkeys(order[number:], 100), by_set=dict.fromkeys(CLASSES, ()), confidence=())
        assert decide(_hints("place:testdata"), frozenset(), WEIGHTS, even).set == safer


def test_what_is_not_among_data_is_hardly_a_fixture() -> None:
    data = Trees(start={"fixture": 3000}, by_set=dict.fromkeys(CLASSES, ()), confidence=())
    among, elsewhere = (decide(_hints(kind), frozenset(), WEIGHTS, data) for kind in ("above:test", "place:cmd"))
    assert among.set == "fixture"
    assert elsewhere.set != "fixture"
    assert elsewhere.sums["fixture"] == 3000 - 4000


def _random_hints(seed: int) -> list[Hint]:
    choice = random.Random(seed)  # noqa: S311 - nothing secret
    return _hints(*choice.sample(sorted(shipped_weights().by_kind), 12))


def _shipped(hints: list[Hint]) -> Decision:
    weights = shipped_weights()
    return decide(hints, standing({"x": hints, "y": hints[:3]}, weights)["x"], weights, shipped_trees())


@pytest.mark.parametrize("seed", range(20))
def test_margin_is_the_sum_of_the_evidence(seed: int) -> None:
    decision = _shipped(_random_hints(seed))
    assert sum(item.weight for item in decision.evidence) == pytest.approx(decision.margin)
    assert decision.sums[decision.set] == max(decision.sums.values())
    assert (decision.sums[decision.set] - decision.sums[decision.runner_up]) / 1000 == decision.margin


@pytest.mark.parametrize("seed", range(20))
def test_order_of_hints_makes_no_difference(seed: int) -> None:
    hints = _random_hints(seed)
    decision = _shipped(hints)
    weights = shipped_weights()
    features = standing({"x": hints, "y": hints[:3]}, weights)["x"]
    assert decide(reversed(hints), features, weights, shipped_trees()) == decision
    assert decide(sorted(hints, key=lambda hint: hint.kind), features, weights, shipped_trees()) == decision
