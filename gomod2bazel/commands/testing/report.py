"""What is printed of tests: the lines of `go test`, a JSON document, and a file in JUnit's format."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import Any
from xml.sax.saxutils import escape, quoteattr

from gomod2bazel.base.counts import count, joined
from gomod2bazel.commands.testing.results import CaseResult, Outcome, PackageResult

__all__ = ["as_junit", "as_text", "package_fields", "summary_line"]

_REASONS = {Outcome.BUILD_FAILED: "[build failed]", Outcome.SETUP_FAILED: "[setup failed]"}

# What XML 1.0 has no way to write.
_NO_XML = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")

_WORDS = {
    Outcome.PASS: "passed",
    Outcome.FAIL: "failed",
    Outcome.BUILD_FAILED: "did not build",
    Outcome.SETUP_FAILED: "did not load",
    Outcome.SKIP: "skipped",
    Outcome.NO_TESTS: "without tests",
}


def as_text(result: PackageResult, *, verbose: bool) -> str:
    """Return what `go test` prints of a package.

    Args:
        result: of the package.
        verbose: whether all output is shown.
    """
    path = result.import_path
    if result.outcome is Outcome.NO_TESTS:
        return f"?   \t{path}\t[no test files]\n"
    if result.outcome is Outcome.SKIP:
        return f"skip\t{path}\t(integration: {result.reason})\n"
    if result.outcome in _REASONS:
        return f"FAIL\t{path} {_REASONS[result.outcome]}\n"
    output = _ended(result.output) if verbose else ""
    took = "(cached)" if result.cached else f"{result.seconds or 0:.3f}s"
    if result.outcome is Outcome.PASS:
        more = f" [{result.reason}]" if result.reason else ""
        return f"{output}ok  \t{path}\t{took}{more}\n"
    output = output or _ended(_failures(result) or result.output)
    # The program prints the word itself where it comes to its end.
    end = "" if output.endswith("\nFAIL\n") or not output else "FAIL\n"
    more = f" [{result.reason}]" if result.reason else ""
    return f"{output}{end}FAIL\t{path}\t{took}{more}\n"


def _ended(text: str) -> str:
    return text if not text or text.endswith("\n") else f"{text}\n"


def _failures(result: PackageResult) -> str:
    """Return the output of the tests that failed; empty where that does not explain the failure."""
    failed = [case for case in result.cases if case.outcome is Outcome.FAIL]
    if not failed or any(case.outcome is Outcome.UNFINISHED for case in result.cases):
        return ""
    return "".join(map(_failure, failed))


def _failure(case: CaseResult) -> str:
    indent = "    " * case.name.count("/")
    return f"{indent}--- FAIL: {case.name} ({case.seconds:.2f}s)\n{_ended(case.output)}"


def summary_line(results: Sequence[PackageResult]) -> str:
    """Return one line with the numbers of packages."""
    numbers = {outcome: sum(result.outcome is outcome for result in results) for outcome in _WORDS}
    parts = [f"{number} {_WORDS[outcome]}" for outcome, number in numbers.items() if number]
    return f"{count(len(results), 'package')}: {joined(parts)}"


def package_fields(result: PackageResult) -> dict[str, Any]:
    """Return a package as the JSON document has it; docs/json.md describes it."""
    return {
        "import_path": result.import_path,
        "outcome": result.outcome.value,
        "reason": result.reason or None,
        "seconds": result.seconds,
        "cached": result.cached,
        "output": result.output,
        "tests": [
            {"name": case.name, "outcome": case.outcome.value, "seconds": case.seconds, "output": case.output}
            for case in result.cases
        ],
    }


def as_junit(results: Sequence[PackageResult]) -> str:
    """Return all results as one file in JUnit's format: a testsuite for each package with tests."""
    suites = [line for result in results if result.outcome is not Outcome.NO_TESTS for line in _suite(result)]
    return "\n".join(['<?xml version="1.0" encoding="UTF-8"?>', "<testsuites>", *suites, "</testsuites>", ""])


def _suite(result: PackageResult) -> Iterator[str]:
    cases = [*result.cases] or [CaseResult(name="package", outcome=result.outcome, output=result.output)]
    if result.failed and not any(case.outcome in _MARKS and case.outcome is not Outcome.SKIP for case in cases):
        cases.append(CaseResult(name="package", outcome=result.outcome, output=result.output))
    failed = sum(case.outcome is Outcome.FAIL for case in cases)
    skipped = sum(case.outcome is Outcome.SKIP for case in cases)
    errors = sum(case.outcome in _MARKS for case in cases) - failed - skipped
    counts = f'tests="{len(cases)}" failures="{failed}" errors="{errors}" skipped="{skipped}"'
    name = _attribute(result.import_path)
    yield f'  <testsuite name={name} {counts} time="{result.seconds or 0:.3f}">'
    for case in cases:
        start = f'    <testcase classname={name} name={_attribute(case.name)} time="{case.seconds:.3f}"'
        mark = _MARKS.get(case.outcome)
        if mark is None:
            yield f"{start}/>"
        else:
            message = result.reason if case.outcome is result.outcome and result.reason else mark[1]
            yield f"{start}><{mark[0]} message={_attribute(message)}>{_text(case.output)}</{mark[0]}></testcase>"
    yield "  </testsuite>"


_MARKS = {
    Outcome.FAIL: ("failure", "Failed"),
    Outcome.SKIP: ("skipped", "Skipped"),
    Outcome.UNFINISHED: ("error", "did not end"),
    Outcome.BUILD_FAILED: ("error", "build failed"),
    Outcome.SETUP_FAILED: ("error", "setup failed"),
}
"""The element of a test that did not pass, and its message."""


def _text(text: str) -> str:
    return escape(_NO_XML.sub("\ufffd", text))


def _attribute(text: str) -> str:
    return quoteattr(_NO_XML.sub("\ufffd", text))
