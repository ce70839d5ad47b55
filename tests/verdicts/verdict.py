"""What both sides say of the packages of a repository, and where they differ."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

__all__ = ["Comparison", "Verdicts"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdicts:
    """What one side says.

    Attributes:
        builds: whether each package builds, by import path.
        tests: whether the tests of each package pass, by import path; packages without tests are left out.
        reasons: the line that says most about a failure, by ``build IMPORTPATH`` or ``test IMPORTPATH``.
        notes: what else was said, such as packages that are left out.
    """

    builds: Mapping[str, bool]
    tests: Mapping[str, bool]
    reasons: Mapping[str, str] = field(default_factory=dict)
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Comparison:
    """One repository.

    Attributes:
        name: what it is called.
        go, ours: the verdicts of the go command, and of Bazel with the rules.
    """

    name: str
    go: Verdicts
    ours: Verdicts

    @property
    def differing(self) -> list[tuple[str, str, str, str]]:
        """For each difference ``build`` or ``test``, the import path, both verdicts, and the reason."""
        rows = []
        for word, theirs, ours in (
            ("build", self.go.builds, self.ours.builds),
            ("test", self.go.tests, self.ours.tests),
        ):
            for path, verdict in sorted(theirs.items()):
                found = ours.get(path)
                if found != verdict:
                    key = f"{word} {path}"
                    reason = self.ours.reasons.get(key) or self.go.reasons.get(key, "")
                    rows.append((word, path, f"go {_word(verdict)}, ours {_word(found)}", reason))
        return rows

    def counts(self, word: str) -> tuple[int, int]:
        """Return how many verdicts are equal, and how many there are.

        Args:
            word: build or test.
        """
        total = len(self.go.builds if word == "build" else self.go.tests)
        return total - sum(kind == word for kind, *_ in self.differing), total


def _word(verdict: bool | None) -> str:
    return "has none" if verdict is None else "passes" if verdict else "fails"
