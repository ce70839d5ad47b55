#!/usr/bin/env python3
"""Starts a test program as the go command does, with what Bazel says in the environment.

The working directory is the package's folder among the runfiles, or in a copy of them. See "Test encyclopedia" in
Bazel's reference for the variables, and `go help testflag` for the flags; flags on the command line come last, so that
they count.
"""

from __future__ import annotations

import contextlib
import json
import os
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from xml.sax.saxutils import escape, quoteattr

SETTINGS = "{SETTINGS}"

# Begins a line of the testing package with -test.v=test2json (cmd/internal/test2json).
_MARK = b"\x16"
_STARTED = re.compile(r"=== (RUN|CONT|NAME|PAUSE)\s+(\S*)\n?")
_ENDED = re.compile(r" *--- (PASS|FAIL|SKIP): (\S+) \(([0-9.]+)s\)\n?")

# What XML 1.0 has no way to write.
_NO_XML = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


@dataclass
class Case:
    """One test: what it printed, how it ended (PASS, FAIL, SKIP, or empty where it did not), after how many seconds."""

    name: str
    output: list[str] = field(default_factory=list)
    ended: str = ""
    seconds: str = "0"


@dataclass
class Report:
    """The output of a run: its tests in the order they began, and output that belongs to no test."""

    cases: dict[str, Case] = field(default_factory=dict)
    output: list[str] = field(default_factory=list)
    current: str = ""

    def read(self, line: str, *, marked: bool) -> None:
        """Take one line, or part of one; ``marked`` where the testing package itself says it."""
        started = _STARTED.fullmatch(line) if marked else None
        ended = _ENDED.fullmatch(line) if marked else None
        if started:
            self.current = started[2] if started[1] != "PAUSE" else ""
            if self.current:
                self.cases.setdefault(self.current, Case(self.current))
        elif ended:
            case = self.cases.setdefault(ended[2], Case(ended[2]))
            case.ended, case.seconds = ended[1], ended[3]
            self.current = ended[2]
        elif self.current in self.cases:
            self.cases[self.current].output.append(line)
        else:
            self.output.append(line)

    def to_xml(self, suite: str, seconds: float, code: int) -> str:
        """Return the report as JUnit's XML.

        Args:
            suite: the import path.
            seconds: how long the run took.
            code: the program's exit status: with another than 0, a test that did not end is an error.
        """
        cases = list(self.cases.values())
        failed = sum(case.ended == "FAIL" for case in cases)
        broken = sum(not case.ended for case in cases) if code else 0
        skipped = sum(case.ended == "SKIP" for case in cases)
        alone = code != 0 and not failed and not broken
        counts = f'tests="{len(cases) + alone}" failures="{failed}" errors="{broken + alone}" skipped="{skipped}"'
        lines = ['<?xml version="1.0" encoding="UTF-8"?>', "<testsuites>"]
        lines.append(f'  <testsuite name={_attribute(suite)} {counts} time="{seconds:.3f}">')
        for case in cases:
            lines += _case(case, suite, code)
        if alone:
            lines += _case(Case("exit status", list(self.output)), suite, code)
        lines.append(f"    <system-out>{_text(self.output)}</system-out>")
        return "\n".join([*lines, "  </testsuite>", "</testsuites>", ""])


def _case(case: Case, suite: str, code: int) -> list[str]:
    start = f'    <testcase classname={_attribute(suite)} name={_attribute(case.name)} time="{case.seconds}"'
    inside = ""
    if case.ended == "FAIL":
        inside = f'<failure message="Failed">{_text(case.output)}</failure>'
    elif case.ended == "SKIP":
        inside = f'<skipped message="Skipped">{_text(case.output)}</skipped>'
    elif not case.ended and code:
        inside = f'<error message="did not end: exit status {code}">{_text(case.output)}</error>'
    return [f"{start}>{inside}</testcase>" if inside else f"{start}/>"]


def _text(lines: list[str]) -> str:
    return escape(_NO_XML.sub("\ufffd", "".join(lines)))


def _attribute(text: str) -> str:
    return quoteattr(_NO_XML.sub("\ufffd", text))


def pieces(line: bytes) -> Iterator[tuple[bool, str]]:
    """Part a line before each mark: whether the testing package says the piece, and its text without the mark."""
    for at, piece in enumerate(line.split(_MARK)):
        if piece:
            yield at > 0, piece.decode("utf-8", "replace")


def flags(environment: Mapping[str, str], names: list[str], given: list[str]) -> list[str]:
    """Return the flags of the test program.

    Args:
        environment: of the test.
        names: what the program can run, in order: every nth of it is of shard n.
        given: the flags on the command line.
    """
    words = ["-test.paniconexit0"]
    if environment.get("TESTBRIDGE_TEST_ONLY"):
        words.append("-test.run=" + environment["TESTBRIDGE_TEST_ONLY"])
    if environment.get("TESTBRIDGE_TEST_RUNNER_FAIL_FAST") == "1":
        words.append("-test.failfast")
    shards = int(environment.get("TEST_TOTAL_SHARDS") or 0)
    if shards > 1:
        others = [name for at, name in enumerate(names) if at % shards != int(environment["TEST_SHARD_INDEX"])]
        skips = [word.partition("=")[2] for word in given if re.match(r"--?test\.skip=", word)][-1:]
        given = [word for word in given if not re.match(r"--?test\.skip=", word)]
        skips += [f"^({'|'.join(others)})$"] if others else []
        words += ["-test.skip=" + "|".join(skips)] if skips else []
    return [*words, *given]


def run(command: list[str], report: Report) -> int:
    """Run the program; show what it prints, and read it. Return its exit status."""
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT) as process:
        # On a timeout, the program prints what it was doing.
        signal.signal(signal.SIGTERM, lambda *_: process.send_signal(signal.SIGQUIT))
        assert process.stdout is not None  # noqa: S101  (it was asked for above)
        for line in process.stdout:
            sys.stdout.buffer.write(line.replace(_MARK, b""))
            sys.stdout.buffer.flush()
            for marked, piece in pieces(line):
                report.read(piece, marked=marked)
        code = process.wait()
    return 128 - code if code < 0 else code


def run_visibly(command: list[str]) -> int:
    """Run the program on the user's terminal, and return its exit status: an interrupt is for the program to handle."""
    # Before the program runs, so that an interrupt never ends this process alone.
    interrupt = signal.signal(signal.SIGINT, lambda *_: None)
    end = signal.getsignal(signal.SIGTERM)
    try:
        with subprocess.Popen(command) as process:
            signal.signal(signal.SIGTERM, lambda *_: process.send_signal(signal.SIGTERM))
            code = process.wait()
    finally:
        signal.signal(signal.SIGINT, interrupt)
        signal.signal(signal.SIGTERM, end)
    return 128 - code if code < 0 else code


def main() -> int:
    """Run the tests; return the program's exit status."""
    settings = json.loads(SETTINGS)
    root = _runfiles()
    if root is None:
        sys.stderr.write("go_test: runfiles folder not found; run the test with bazel test or bazel run\n")
        return 1
    environment = os.environ
    names = json.loads((root / settings["names"]).read_text(encoding="utf-8"))
    command = [str(root / settings["program"]), *flags(environment, names, sys.argv[1:])]
    profile = _profile(settings)
    command += [f"-test.coverprofile={profile}"] * bool(profile and settings["counts"])
    programs = _programs(profile) if profile else None
    if environment.get("TEST_SHARD_STATUS_FILE"):
        Path(environment["TEST_SHARD_STATUS_FILE"]).touch()
    if environment.get("TEST_TMPDIR"):
        # As Bazel's reference recommends: without one, os.UserHomeDir and os.UserCacheDir fail.
        environment.setdefault("HOME", environment["TEST_TMPDIR"])
    xml = Path(environment.get("XML_OUTPUT_FILE", "")).absolute()
    with temporary_program(command):
        if settings.get("copied"):
            code = _test_in_copy(root, command, settings, xml, profile)
        else:
            os.chdir(root / settings["folder"])
            code = _test(command, settings, xml, profile)
    if profile and profile.is_file():
        _report(root, settings, profile)
    if programs and any(programs.iterdir()):
        counts = programs.with_name("go-programs.profile")
        _python(str(root / settings["covdata"]), f"--folder={programs}", f"--output_file={counts}")
        _report(root, settings, counts)
    return code


@contextlib.contextmanager
def temporary_program(command: list[str]) -> Iterator[None]:
    """Put the program into the folder of temporary files, where the go command has it, if the environment asks for it.

    Tests link or rename their own program: that works within one file system alone.
    """
    if not os.environ.pop("GO_TEST_PROGRAM_IN_TMPDIR", ""):
        yield
        return
    with tempfile.TemporaryDirectory(prefix="go-build", ignore_cleanup_errors=True) as folder:
        program = Path(folder, Path(command[0]).name)
        shutil.copy(command[0], program)
        command[0] = str(program)
        yield


def _test_in_copy(root: Path, command: list[str], settings: dict[str, Any], xml: Path, profile: Path | None) -> int:
    """Run the program in a copy of the repository's runfiles; return its exit status.

    With `bazel run`, what it writes to its data lands in the sources, as with `go test`.
    """
    sys.dont_write_bytecode = True
    sys.path.insert(0, str(root / settings["modules"]))
    from builder.test.gocommand import fill_cache, go_variables  # noqa: PLC0415  (of these rules, among the runfiles)
    from builder.test.workingcopy import copy_runfiles  # noqa: PLC0415

    temporary = os.environ.get("TEST_TMPDIR") or None
    with tempfile.TemporaryDirectory(prefix="go_test-", dir=temporary, ignore_cleanup_errors=True) as folder:
        copy = copy_runfiles(root, settings, Path(folder).absolute())
        if settings.get("go"):
            copy.add(root / settings["go"]["repository"])
            os.environ.update(go_variables(os.environ, root, settings["go"], copy.top))
            cache = Path(os.environ["GOCACHE"])
            for path in () if cache.exists() else settings["go"]["caches"]:
                fill_cache(root / path, cache)
        os.chdir(copy.folder)
        code = _test(command, settings, xml, profile)
        os.chdir(root)
        workspace = os.environ.get("BUILD_WORKSPACE_DIRECTORY")
        for path in copy.write_back(Path(workspace)) if workspace and settings["main"] else ():
            sys.stderr.write(f"go_test: wrote {path}\n")
    return code


def _test(command: list[str], settings: Mapping[str, Any], xml: Path, profile: Path | None) -> int:
    """Run the program in the working directory, and write the report that Bazel asks for; return its exit status."""
    os.environ["PWD"] = str(Path.cwd())
    if not os.environ.get("XML_OUTPUT_FILE") and not profile:
        sys.stdout.flush()
        if settings.get("copied"):
            return run_visibly(command)
        os.execv(command[0], command)  # noqa: S606
    report, started = Report(), time.monotonic()
    code = run([command[0], "-test.v=test2json", *command[1:]], report)
    text = report.to_xml(settings["importpath"], time.monotonic() - started, code)
    if os.environ.get("XML_OUTPUT_FILE"):
        xml.write_text(text, encoding="utf-8")
    return code


def _profile(settings: Mapping[str, Any]) -> Path | None:
    """Return the file for the program's coverage profile, or None where none is measured."""
    folder = os.environ.get("COVERAGE_DIR")
    return Path(folder, "go.profile").absolute() if folder and "covered" in settings else None


def _report(root: Path, settings: Mapping[str, Any], profile: Path) -> None:
    """Write the profile once more as a trace file, which Bazel merges with those of other languages."""
    files = (f"--profile={profile}", f"--sources={root / settings['covered']}")
    _python(str(root / settings["lcov"]), *files, f"--output_file={profile.with_suffix('.dat')}")


def _programs(profile: Path) -> Path:
    """Return the folder for the counts of programs that the tests start, which GOCOVERDIR then names."""
    folder = profile.with_name("go-programs")
    folder.mkdir(exist_ok=True)
    os.environ["GOCOVERDIR"] = str(folder)
    return folder


def _python(*arguments: str) -> None:
    """Run a program of these rules; where it fails, it tells why, and the test fails."""
    if subprocess.run([sys.executable, "-I", "-S", *arguments], check=False).returncode:
        sys.exit(1)


def _runfiles() -> Path | None:
    """Return the folder of runfiles, absolute."""
    places = [os.environ.get(name) for name in ("RUNFILES_DIR", "TEST_SRCDIR")]
    for place in [*places, sys.argv[0] + ".runfiles"]:
        if place and Path(place).is_dir():
            return Path(place).absolute()
    return None


if __name__ == "__main__":
    sys.exit(main())
