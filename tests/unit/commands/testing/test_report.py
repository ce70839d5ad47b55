"""What is printed of tests: as `go test` prints it, and in JUnit's format."""

from __future__ import annotations

from pathlib import Path
from xml.etree import ElementTree

import pytest

from gomod2bazel.bazel.server.build_report import TestRun
from gomod2bazel.commands.testing.report import as_junit, as_text, package_fields, summary_line
from gomod2bazel.commands.testing.results import CaseResult, Outcome, PackageResult, read_result

_LOG = """\
exec ${PAGER:-/usr/bin/less} "$0" || exit 1
Executing tests from //:m_test
-----------------------------------------------------------------------------
=== RUN   TestA
    a_test.go:5: 1 != 2
--- FAIL: TestA (0.00s)
=== NAME  \nFAIL
"""

_XML = """<?xml version="1.0" encoding="UTF-8"?>
<testsuites>
  <testsuite name="m" tests="3" failures="1" errors="0" skipped="1" time="0.125">
    <testcase classname="m" name="TestA" time="0.01"><failure message="Failed">    a_test.go:5: 1 != 2
</failure></testcase>
    <testcase classname="m" name="TestB" time="0"><skipped message="Skipped">no &amp; cluster</skipped></testcase>
    <testcase classname="m" name="TestC" time="0"/>
    <system-out></system-out>
  </testsuite>
</testsuites>
"""


def _run(folder: Path, *, log: str = _LOG, xml: str = _XML, passed: bool = False, cached: bool = False) -> TestRun:
    (folder / "test.log").write_text(log, encoding="utf-8")
    (folder / "test.xml").write_text(xml, encoding="utf-8")
    log_file, xml_file = folder / "test.log", folder / "test.xml"
    return TestRun(label="//:m_test", passed=passed, cached=cached, seconds=9.0, log=log_file, xml=xml_file)


def test_what_a_test_program_left(tmp_path: Path) -> None:
    result = read_result("m", [_run(tmp_path)])
    assert (result.outcome, result.seconds, result.cached) == (Outcome.FAIL, 0.125, False)
    assert [(case.name, case.outcome) for case in result.cases] == [
        ("TestA", Outcome.FAIL),
        ("TestB", Outcome.SKIP),
        ("TestC", Outcome.PASS),
    ]
    assert result.cases[1].output == "no & cluster"
    assert as_text(result, verbose=False) == (
        "--- FAIL: TestA (0.01s)\n    a_test.go:5: 1 != 2\nFAIL\nFAIL\tm\t0.125s\n"
    )
    assert as_text(result, verbose=True) == (
        "=== RUN   TestA\n    a_test.go:5: 1 != 2\n--- FAIL: TestA (0.00s)\nFAIL\nFAIL\tm\t0.125s\n"
    )


@pytest.mark.parametrize(
    "xml",
    [
        "",
        "<testsuites",
        '<!DOCTYPE a [<!ENTITY b "b">]><testsuites><testsuite><testcase name="&b;"/></testsuite></testsuites>',
    ],
    ids=["empty", "cut off", "with entities"],
)
def test_a_report_that_is_not_ours_has_no_tests(tmp_path: Path, xml: str) -> None:
    result = read_result("m", [_run(tmp_path, xml=xml)])
    assert (result.outcome, result.seconds, result.cases) == (Outcome.FAIL, 9.0, ())
    assert "1 != 2" in as_text(result, verbose=False), "the whole log explains the failure"


def test_a_test_that_did_not_end_is_explained_by_the_whole_output(tmp_path: Path) -> None:
    xml = _XML.replace('<failure message="Failed">', '<error message="did not end: exit status 2">')
    result = read_result("m", [_run(tmp_path, xml=xml.replace("</failure>", "</error>"), log="panic: boom\n")])
    assert result.cases[0].outcome is Outcome.UNFINISHED
    assert as_text(result, verbose=False) == "panic: boom\nFAIL\nFAIL\tm\t0.125s\n"


def test_lines_of_packages(tmp_path: Path) -> None:
    lines = [
        as_text(result, verbose=False)
        for result in (
            read_result("m", [_run(tmp_path, passed=True, log="PASS\n")]),
            read_result("m", [_run(tmp_path, passed=True, cached=True, log="testing: warning: no tests to run\n")]),
            read_result("m", []),
            PackageResult(import_path="m", outcome=Outcome.SETUP_FAILED),
            PackageResult(import_path="m", outcome=Outcome.NO_TESTS),
            PackageResult(import_path="m", outcome=Outcome.SKIP, reason="a word"),
        )
    ]
    assert lines == [
        "ok  \tm\t0.125s\n",
        "ok  \tm\t(cached) [no tests to run]\n",
        "FAIL\tm [build failed]\n",
        "FAIL\tm [setup failed]\n",
        "?   \tm\t[no test files]\n",
        "skip\tm\t(integration: a word)\n",
    ]


def test_one_junit_file_of_all_packages(tmp_path: Path) -> None:
    results = [
        read_result("m", [_run(tmp_path)]),
        read_result("m/b", []),
        PackageResult(import_path="m/e2e", outcome=Outcome.SKIP, reason="its folder says <e2e>"),
        PackageResult(import_path="m/none", outcome=Outcome.NO_TESTS),
    ]
    suites = ElementTree.fromstring(as_junit(results)).findall("testsuite")  # noqa: S314 - our output
    numbers = [[suite.get(name) for name in ("name", "tests", "failures", "errors", "skipped")] for suite in suites]
    assert numbers == [["m", "3", "1", "0", "1"], ["m/b", "1", "0", "1", "0"], ["m/e2e", "1", "0", "0", "1"]]
    skipped = suites[2].find("testcase/skipped")
    assert skipped is not None
    assert skipped.get("message") == "its folder says <e2e>"
    assert summary_line(results) == "4 packages: 1 failed, 1 did not build, 1 skipped and 1 without tests"


def test_control_characters_do_not_break_the_file() -> None:
    case = CaseResult(name="TestA/\x1b[0m", outcome=Outcome.FAIL, output="\x00<")
    text = as_junit([PackageResult(import_path="m", outcome=Outcome.FAIL, cases=(case,))])
    failure = ElementTree.fromstring(text).find("testsuite/testcase/failure")  # noqa: S314 - our output
    assert failure is not None
    assert failure.text == "\ufffd<"


def test_fields_of_the_document(tmp_path: Path) -> None:
    fields = package_fields(read_result("m", [_run(tmp_path)]))
    assert (fields["outcome"], fields["reason"]) == ("fail", None)
    assert fields["tests"][0] == {
        "name": "TestA",
        "outcome": "fail",
        "seconds": 0.01,
        "output": "    a_test.go:5: 1 != 2\n",
    }
