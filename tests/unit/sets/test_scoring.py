"""Weighing hints."""

from __future__ import annotations

import random

import pytest

from gomod2bazel.options.set_names import SAFEST_FIRST
from gomod2bazel.sets.evidence.hint import Hint
from gomod2bazel.sets.scoring import CLASSES, decide
from gomod2bazel.sets.weights import PRIOR, Weights, shipped_weights

WEIGHTS = Weights({
    PRIOR: {"target": 30},
    "a:target": {"target": 110, "example": 10},
    "a:example": {"example": 150},
    "a:against": {"target": -205},
})  # fmt: skip


def _hints(*kinds: str) -> list[Hint]:
    return [Hint(kind, f"seen {kind}", f"{number}.go:1") for number, kind in enumerate(kinds)]


@pytest.mark.parametrize(
    ("kinds", "name", "runner_up", "margin"),
    [
        ([], "target", "fixture", 0.3),
        (["a:target"], "target", "example", 1.3),
        (["a:target", "a:target"], "target", "example", 1.3),  # what is seen twice counts once
        (["a:target", "a:example"], "example", "target", 0.2),
        (["a:against"], "fixture", "maintenance", 0.0),
        (["a:never-seen"], "target", "fixture", 0.3),
    ],
)
def test_decision(kinds: list[str], name: str, runner_up: str, margin: float) -> None:
    decision = decide(_hints(*kinds), WEIGHTS)
    assert (decision.set, decision.runner_up, decision.margin) == (name, runner_up, margin)


def test_of_a_kind_seen_twice_the_first_is_shown() -> None:
    evidence = {item.kind: item for item in decide(_hints("a:target", "a:target"), WEIGHTS).evidence}
    assert evidence["a:target"].position == "0.go:1"
    assert evidence["a:target"].weights == {"target": 1.1, "example": 0.1}


def test_evidence_is_ordered_by_weight() -> None:
    evidence = decide(_hints("a:never-seen", "a:target", "a:example"), WEIGHTS).evidence
    shown = [(item.kind, item.weight) for item in evidence]
    assert shown == [("a:example", 1.5), ("a:target", -1.0), (PRIOR, -0.3), ("a:never-seen", 0.0)]


def test_ties_go_to_the_safer_set() -> None:
    order = [name for name in SAFEST_FIRST if name in CLASSES]
    for number, safer in enumerate(order):
        even = Weights({"x": dict.fromkeys(order[number:], 100)})
        assert decide(_hints("x"), even).set == safer


def _random_hints(seed: int) -> list[Hint]:
    choice = random.Random(seed)  # noqa: S311 - nothing secret
    return _hints(*choice.sample(sorted(shipped_weights().by_kind), 12))


@pytest.mark.parametrize("seed", range(20))
def test_margin_is_the_sum_of_the_evidence(seed: int) -> None:
    decision = decide(_random_hints(seed), shipped_weights())
    assert sum(item.weight for item in decision.evidence) == pytest.approx(decision.margin)
    sums = {name: sum(item.weights.get(name, 0) for item in decision.evidence) for name in CLASSES}
    assert sums[decision.set] == pytest.approx(max(sums.values()))
    assert sums[decision.set] - sums[decision.runner_up] == pytest.approx(decision.margin)


@pytest.mark.parametrize("seed", range(20))
def test_order_of_hints_makes_no_difference(seed: int) -> None:
    hints = _random_hints(seed)
    decision = decide(hints, shipped_weights())
    assert decide(reversed(hints), shipped_weights()) == decision
    assert decide(sorted(hints, key=lambda hint: hint.kind), shipped_weights()) == decision
