"""Whether time and memory grow faster than packages, modules or binaries."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass

import numpy as np

from bench.measure.result import Result
from bench.measure.usage import Usage

__all__ = ["AXES", "VALUES", "Fit", "Series", "fit", "growth"]

AXES = ("packages", "modules", "binaries")

VALUES: dict[str, Callable[[Usage], float | None]] = {
    "wall time (s)": lambda usage: usage.wall,
    "processor time (s)": lambda usage: usage.cpu,
    "memory of the command (MB)": lambda usage: usage.command_memory / 1e6 if usage.command_memory else None,
    "memory of the server (MB)": lambda usage: usage.server_memory / 1e6 if usage.server_memory else None,
    "lock (MB)": lambda usage: usage.figures["lock_bytes"] / 1e6 if "lock_bytes" in usage.figures else None,
    "module extension (s)": lambda usage: usage.figures.get("extension_seconds"),
}
"""What may grow: names with units, and how to read each from a usage."""

_CURVED = 0.1
"""Which part of the value at the largest size the square term must explain to count."""

_GROWS = 1.25
"""By which factor the values must differ to count as growing: below, a parabola fits noise."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Fit:
    """A parabola through medians, value = constant + linear n + square n^2, with equal relative weights.

    Attributes:
        constant: What remains with nothing to do.
        linear: For each item.
        square: For each pair of items.
        curved: Part of the value at the largest size that the square term explains; negative where growth slows down.
        factor: The largest value by the smallest one.
    """

    constant: float
    linear: float
    square: float
    curved: float
    factor: float

    @property
    def is_faster_than_linear(self) -> bool:
        """Whether the values grow, and the square term explains more than a tenth of that at the largest size."""
        return self.factor > _GROWS and self.curved > _CURVED


@dataclass(frozen=True, slots=True, kw_only=True)
class Series:
    """Medians of one value of one side at several sizes.

    Attributes:
        scenario: Its name.
        axis: What grows: one of `AXES`.
        fixed: The other numbers of the size, for people.
        value: One of `VALUES`.
        side: Its name.
        points: Sizes and medians, by size.
    """

    scenario: str
    axis: str
    fixed: str
    value: str
    side: str
    points: tuple[tuple[int, float], ...]

    def fit(self) -> Fit | None:
        """Return the fit, or None where there are fewer than four sizes: a parabola always fits three."""
        return fit(self.points) if len(self.points) >= 4 else None


def fit(points: Iterable[tuple[float, float]]) -> Fit:
    """Fit a parabola by least squares, each point weighted by 1/value.

    Args:
        points: Sizes and values above 0, at least three.
    """
    sizes, values = (np.array(column, dtype=float) for column in zip(*points, strict=True))
    # numpy.polyfit multiplies residuals by the weights before it squares them.
    square, linear, constant = map(float, np.polyfit(sizes, values, 2, w=1 / values))
    last = float(sizes.max())
    at_last = constant + linear * last + square * last * last
    return Fit(
        constant=constant,
        linear=linear,
        square=square,
        curved=square * last * last / at_last,
        factor=float(values.max() / values.min()),
    )


def growth(results: Iterable[Result]) -> Iterator[Series]:
    """Yield the series of results that differ in one number of their size alone, with two sizes or more."""
    sized = [result for result in results if set(AXES) <= set(result.size)]
    for axis in AXES:
        groups: dict[tuple[str, str], list[Result]] = {}
        for result in sized:
            # By default a tenth of the packages are commands: binaries then grow with packages.
            others = {name: result.size[name] for name in AXES if name != axis}
            if axis == "packages" and result.size["binaries"] == result.size["packages"] // 10:
                others["binaries"] = 0
            fixed = ", ".join(f"{number} {name}" if number else f"{name}: a tenth" for name, number in others.items())
            fixed = fixed.replace("modules: a tenth", "no modules")
            groups.setdefault((result.scenario, fixed), []).append(result)
        for (scenario, fixed), group in groups.items():
            if len({result.size[axis] for result in group}) > 1:
                yield from _series(scenario, axis, fixed, group)


def _series(scenario: str, axis: str, fixed: str, group: list[Result]) -> Iterator[Series]:
    for side in group[0].sides:
        for name, value in VALUES.items():
            spreads = {
                result.size[axis]: spread
                for result in group
                if side in result.sides and (spread := result.spread(side, value)) is not None
            }
            points = tuple((size, spread.median) for size, spread in sorted(spreads.items()) if spread.median > 0)
            if len(points) > 1:
                yield Series(scenario=scenario, axis=axis, fixed=fixed, value=name, side=side, points=points)
