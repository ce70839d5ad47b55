"""What starts a test: the flags for what Bazel says in the environment, and the XML of what the program said."""

from __future__ import annotations

import json
import os
import tempfile
import xml.etree.ElementTree as ET
from pathlib import Path

import pytest
from builder.test import testlauncher
from builder.test.testlauncher import Report, flags

NAMES = ["TestA", "TestB", "FuzzC", "ExampleD"]
ONLY = "-test.paniconexit0"


@pytest.mark.parametrize(
    ("environment", "given", "words"),
    [
        ({}, [], [ONLY]),
        ({"TESTBRIDGE_TEST_ONLY": "A/b"}, ["-test.v"], [ONLY, "-test.run=A/b", "-test.v"]),
        ({"TESTBRIDGE_TEST_RUNNER_FAIL_FAST": "1"}, [], [ONLY, "-test.failfast"]),
        ({"TEST_TOTAL_SHARDS": "1", "TEST_SHARD_INDEX": "0"}, [], [ONLY]),
        ({"TEST_TOTAL_SHARDS": "2", "TEST_SHARD_INDEX": "1"}, [], [ONLY, "-test.skip=^(TestA|FuzzC)$"]),
        (
            {"TEST_TOTAL_SHARDS": "2", "TEST_SHARD_INDEX": "0"},
            ["-test.skip=X", "--test.skip=A/slow"],
            [ONLY, "-test.skip=A/slow|^(TestB|ExampleD)$"],
        ),
    ],
)
def test_flags(environment: dict[str, str], given: list[str], words: list[str]) -> None:
    assert flags(environment, NAMES, given) == words


def test_each_name_is_of_one_shard() -> None:
    skipped = []
    for index in range(3):
        (word,) = flags({"TEST_TOTAL_SHARDS": "3", "TEST_SHARD_INDEX": str(index)}, NAMES, [])[1:]
        skipped += word.removeprefix("-test.skip=^(").removesuffix(")$").split("|")
    assert sorted(skipped) == sorted(NAMES * 2)


SAID = b"""before
\x16=== RUN   TestA
\x16=== RUN   TestA/sub_<x>
    a_test.go:8: no
\x16    --- SKIP: TestA/sub_<x> (0.25s)
\x16=== NAME  TestA
--- FAIL: TestFake (9.00s)
\x16--- PASS: TestA (0.50s)
\x16=== NAME \x20
\x16=== RUN   TestB
half a line\x16=== PAUSE TestB
between
\x16=== CONT  TestB
    bad \x01 <&> \xff
\x16--- FAIL: TestB (0.00s)
\x16=== NAME \x20
\x16=== RUN   TestC
"""


def _report(said: bytes) -> Report:
    report = Report()
    for line in said.splitlines(keepends=True):
        for marked, piece in testlauncher.pieces(line):
            report.read(piece, marked=marked)
    return report


def test_report() -> None:
    suite = ET.fromstring(_report(SAID).to_xml("x/p", 1.5, 1)).find("testsuite")  # noqa: S314  (made here)
    assert suite is not None
    assert dict(suite.attrib) == {
        "name": "x/p", "tests": "4", "failures": "1", "errors": "1", "skipped": "1", "time": "1.500"
    }  # fmt: skip
    assert suite.findtext("system-out") == "before\nbetween\n"
    cases = {case.get("name"): case for case in suite.iter("testcase")}
    assert {name: [child.tag for child in case] for name, case in cases.items()} == {
        "TestA": [], "TestA/sub_<x>": ["skipped"], "TestB": ["failure"], "TestC": ["error"],
    }  # fmt: skip
    assert cases["TestA"].get("time") == "0.50"
    assert cases["TestB"].findtext("failure") == "half a line    bad \ufffd <&> \ufffd\n"
    assert cases["TestC"][0].get("message") == "did not end: exit status 1"


@pytest.mark.parametrize(
    ("said", "code", "counts"),
    [
        (b"\x16=== RUN   TestA\n\x16--- PASS: TestA (0.00s)\nPASS\n", 0, ("1", "0", "0")),
        # TestMain ended the program: no test is to blame.
        (b"\x16=== RUN   TestA\n\x16--- PASS: TestA (0.00s)\n", 3, ("2", "0", "1")),
        (b"panic: in init\n", 2, ("1", "0", "1")),
        # A benchmark, which ends without such a line.
        (b"\x16=== RUN   BenchmarkA\nBenchmarkA\nPASS\n", 0, ("1", "0", "0")),
    ],
)
def test_a_program_that_fails_has_a_case_that_fails(said: bytes, code: int, counts: tuple[str, ...]) -> None:
    suite = ET.fromstring(_report(said).to_xml("x/p", 0, code)).find("testsuite")  # noqa: S314  (made here)
    assert suite is not None
    assert (suite.get("tests"), suite.get("failures"), suite.get("errors")) == counts


def test_what_the_program_prints_and_how_it_ends(tmp_path: Path, capfdbinary: pytest.CaptureFixture[bytes]) -> None:
    program = tmp_path / "program"
    program.write_text("#!/bin/sh\nprintf '\\026=== RUN   TestA\\n'\nkill -KILL $$\n", encoding="utf-8")
    program.chmod(0o755)
    report = Report()
    assert testlauncher.run([str(program)], report) == 137
    assert capfdbinary.readouterr().out == b"=== RUN   TestA\n"
    assert list(report.cases) == ["TestA"]


def test_a_program_on_the_terminal(tmp_path: Path, capfdbinary: pytest.CaptureFixture[bytes]) -> None:
    program = tmp_path / "program"
    program.write_text("#!/bin/sh\necho out\necho err >&2\nexit 3\n", encoding="utf-8")
    program.chmod(0o755)
    assert testlauncher.run_visibly([str(program)]) == 3
    assert capfdbinary.readouterr() == (b"out\n", b"err\n")
    program.write_text("#!/bin/sh\nkill -INT $PPID\nkill -INT $$\n", encoding="utf-8")
    assert testlauncher.run_visibly([str(program)]) == 130


@pytest.mark.parametrize(("users", "home"), [({}, "tmp"), ({"HOME": "/home/x"}, "/home/x")])
def test_home(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capfdbinary: pytest.CaptureFixture[bytes],
    users: dict[str, str],
    home: str,
) -> None:
    program = tmp_path / "_main/x_/x.test"
    program.parent.mkdir(parents=True)
    program.write_text('#!/bin/sh\necho "$HOME"\n', encoding="utf-8")
    program.chmod(0o755)
    (tmp_path / "names.json").write_text("[]")
    settings = {"folder": "_main", "importpath": "m", "names": "names.json", "program": "_main/x_/x.test"}
    monkeypatch.setattr(testlauncher, "SETTINGS", json.dumps(settings))
    monkeypatch.setattr("sys.argv", ["x"])
    monkeypatch.delenv("HOME")
    changes = {"RUNFILES_DIR": str(tmp_path), "TEST_TMPDIR": "tmp", "XML_OUTPUT_FILE": str(tmp_path / "xml")}
    for name, value in {**changes, **users}.items():
        monkeypatch.setenv(name, value)
    monkeypatch.chdir(tmp_path)
    assert testlauncher.main() == 0
    assert capfdbinary.readouterr().out == f"{home}\n".encode()


def test_a_program_in_the_folder_of_temporary_files(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    built = tmp_path / "bin" / "m.test"
    built.parent.mkdir()
    built.write_text("#!/bin/sh\n", encoding="utf-8")
    built.chmod(0o555)
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    command = [str(built), "-test.v"]
    with testlauncher.temporary_program(command):
        assert command == [str(built), "-test.v"], "only where the environment asks for it"
    monkeypatch.setenv("GO_TEST_PROGRAM_IN_TMPDIR", "1")
    with testlauncher.temporary_program(command):
        program = Path(command[0])
        assert (program.name, program.parent.parent) == ("m.test", tmp_path)
        assert program.stat().st_mode & 0o111
        assert "GO_TEST_PROGRAM_IN_TMPDIR" not in os.environ, "the test's environment is that of go test"
    assert not program.exists()
