"""The whole model: weights, and trees grown on what the weights of other modules say."""

from __future__ import annotations

import hashlib
import math
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np

from classification.grow import grow
from classification.labels import Label
from classification.learn import Learner
from classification.modules import ModuleHints
from gomod2bazel.sets.classify import all_hints, decide_all
from gomod2bazel.sets.model.scoring import CLASSES, Decision
from gomod2bazel.sets.model.standing import standing
from gomod2bazel.sets.model.trees import Trees
from gomod2bazel.sets.model.weights import Weights

__all__ = ["Model", "calibrated", "folds", "learn_model", "left_out"]

# Trees are grown on sums of weights that were learned without the module, as sums will be of modules to come.
_INNER = 5

#: How many parts the modules are split into to measure; each is left out once.
OUTER = 20

# By how many thousandths target has to win: what is not shipped is missed, what is shipped by mistake harms.
_DOUBT = 900

# Sets with so few rows that trees would seldom say them: what each of their rows counts.
_RARE = {"test-helper": 2.0}

_PERCENTS = range(30, 100)


@dataclass(frozen=True, slots=True, kw_only=True)
class Model:
    """What decides.

    Attributes:
        weights: of each kind of hint.
        trees: what kinds mean together.
    """

    weights: Weights
    trees: Trees

    def decide(self, module: ModuleHints) -> dict[str, Decision]:
        """Return by directory what is decided of a module's main packages."""
        return decide_all(all_hints(module.hints, self.weights), self.weights, self.trees)


def folds(paths: Collection[str], count: int) -> list[frozenset[str]]:
    """Split module paths into parts of about one size, by their hashes: the same whichever others there are."""
    parts: list[set[str]] = [set() for _ in range(count)]
    for path in paths:
        parts[int(hashlib.sha256(path.encode()).hexdigest(), 16) % count].add(path)
    return [frozenset(part) for part in parts if part]


def learn_model(learner: Learner, seen: Mapping[str, ModuleHints], without: Collection[str] = ()) -> Model:
    """Learn weights and trees from all labels, but for those of some module paths."""
    labels = [label for label in learner.labels if label.path not in without]
    rows = {}
    for part in folds({label.path for label in labels}, _INNER):
        weights = learner.learn({*without, *part})
        for module in sorted({label.module for label in labels if label.path in part}):
            hints = all_hints(seen[module].hints, weights)
            standings = standing(hints, weights)
            for label in labels:
                if label.module == module:
                    kinds = {hint.kind for hint in hints[label.directory]}
                    rows[label] = frozenset(kinds | standings[label.directory])
    ordered = [label for label in labels if label in rows]
    trees = grow(
        [rows[label] for label in ordered],
        [label.set for label in ordered],
        [
            float(count) * _RARE.get(label.set, 1.0)
            for label, count in zip(ordered, learner.counts(ordered), strict=True)
        ],
        _DOUBT,
    )
    return Model(weights=learner.learn(without), trees=trees)


def left_out(learner: Learner, seen: Mapping[str, ModuleHints]) -> Iterator[tuple[Label, Decision]]:
    """Yield each label with what is decided of it by a model that was learned without its module."""
    for part in folds({label.path for label in learner.labels}, OUTER):
        model = learn_model(learner, seen, part)
        labels = [label for label in learner.labels if label.path in part]
        for module in sorted({label.module for label in labels}):
            decisions = model.decide(seen[module])
            yield from ((label, decisions[label.directory]) for label in labels if label.module == module)


def calibrated(trees: Trees, pairs: Sequence[tuple[Label, Decision]]) -> Trees:
    """Return trees with a table of confidence: logistic regression of what was right (Platt, 1999).

    It is on the margin, the set that was decided and the next one. What sets add is held near nothing, as there are few
    rows of some.

    Args:
        trees: without one.
        pairs: labels whose readers were sure, with what was decided without their modules.
    """
    decisions = [decision for _, decision in pairs]
    right = np.array([float(label.set == decision.set) for label, decision in pairs])
    columns = np.array(
        [
            [1.0, decision.margin]
            + [float(decision.set == name) for name in CLASSES]
            + [float(decision.runner_up == name) for name in CLASSES]
            for decision in decisions
        ]
    )
    hold = np.array([1e-6, 1e-6] + [1.0] * (2 * len(CLASSES)))
    values = np.array([0.0, 1.0] + [0.0] * (2 * len(CLASSES)))
    for _ in range(200):
        shares = 1 / (1 + np.exp(-(columns @ values)))
        weight = shares * (1 - shares)
        slope = columns.T @ (right - shares) - hold * values
        values = values + np.linalg.solve((columns.T * weight) @ columns + np.diag(hold), slope)
    start, rise = float(values[0]), float(values[1])
    worth = [round(1000 * float(value) / rise) for value in values[2:]]
    table = {math.ceil(1000 * (math.log(percent / (100 - percent)) - start) / rise): percent for percent in _PERCENTS}
    return replace(
        trees,
        confidence=sorted(table.items()),
        trusted=dict(zip(CLASSES, worth[: len(CLASSES)], strict=True)),
        rivals=dict(zip(CLASSES, worth[len(CLASSES) :], strict=True)),
    )
