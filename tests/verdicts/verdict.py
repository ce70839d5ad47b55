"""What both sides say of the packages of a repository, and where they differ."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace

__all__ = ["Comparison", "Difference", "Verdicts", "compared", "differences"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdicts:
    """What one side says.

    Attributes:
        builds: whether each package builds, by import path.
        tests: whether the tests of each package pass, by import path; packages without tests are left out.
        reasons: the line that says most about a failure, by ``build IMPORTPATH`` or ``test IMPORTPATH``.
        notes: what else was said, such as packages that are left out.
        unloaded: import paths of packages that go list cannot load; generate leaves them out, and says so.
        plugins: import paths of the main packages that are built as plugins.
    """

    builds: Mapping[str, bool]
    tests: Mapping[str, bool]
    reasons: Mapping[str, str] = field(default_factory=dict)
    notes: tuple[str, ...] = ()
    unloaded: tuple[str, ...] = ()
    plugins: tuple[str, ...] = ()

    def with_tests(self, tests: Mapping[str, bool], reasons: Mapping[str, str]) -> Verdicts:
        """Return the same verdicts with those of some tests replaced."""
        return replace(self, tests={**self.tests, **tests}, reasons={**self.reasons, **reasons})


@dataclass(frozen=True, slots=True, kw_only=True)
class Difference:
    """A package on which the two sides differ.

    Attributes:
        kind: build or test.
        import_path: Of the package.
        verdicts: Both verdicts, in words.
        reason: The line of output that says most about it; may be empty.
    """

    kind: str
    import_path: str
    verdicts: str
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Comparison:
    """What came of one repository.

    Attributes:
        name: What the repository is called.
        commit: Its commit; empty where it is not under git.
        release: The Go release that both sides used.
        scope: What was run.
        builds, tests: How many verdicts are equal, and how many there are.
        differing: Where the verdicts differ.
        steadied: Import paths of the tests whose verdicts differed at first, and were equal when each ran alone.
        notes: What else the two sides said.
    """

    name: str
    commit: str
    release: str
    scope: str
    builds: tuple[int, int]
    tests: tuple[int, int]
    differing: tuple[Difference, ...] = ()
    steadied: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()

    @property
    def is_good(self) -> bool:
        """Whether all verdicts on builds are equal, and 97 of 100 on tests."""
        return self.builds[0] == self.builds[1] and self.tests[0] >= 0.97 * self.tests[1]


def differences(go: Verdicts, ours: Verdicts) -> Iterator[Difference]:
    """Yield where two sides differ: of all packages that the go command has a verdict on."""
    for kind, theirs, found in (("build", go.builds, ours.builds), ("test", go.tests, ours.tests)):
        for path, verdict in sorted(theirs.items()):
            if found.get(path) == verdict or (path in go.unloaded and not verdict and path not in found):
                continue
            key = f"{kind} {path}"
            yield Difference(
                kind=kind,
                import_path=path,
                verdicts=f"go {_word(verdict)}, ours {_word(found.get(path))}",
                reason=ours.reasons.get(key) or go.reasons.get(key, ""),
            )


def compared(comparison: Comparison, go: Verdicts, ours: Verdicts) -> Comparison:
    """Return a comparison with the counts, differences and notes of two sides."""
    found = tuple(differences(go, ours))
    wrong = {kind: sum(difference.kind == kind for difference in found) for kind in ("build", "test")}
    return replace(
        comparison,
        builds=(len(go.builds) - wrong["build"], len(go.builds)),
        tests=(len(go.tests) - wrong["test"], len(go.tests)),
        differing=found,
        notes=(*go.notes, *ours.notes),
    )


def _word(verdict: bool | None) -> str:
    return "has none" if verdict is None else "passes" if verdict else "fails"
