"""One line for a result, printed as soon as it is there."""

from __future__ import annotations

from bench.measure.result import Result

__all__ = ["line_of"]


def line_of(result: Result) -> str:
    """Return medians of all sides, ratios, and whether bytes are equal."""
    times = "  ".join(f"{side} {result.wall(side).median:.2f} s" for side in result.sides)
    ratios = "  ".join(
        f"to {other} {spread.median:.2f} ({spread.min:.2f} to {spread.max:.2f})"
        for other in result.sides[1:]
        for spread in [result.ratio(other)]
    )
    compared = max(item.binaries for item in result.rounds)
    equal = f"{compared} binaries equal" if compared and not result.different else ""
    differ = f"{len(result.different)} binaries differ" if result.different else ""
    figures = {
        name: value for item in result.rounds for used in item.usages.values() for name, value in used.figures.items()
    }
    others = ", ".join(f"{name} {value:.6g}" for name, value in figures.items())
    parts = (f"{result.scenario}, {result.subject}: {times}", ratios, equal, differ, others)
    return "; ".join(part for part in parts if part)
