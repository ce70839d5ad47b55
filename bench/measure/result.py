"""What a run of the bench yields: for each scenario and tree the usage of every side, round by round."""

from __future__ import annotations

import statistics
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

from bench.measure.usage import Usage

__all__ = ["Result", "Round", "Spread"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Spread:
    """The least, the median and the greatest of some values."""

    min: float
    median: float
    max: float

    @classmethod
    def of(cls, values: Sequence[float]) -> Spread:
        """Return those of ``values``, at least one."""
        return cls(min=min(values), median=statistics.median(values), max=max(values))


@dataclass(frozen=True, slots=True, kw_only=True)
class Round:
    """One run of every side.

    Attributes:
        order: The sides in the order in which they ran.
        usages: What each side used.
        binaries: How many binaries were compared between sides; 0 where none were.
        different: Those whose bytes differ, by name.
    """

    order: tuple[str, ...]
    usages: Mapping[str, Usage]
    binaries: int = 0
    different: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Result:
    """All rounds of one scenario with one tree.

    Attributes:
        scenario: Its name.
        subject: What is built.
        sides: Their names; ratios are those of the first to each other one.
        rounds: In order.
        size: Numbers that time may grow with: packages, modules, binaries.
    """

    scenario: str
    subject: str
    sides: tuple[str, ...]
    rounds: tuple[Round, ...]
    size: Mapping[str, int] = field(default_factory=dict)

    def spread(self, side: str, value: Callable[[Usage], float | None]) -> Spread | None:
        """Return the spread of a value of a side over the rounds, or None where it has none."""
        values = [number for item in self.rounds if (number := value(item.usages[side])) is not None]
        return Spread.of(values) if values else None

    def wall(self, side: str) -> Spread:
        """Return the spread of a side's wall time."""
        return Spread.of([item.usages[side].wall for item in self.rounds])

    def ratio(self, other: str) -> Spread:
        """Return the spread of the ratios of the first side's wall time to that of another side, pair by pair."""
        first = self.sides[0]
        return Spread.of([item.usages[first].wall / item.usages[other].wall for item in self.rounds])

    @property
    def different(self) -> tuple[str, ...]:
        """The names of all binaries whose bytes differed in some round."""
        return tuple(sorted({name for item in self.rounds for name in item.different}))
