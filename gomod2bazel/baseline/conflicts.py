"""Conflicts between a module and a baseline, and their messages."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from gomod2bazel.base.errors import TrustError
from gomod2bazel.base.version import Version

__all__ = ["Above", "Absent", "Replaced", "check", "notes"]

MODES = ("strict", "force", "extend")

_HINT = "gomod2bazel baseline update FILE LEAF... adds what its leaf modules need"


@dataclass(frozen=True, slots=True, kw_only=True)
class Above:
    """A requirement above the baseline's version.

    Attributes:
        where: FILE:LINE of the baseline.
        version: what the baseline has.
        required: what is required.
        chain: who requires it, from the module that is built to ``required``.
    """

    where: str
    version: Version
    required: str
    chain: tuple[str, ...]

    def __str__(self) -> str:
        return _message(f"{self.where}: {self.version} is older than {self.required}, which is required:", self.chain)


@dataclass(frozen=True, slots=True, kw_only=True)
class Absent:
    """A module that provides a package and is not in the baseline."""

    where: str
    version: Version
    chain: tuple[str, ...]

    def __str__(self) -> str:
        return _message(f"{self.where}: {self.version.path} is not in the baseline, but is required:", self.chain)


@dataclass(frozen=True, slots=True, kw_only=True)
class Replaced:
    """A replace directive of the module that is built, for a module of the baseline."""

    where: str
    version: Version
    by: Version

    def __str__(self) -> str:
        return f"{self.where}: {self.version.path} is replaced by {self.by}; the baseline has {self.version.version}"


def _message(head: str, chain: Iterable[str]) -> str:
    return "\n".join([head, *("\t" + "  " * depth + link for depth, link in enumerate(chain))])


def check(problems: Iterable[Above | Absent | Replaced], mode: str) -> None:
    """Refuse what ``mode`` does not allow, all of it at once.

    Raises:
        TrustError: the baseline does not allow the build.
    """
    allowed = {"strict": (), "force": (Above, Replaced), "extend": (Absent,)}[mode]
    refused = [problem for problem in problems if not isinstance(problem, allowed)]
    if refused:
        modes = {mode for conflict in refused for mode in (["extend"] if isinstance(conflict, Absent) else ["force"])}
        ways = ", ".join(f"-baseline-mode={mode} {_MEANING[mode]}" for mode in sorted(modes) if len(modes) == 1)
        raise TrustError("\n".join(map(str, refused)), hint=f"{_HINT}; {ways}" if ways else _HINT)


_MEANING = {"force": "lowers required versions", "extend": "takes modules that the baseline lacks"}


def notes(problems: Iterable[Above | Absent | Replaced]) -> Iterable[str]:
    """Yield a line on each disagreement that was allowed."""
    for problem in problems:
        if isinstance(problem, Above):
            yield f"baseline: using {problem.version}, although {' > '.join(problem.chain)} requires {problem.required}"
        elif isinstance(problem, Absent):
            yield f"baseline: using {problem.version}, which is not in the baseline ({' > '.join(problem.chain)})"
        else:
            yield f"baseline: using {problem.version}, not {problem.by}"
