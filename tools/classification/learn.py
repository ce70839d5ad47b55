"""Learn weights: begin with what is believed, and let labels move it."""

from __future__ import annotations

import tomllib
from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt

from classification.labels import Label
from classification.modules import ModuleHints
from gomod2bazel.sets.classify import all_hints
from gomod2bazel.sets.model.scoring import CLASSES
from gomod2bazel.sets.model.weights import PRIOR, Weights

__all__ = ["Learner", "beliefs"]

_Matrix = npt.NDArray[np.float64]

#: How hard it is to move a weight away from what is believed. Tried from 4 to 32; little depends on it.
_HOLD = 14.0

#: What a row counts whose reader was not sure.
_UNSURE = 0.4

#: Kinds seen in fewer modules are accidents of these: they keep the weight that is believed.
_FEWEST_MODULES = 3

_STEPS = 150


def beliefs() -> Weights:
    """Read the weights that learning starts with."""
    with Path(__file__).with_name("beliefs.toml").open("rb") as stream:
        table = tomllib.load(stream)
    return Weights({kind: {name: round(100 * value) for name, value in sets.items()} for kind, sets in table.items()})


@dataclass(frozen=True, slots=True, kw_only=True)
class Learner:
    """Learns from labels; multinomial logistic regression, pulled towards what is believed instead of nothing.

    Attributes:
        start: what is believed.
        labels: of main packages with files, in modules that `seen` holds.
        kinds: those that are learned.
        rows: which kinds each label's main package shows, ones and zeros, a last column of ones for the prior.
    """

    start: Weights
    labels: tuple[Label, ...]
    kinds: tuple[str, ...]
    rows: _Matrix

    @classmethod
    def of(cls, labels: Sequence[Label], seen: Mapping[str, ModuleHints], start: Weights) -> Learner:
        """Gather what is learned from; directories with only test files are not a matter of weight and are left out."""
        labels = tuple(label for label in labels if label.directory in seen[label.module].hints)
        modules = {label.module: all_hints(seen[label.module].hints, start) for label in labels}
        shown = [{hint.kind for hint in modules[label.module][label.directory]} for label in labels]
        where: dict[str, set[str]] = {}
        for label, seen_kinds in zip(labels, shown, strict=True):
            for kind in seen_kinds:
                where.setdefault(kind, set()).add(label.path)
        kinds = tuple(sorted(kind for kind, kept_kinds in where.items() if len(kept_kinds) >= _FEWEST_MODULES))
        rows = np.array([[float(kind in kept_kinds) for kind in kinds] + [1.0] for kept_kinds in shown])
        return cls(start=start, labels=labels, kinds=kinds, rows=rows)

    def learn(self, without: Collection[str] = ()) -> Weights:
        """Return weights learned from all labels, but for those of some module paths."""
        keep = np.array([label.path not in without for label in self.labels])
        labels = [label for label in self.labels if label.path not in without]
        expected = np.array([[float(name == label.set) for name in CLASSES] for label in labels])
        learned = _fit(self.rows[keep], expected, self.counts(labels), self._start())
        return self._weights(learned)

    @staticmethod
    def counts(labels: Sequence[Label]) -> _Matrix:
        """Return what each row counts: many alike of one module say little more than a few of them."""
        alike = Counter((label.path, label.set) for label in labels)
        return np.array(
            [(1.0 if label.sure else _UNSURE) * 1.6 / alike[label.path, label.set] ** 0.5 for label in labels]
        )

    def _start(self) -> _Matrix:
        believed = [[self.start.of(kind).get(name, 0) / 100 for name in CLASSES] for kind in (*self.kinds, PRIOR)]
        return np.array(believed)

    def _weights(self, learned: _Matrix) -> Weights:
        table = {kind: dict(sets) for kind, sets in self.start.by_kind.items()}
        for kind, values in zip((*self.kinds, PRIOR), learned, strict=True):
            rounded = {name: round(100 * float(value)) for name, value in zip(CLASSES, values, strict=True)}
            table[kind] = {name: value for name, value in rounded.items() if value}
        return Weights({kind: sets for kind, sets in sorted(table.items()) if sets})


def _fit(rows: _Matrix, expected: _Matrix, counts: _Matrix, start: _Matrix) -> _Matrix:
    """Minimise the weighted log loss plus the pull towards ``start``, by Nesterov's accelerated gradient."""
    hold = np.full((start.shape[0], 1), _HOLD)
    hold[-1] = _HOLD / 4
    # The steepest the loss can curve: half the largest eigenvalue of the weighted rows, plus the pull.
    curve = np.linalg.eigvalsh(rows.T @ (rows * counts[:, None]))[-1]
    rate = 1 / (0.5 * curve + _HOLD)
    weights, ahead, step = start.copy(), start.copy(), 1.0
    for _ in range(_STEPS):
        sums = rows @ ahead
        chances = np.exp(sums - sums.max(axis=1, keepdims=True))
        chances /= chances.sum(axis=1, keepdims=True)
        slope = rows.T @ ((chances - expected) * counts[:, None]) + hold * (ahead - start)
        after = ahead - rate * slope
        following = (1 + (1 + 4 * step * step) ** 0.5) / 2
        ahead = after + (step - 1) / following * (after - weights)
        weights, step = after, following
    return weights
