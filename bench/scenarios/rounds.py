"""Rounds: every side is prepared, then all run right after each other, each time in another order."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

from bench.measure.errors import BenchError
from bench.measure.result import Result, Round
from bench.measure.usage import Usage

__all__ = ["Contender", "Say", "run_rounds"]

Say = Callable[[str], None]


@dataclass(frozen=True, slots=True, kw_only=True)
class Contender:
    """One side of a scenario.

    Attributes:
        name: Of the side.
        prepare: Called before each round with its number, from 1.
        run: Runs what is timed and returns what it used.
        binaries: Returns the digests of the binaries by name; where it returns None, they are not compared.
    """

    name: str
    prepare: Callable[[int], object]
    run: Callable[[], Usage]
    binaries: Callable[[], Mapping[str, str] | None] = field(default=lambda: None)


def run_rounds(
    scenario: str, subject: str, contenders: Sequence[Contender], count: int, size: Mapping[str, int] | None = None
) -> Result:
    """Run all sides some times and return the result.

    Args:
        scenario: Its name.
        subject: What is built.
        contenders: The sides, ours first.
        count: How many rounds.
        size: Of the subject.

    Raises:
        BenchError: A command failed, or binaries that are to be compared were not built.
    """
    rounds = []
    for number in range(1, count + 1):
        for contender in contenders:
            contender.prepare(number)
        # The side that begins changes from round to round.
        shift = (number - 1) % len(contenders)
        order = [*contenders[shift:], *contenders[:shift]]
        usages = {contender.name: contender.run() for contender in order}
        binaries, different = _compare(scenario, contenders)
        rounds.append(
            Round(
                order=tuple(contender.name for contender in order),
                usages=usages,
                binaries=binaries,
                different=different,
            )
        )
    names = tuple(contender.name for contender in contenders)
    return Result(scenario=scenario, subject=subject, sides=names, rounds=tuple(rounds), size=size or {})


def _compare(scenario: str, contenders: Sequence[Contender]) -> tuple[int, tuple[str, ...]]:
    """Return how many binaries the sides have, and which of them differ or are missing somewhere."""
    made = [binaries for contender in contenders if (binaries := contender.binaries()) is not None]
    if len(made) < 2:
        return 0, ()
    names = sorted({name for binaries in made for name in binaries})
    if not names:
        raise BenchError(f"{scenario}: no side built a binary")
    different = [name for name in names if len({binaries.get(name) for binaries in made}) > 1]
    return len(names), tuple(different)
