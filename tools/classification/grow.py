"""Grow trees: gradient boosting on features that are there or not (Friedman, "Greedy function approximation", 2001).

Every set has a tree in each round. A tree is grown leaf by leaf, at the leaf and the feature that lessen the log loss
most. The same rows give the same trees: what is drawn by chance is drawn from a fixed seed.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt

from gomod2bazel.sets.model.scoring import CLASSES
from gomod2bazel.sets.model.trees import Node, Trees

__all__ = ["grow"]

_Array = npt.NDArray[np.float64]
_Indices = npt.NDArray[np.intp]

# How many trees each set has, how many leaves a tree has, and how far each goes towards what it would be alone.
_ROUNDS = 100
_LEAVES = 6
_RATE = 0.08

# What fraction of the features, and how many at least, and of the rows a tree is grown from.
_FEATURES = 0.15
_FEWEST_FEATURES = 30
_ROWS = 0.8

# How hard values are held to nothing; the fewest rows of a leaf, and the least curvature.
_HOLD = 3.0
_FEWEST = 8
_FLATTEST = 0.3

# Values are written in thousandths.
_UNIT = 1000


def grow(rows: Sequence[frozenset[str]], expected: Sequence[str], counts: Sequence[float], doubt: int = 0) -> Trees:
    """Return trees without a confidence table.

    Args:
        rows: the features of each row.
        expected: the set of each row.
        counts: what each row counts.
        doubt: by how many thousandths target has to win.
    """
    features = sorted({feature for row in rows for feature in row})
    seen = np.array([[feature in row for feature in features] for row in rows], dtype=np.float32)
    truth = np.array([[name == label for name in CLASSES] for label in expected], dtype=np.float64)
    weight = np.array(counts)
    start = np.log(np.clip((weight[:, None] * truth).sum(0) / weight.sum(), 1e-3, None))
    sums = np.tile(start, (len(rows), 1))
    chance = np.random.RandomState(1)
    trees: dict[str, list[Node]] = {name: [] for name in CLASSES}
    count = min(len(features), max(_FEWEST_FEATURES, int(_FEATURES * len(features))))
    for _ in range(_ROUNDS):
        shares = np.exp(sums - sums.max(axis=1, keepdims=True))
        shares /= shares.sum(axis=1, keepdims=True)
        taken = np.flatnonzero(chance.rand(len(rows)) < _ROWS)
        for number, name in enumerate(CLASSES):
            candidates = np.sort(chance.choice(len(features), count, replace=False))
            slope = (shares[:, number] - truth[:, number]) * weight
            curve = 2 * shares[:, number] * (1 - shares[:, number]) * weight
            leaf = _Grower(seen[taken], slope[taken], curve[taken], candidates).tree()
            sums[:, number] += _values(leaf, seen)
            trees[name].append(_node(leaf, features))
    first = {name: round(_UNIT * float(value)) for name, value in zip(CLASSES, start, strict=True)}
    first["target"] -= doubt
    return Trees(start=first, by_set={name: tuple(nodes) for name, nodes in trees.items()}, confidence=())


@dataclass(slots=True, kw_only=True, eq=False)
class _Leaf:
    """A leaf, or what it became when it was split.

    Attributes:
        rows: those that come here.
        value: of the leaf.
        gain, feature: of its best split.
        sides: the leaves without and with the feature, when split.
    """

    rows: _Indices
    value: float
    gain: float
    feature: int
    sides: tuple[_Leaf, _Leaf] | None = field(default=None)


class _Grower:
    def __init__(self, seen: npt.NDArray[np.float32], slope: _Array, curve: _Array, candidates: _Indices) -> None:
        self._seen, self._candidates = seen, candidates
        self._slope, self._curve = slope.astype(np.float32), curve.astype(np.float32)

    def tree(self) -> _Leaf:
        """Return the root of a tree."""
        root = self._leaf(np.arange(len(self._seen)))
        leaves = [root]
        for _ in range(_LEAVES - 1):
            best = max(leaves, key=lambda leaf: leaf.gain)
            if best.gain <= 0:
                break
            with_feature = self._seen[best.rows, best.feature] > 0
            best.sides = (self._leaf(best.rows[~with_feature]), self._leaf(best.rows[with_feature]))
            leaves = [leaf for leaf in leaves if leaf is not best] + list(best.sides)
        return root

    def _leaf(self, rows: _Indices) -> _Leaf:
        slope, curve = self._slope[rows], self._curve[rows]
        whole, bend = float(slope.sum()), float(curve.sum())
        gain, feature = self._best(rows, slope, curve) if len(rows) >= 2 * _FEWEST else (-1.0, 0)
        return _Leaf(rows=rows, value=-_RATE * whole / (bend + _HOLD), gain=gain, feature=feature)

    def _best(
        self, rows: _Indices, slope: npt.NDArray[np.float32], curve: npt.NDArray[np.float32]
    ) -> tuple[float, int]:
        """Return by how much the best feature lessens the loss, and that feature."""
        seen = self._seen[rows][:, self._candidates]
        slope_with, curve_with, count_with = seen.T @ slope, seen.T @ curve, seen.sum(0)
        slope_without, curve_without = slope.sum() - slope_with, curve.sum() - curve_with
        gain = slope_with**2 / (curve_with + _HOLD) + slope_without**2 / (curve_without + _HOLD)
        gain -= slope.sum() ** 2 / (curve.sum() + _HOLD)
        few = (count_with < _FEWEST) | (len(rows) - count_with < _FEWEST)
        gain[few | (curve_with < _FLATTEST) | (curve_without < _FLATTEST)] = -1
        best = int(np.argmax(gain))
        return float(gain[best]), int(self._candidates[best])


def _values(leaf: _Leaf, seen: npt.NDArray[np.float32]) -> _Array:
    if leaf.sides is None:
        return np.full(len(seen), leaf.value)
    with_feature = seen[:, leaf.feature] > 0
    values = np.empty(len(seen))
    values[~with_feature] = _values(leaf.sides[0], seen[~with_feature])
    values[with_feature] = _values(leaf.sides[1], seen[with_feature])
    return values


def _node(leaf: _Leaf, features: Sequence[str]) -> Node:
    value = round(_UNIT * leaf.value)
    if leaf.sides is None:
        return value
    without, present = (_node(side, features) for side in leaf.sides)
    return (features[leaf.feature], value, without, present)
