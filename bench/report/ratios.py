"""The committed ratios, and the check that none became worse."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

from bench.measure.errors import BenchError
from bench.measure.result import Result

__all__ = ["RATIOS", "TOLERANCE", "Comparison", "compare_ratios", "merge_ratios", "read_ratios", "write_ratios"]

RATIOS = Path(__file__).resolve().parents[1] / "ratios.json"

TOLERANCE = 0.15
"""By how much of the committed ratio a median may be higher."""

Ratios = dict[str, dict[str, dict[str, float]]]
"""Median ratios by scenario, subject and the other side."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Comparison:
    """A ratio of a run and the committed one.

    Attributes:
        name: Scenario, subject and the other side.
        committed: The ratio in the file, or None where it has none.
        measured: The median of the run.
    """

    name: str
    committed: float | None
    measured: float

    @property
    def is_worse(self) -> bool:
        """Whether it is a regression of more than `TOLERANCE`."""
        return self.committed is not None and self.measured > self.committed * (1 + TOLERANCE)

    def __str__(self) -> str:
        if self.committed is None:
            return f"{self.name}: {self.measured:.3f}, no committed ratio"
        change = 100 * (self.measured / self.committed - 1)
        return f"{self.name}: {self.measured:.3f}, committed {self.committed:.3f} ({change:+.0f} %)"


def read_ratios(path: Path = RATIOS) -> Ratios:
    """Read the committed ratios.

    Raises:
        BenchError: The file is not such a file.
    """
    try:
        value = json.loads(path.read_text(encoding="utf-8"))
        return {
            scenario: {
                subject: {other: float(ratio) for other, ratio in others.items()}
                for subject, others in subjects.items()
            }
            for scenario, subjects in value.items()
        }
    except (OSError, ValueError, TypeError, AttributeError) as error:
        raise BenchError(f"{path}: not a file of ratios: {error}") from None


def measured_ratios(results: Iterable[Result]) -> Ratios:
    """Return the median ratios of results to each side but the first."""
    ratios: Ratios = {}
    for result in results:
        for other in result.sides[1:]:
            subjects = ratios.setdefault(result.scenario, {})
            subjects.setdefault(result.subject, {})[other] = round(result.ratio(other).median, 4)
    return ratios


def compare_ratios(
    results: Iterable[Result], committed: Mapping[str, Mapping[str, Mapping[str, float]]]
) -> list[Comparison]:
    """Return a comparison for each ratio of the results."""
    return [
        Comparison(
            name=f"{scenario}, {subject}, to {other}",
            committed=committed.get(scenario, {}).get(subject, {}).get(other),
            measured=ratio,
        )
        for scenario, subjects in measured_ratios(results).items()
        for subject, others in subjects.items()
        for other, ratio in others.items()
    ]


def merge_ratios(committed: Ratios, results: Iterable[Result]) -> Ratios:
    """Return the committed ratios with those of the results in their place."""
    merged = {
        scenario: {name: dict(others) for name, others in subjects.items()} for scenario, subjects in committed.items()
    }
    for scenario, subjects in measured_ratios(results).items():
        for subject, others in subjects.items():
            merged.setdefault(scenario, {}).setdefault(subject, {}).update(others)
    return merged


def write_ratios(ratios: Ratios, path: Path = RATIOS) -> None:
    """Write the file of committed ratios."""
    path.write_text(json.dumps(ratios, indent=2, sort_keys=True) + "\n", encoding="utf-8")
