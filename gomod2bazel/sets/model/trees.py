"""Decision trees: what hints mean together, for each set. Whole numbers, so that the result is the same everywhere."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence, Set
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from typing import TypeAlias

from gomod2bazel.base.disk.files import read_text

__all__ = ["Node", "Trees", "shipped_trees"]

#: A leaf's value, or a question: a feature, the value of all that come there, the nodes without and with the feature.
Node: TypeAlias = "int | tuple[str, int, Node, Node]"


@dataclass(frozen=True, slots=True, kw_only=True)
class Trees:
    """Trees of each set; what a main package's features lead to in them is added (gradient boosting).

    Attributes:
        start: by set, what every main package begins with, in thousandths.
        by_set: by set, its trees; values in thousandths.
        confidence: margins in thousandths, ascending, each with the percentage of decisions that were right at it, on
            modules that nothing was learned from.
        trusted: by set, what its decisions are worth beyond their margins, in thousandths: some sets are easier to
            recognize than others.
        rivals: the same by the set that comes next.
    """

    start: Mapping[str, int]
    by_set: Mapping[str, Sequence[Node]]
    confidence: Sequence[tuple[int, int]]
    trusted: Mapping[str, int] = field(default_factory=dict)
    rivals: Mapping[str, int] = field(default_factory=dict)

    @classmethod
    def read(cls, path: Path) -> Trees:
        """Read a file that `tools/classify_report -learn` wrote."""
        table = json.loads(read_text(path))
        return cls(
            start=table["start"],
            by_set={name: tuple(map(_node, trees)) for name, trees in table["trees"].items()},
            confidence=[(margin, percent) for margin, percent in table["confidence"]],
            trusted=table["trusted"],
            rivals=table["rivals"],
        )

    def written(self) -> str:
        """Return the text that `read` reads."""
        table = {
            "start": self.start,
            "trees": self.by_set,
            "confidence": self.confidence,
            "trusted": self.trusted,
            "rivals": self.rivals,
        }
        return json.dumps(table, separators=(",", ":"), sort_keys=True).replace("]],", "]],\n") + "\n"

    def support(self, features: Set[str]) -> dict[str, dict[str, int]]:
        """Return how much each feature supports each set, in thousandths.

        Where a tree asks for a feature, the step from the value of all that come there to the value of those that go on
        in the same direction belongs to that feature, whether it is present or missing.

        Args:
            features: what was seen of one main package.

        Returns:
            By set: by feature, what it adds to the set. The empty feature is the start.
        """
        support: dict[str, dict[str, int]] = {}
        for name, trees in self.by_set.items():
            adds = support.setdefault(name, {"": self.start.get(name, 0)})
            for tree in trees:
                _add_steps(tree, features, adds)
        return support

    def chance(self, margin: int, first: str, second: str) -> int:
        """Return how many of a hundred decisions like one are right.

        Args:
            margin: how far the set is ahead of the next one, in thousandths.
            first: the set that was decided.
            second: the next one.
        """
        worth = margin + self.trusted.get(first, 0) + self.rivals.get(second, 0)
        lowest = min((percent for _, percent in self.confidence), default=0)
        return max((percent for least, percent in self.confidence if worth >= least), default=lowest)


def _add_steps(node: Node, features: Set[str], adds: dict[str, int]) -> None:
    """Add by feature by how much each answer to a tree's questions moves the value; the empty feature is its start."""
    value = node if isinstance(node, int) else node[1]
    adds[""] += value
    while not isinstance(node, int):
        feature, before, without, present = node
        node = present if feature in features else without
        value = node if isinstance(node, int) else node[1]
        adds[feature] = adds.get(feature, 0) + value - before


def _node(value: int | Sequence[object]) -> Node:
    if isinstance(value, int):
        return value
    feature, mean, without, present = value
    return (str(feature), int(str(mean)), _node(without), _node(present))  # type: ignore[arg-type]  # JSON


@lru_cache(maxsize=1)
def shipped_trees() -> Trees:
    """Return the trees that are part of this version."""
    return Trees.read(Path(__file__).with_name("trees.json"))
