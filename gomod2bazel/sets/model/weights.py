"""Weights: how much each kind of hint supports each set."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from gomod2bazel.base.disk.files import read_text

__all__ = ["PRIOR", "Weights", "shipped_weights"]

#: The kind of the weights that every main package begins with.
PRIOR = "prior"


@dataclass(frozen=True, slots=True)
class Weights:
    """How much each kind of hint supports each set.

    Attributes:
        by_kind: kind to set to weight, in hundredths, so that sums are exact and the same everywhere.
    """

    by_kind: Mapping[str, Mapping[str, int]]

    @classmethod
    def read(cls, path: Path) -> Weights:
        """Read a file that `tools/classify_report -learn` wrote."""
        return cls(json.loads(read_text(path))["weights"])

    def of(self, kind: str) -> Mapping[str, int]:
        """Return the weights of a kind; one that was never seen supports nothing."""
        return self.by_kind.get(kind, {})


@lru_cache(maxsize=1)
def shipped_weights() -> Weights:
    """Return the weights that are part of this version."""
    return Weights.read(Path(__file__).with_name("weights.json"))
