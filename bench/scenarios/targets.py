"""What the BUILD files of the sides define: the same packages, commands and tests, or else the times mean nothing."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from bench.measure.errors import BenchError

__all__ = ["QUERY", "Targets", "differences"]

QUERY = ("query", "--noshow_progress", "--output=label_kind", 'kind("go_(library|binary|test) rule", //...)')
"""The words of Bazel's query for them."""

_SHOWN = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class Targets:
    """Bazel packages of one side.

    Attributes:
        packages: Those with a library or a command.
        commands: Those with a command.
        tests: Those with a test.
    """

    packages: frozenset[str]
    commands: frozenset[str]
    tests: frozenset[str]

    @classmethod
    def parse(cls, text: str) -> Targets:
        """Read what `QUERY` prints: a line `go_library rule //a:b` for each target."""
        by_kind: dict[str, set[str]] = {"go_library": set(), "go_binary": set(), "go_test": set()}
        for kind, _, label in (line.split() for line in text.splitlines()):
            by_kind[kind].add(label.partition(":")[0])
        commands = frozenset(by_kind["go_binary"])
        return cls(packages=commands | by_kind["go_library"], commands=commands, tests=frozenset(by_kind["go_test"]))

    def figures(self) -> dict[str, float]:
        """Return how many there are of each."""
        return {
            "packages": float(len(self.packages)),
            "commands": float(len(self.commands)),
            "tests": float(len(self.tests)),
        }


def differences(by_side: Mapping[str, Targets]) -> list[str]:
    """Return a line for each kind of target and side that lacks some which another side has.

    Args:
        by_side: The targets of each side by its name.

    Raises:
        BenchError: The sides do not have the same commands, or none has any package.
    """
    lines = []
    for kind in ("commands", "packages", "tests"):
        sets: dict[str, frozenset[str]] = {name: getattr(targets, kind) for name, targets in by_side.items()}
        everything = frozenset().union(*sets.values())
        if kind == "packages" and not everything:
            raise BenchError("the BUILD files define no package")
        missing = [_line(name, kind, everything - found) for name, found in sets.items() if everything - found]
        if kind == "commands" and missing:
            raise BenchError("; ".join(missing))
        lines += missing
    return lines


def _line(name: str, kind: str, missing: frozenset[str]) -> str:
    shown = ", ".join(sorted(missing)[:_SHOWN])
    more = f" and {len(missing) - _SHOWN} more" if len(missing) > _SHOWN else ""
    return f"{name} lacks {kind}: {shown}{more}"
