"""What came of the tests of each package, from Bazel's report and the reports that test programs left."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from xml.etree import ElementTree

from gomod2bazel.bazel.server.build_report import TestRun

__all__ = ["CaseResult", "Outcome", "PackageResult", "case_results", "read_result"]

# The longest report and log that are read. Bytes.
_LONGEST = 64 << 20

# What Bazel's test-setup.sh prints before the test.
_HEAD = re.compile(r"\Aexec \$\{PAGER[^\n]*\n(?:[^\n]*\n)*?-{20,}\n")

# What a program prints for our launcher: the output that follows belongs to no test.
_MARK = re.compile(r"^=== NAME  \n", re.MULTILINE)

_NONE_RUN = "testing: warning: no tests to run"


class Outcome(StrEnum):
    """What came of a package or of a test."""

    PASS = "pass"  # noqa: S105 - the word of `go test -json`
    FAIL = "fail"
    SKIP = "skip"
    NO_TESTS = "no-tests"
    BUILD_FAILED = "build-failed"
    SETUP_FAILED = "setup-failed"
    UNFINISHED = "unfinished"


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseResult:
    """One test or subtest.

    Attributes:
        name: its name, with slashes before those of subtests.
        outcome: pass, fail, skip, or unfinished where the program ended before.
        seconds: how long it took.
        output: what it printed, if it failed, was skipped or did not end.
    """

    name: str
    outcome: Outcome
    seconds: float = 0.0
    output: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class PackageResult:
    """The tests of a package.

    Attributes:
        import_path: the package.
        outcome: what came of them.
        reason: why they were skipped, or what is remarkable; may be empty.
        seconds: how long they took; None where they did not run.
        cached: whether the result is that of an earlier run.
        output: all that the program printed.
        cases: its tests, in the order in which they began.
    """

    import_path: str
    outcome: Outcome
    reason: str = ""
    seconds: float | None = None
    cached: bool = False
    output: str = ""
    cases: tuple[CaseResult, ...] = ()

    @property
    def failed(self) -> bool:
        """Whether `go test` would fail because of it."""
        return self.outcome in (Outcome.FAIL, Outcome.BUILD_FAILED, Outcome.SETUP_FAILED)


def read_result(import_path: str, runs: Sequence[TestRun]) -> PackageResult:
    """Return what came of the tests of a package.

    Args:
        import_path: the package.
        runs: those of its tests that Bazel ran.
    """
    if not runs:
        return PackageResult(import_path=import_path, outcome=Outcome.BUILD_FAILED)
    run = runs[-1]
    output = _MARK.sub("", _HEAD.sub("", _read(run.log)))
    suites = _suites(run.xml)
    seconds = _seconds(suites[0].get("time", "")) if suites else run.seconds
    reason = "timed out" if run.timed_out else "no tests to run" if _NONE_RUN in output else ""
    return PackageResult(
        import_path=import_path,
        outcome=Outcome.PASS if run.passed else Outcome.FAIL,
        reason=reason,
        seconds=seconds,
        cached=run.cached,
        output=output,
        cases=tuple(case for suite in suites for case in case_results(suite)),
    )


def case_results(suite: ElementTree.Element) -> Iterator[CaseResult]:
    """Yield the tests of a testsuite element that our launcher wrote."""
    kinds: Mapping[str, Outcome] = {
        "failure": Outcome.FAIL,
        "skipped": Outcome.SKIP,
        "error": Outcome.UNFINISHED,
    }
    for case in suite.iter("testcase"):
        marks = [(kinds[child.tag], child.text or "") for child in case if child.tag in kinds]
        outcome, output = marks[0] if marks else (Outcome.PASS, "")
        name, seconds = case.get("name", ""), _seconds(case.get("time", ""))
        yield CaseResult(name=name, outcome=outcome, seconds=seconds, output=output)


def _suites(xml: Path | None) -> list[ElementTree.Element]:
    """Return the testsuite elements of a report; none where a program left something else in its place."""
    text = _read(xml)
    if not text or "<!DOCTYPE" in text:
        return []
    try:
        return list(ElementTree.fromstring(text).iter("testsuite"))  # noqa: S314 - without entities, see above
    except ElementTree.ParseError:
        return []


def _seconds(text: str) -> float:
    return float(text) if re.fullmatch(r"\d{1,9}(\.\d{1,9})?", text) else 0.0


def _read(path: Path | None) -> str:
    if path is None:
        return ""
    try:
        with path.open("rb") as stream:
            return stream.read(_LONGEST).decode("utf-8", "replace")
    except OSError:
        return ""
