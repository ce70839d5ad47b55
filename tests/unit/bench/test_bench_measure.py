"""What commands of the bench use is measured: time, processor time of all that they start, and memory."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from bench.measure.accounts import ProcessTree, account_for
from bench.measure.commands import Command, measure, run
from bench.measure.errors import BenchError
from bench.measure.result import Result
from bench.measure.usage import Usage
from bench.scenarios.rounds import Contender, run_rounds

ROOT = Path(__file__).resolve().parents[3]

_BUSY = "import time\nend = time.process_time() + 0.1\nwhile time.process_time() < end: pass\n"

# The one who starts it does not wait, as Bazel's client does not wait for its server.
_DAEMON = f"""
import subprocess, sys
argv = [sys.executable, "-c", {_BUSY!r} + "print(flush=True); time.sleep(20)"]
daemon = subprocess.Popen(argv, stdout=subprocess.PIPE, start_new_session=True)
{_BUSY}
daemon.stdout.readline()
"""

_MEASURE = """
import os, sys
from pathlib import Path
from bench.measure.accounts import ProcessTree, account_for, adopt_orphans
from bench.measure.commands import Command, measure
adopt_orphans()
os.sync = lambda: None
account = account_for("test") if sys.argv[1] == "any" else ProcessTree()
command = Command(argv=(sys.executable, "-c", sys.argv[2]), cwd=Path("/"), environment={})
used = measure([command], account)
print(account.source, used.cpu)
account.close()
"""


@pytest.fixture(autouse=True)
def _no_sync(monkeypatch: pytest.MonkeyPatch) -> None:
    """To wait for the disk takes longer than everything else here."""
    monkeypatch.setattr(os, "sync", lambda: None)


def command(*argv: str, cwd: Path = Path("/")) -> Command:
    return Command(argv=argv, cwd=cwd, environment={"PATH": "/usr/bin:/bin"})


@pytest.mark.parametrize("account", ["any", "tree"])
def test_time_of_a_process_that_goes_on_counts(account: str) -> None:
    # In a process of its own: orphans become its children, and end with it.
    argv = [sys.executable, "-c", _MEASURE, account, _DAEMON]
    done = subprocess.run(argv, cwd=ROOT, env={"PYTHONPATH": str(ROOT)}, capture_output=True, text=True, timeout=60)
    assert done.returncode == 0, done.stderr
    *source, seconds = done.stdout.split()
    assert " ".join(source) in ("control group", "/proc")
    assert 0.18 < float(seconds) < 1.5


def test_wall_time_of_commands_in_a_row_and_at_once() -> None:
    account = account_for("wall")
    sleeps = [command("sleep", "0.2")] * 3
    row, together = measure(sleeps, account), measure(sleeps, account, at_once=True)
    account.close()
    assert row.wall >= 0.6
    assert 0.2 <= together.wall < row.wall


def test_memory_is_that_of_the_command_itself() -> None:
    child = "x = bytearray(80_000_000)"
    text = f"import subprocess, sys, time\nsubprocess.run([sys.executable, '-c', '{child}'])\ntime.sleep(0.05)"
    account = account_for("memory")
    used = measure([command(sys.executable, "-c", text)], account)
    account.close()
    assert 1_000_000 < used.command_memory < 60_000_000
    assert used.largest_memory > 80_000_000
    assert used.server_memory is None


def test_a_command_that_fails_is_named_with_what_it_printed() -> None:
    account = account_for("fails")
    failing = command("sh", "-c", "echo shown; echo why >&2; exit 7")
    for measured in (lambda: run(failing, account), lambda: measure([failing], account)):
        with pytest.raises(BenchError, match=r"(?s)exit 7 in /: sh -c .*shown\nwhy"):
            measured()
    assert run(command("echo", "answer"), account) == "answer\n"
    account.close()


def test_what_fails_at_once_waits_for_the_others(tmp_path: Path) -> None:
    account = account_for("others")
    commands = [command("false"), command("sh", "-c", "sleep 0.3; touch ended", cwd=tmp_path)]
    with pytest.raises(BenchError):
        measure(commands, account, at_once=True)
    account.close()
    assert (tmp_path / "ended").exists()


def test_processes_can_be_excluded() -> None:
    text = _BUSY + "print('busy', flush=True)\ntime.sleep(20)"
    with subprocess.Popen([sys.executable, "-c", text], stdout=subprocess.PIPE) as busy:
        try:
            counted, excluding = ProcessTree(), ProcessTree(lambda: {busy.pid})
            assert busy.stdout
            assert busy.stdout.readline() == b"busy\n"
            assert counted.seconds() - excluding.seconds() > 0.08
        finally:
            busy.kill()


def _rounds(count: int, binaries: list[dict[str, str]]) -> tuple[list[str], Result]:
    log: list[str] = []

    def contender(name: str, made: dict[str, str]) -> Contender:
        def timed() -> Usage:
            log.append(name)
            return Usage(wall=1, cpu=1)

        return Contender(
            name=name, prepare=lambda number: log.append(f"{name}{number}"), run=timed, binaries=lambda: made
        )

    made = [contender(name, files) for name, files in zip("ab", binaries, strict=True)]
    return log, run_rounds("cold", "m", made, count)


def test_the_side_that_begins_changes() -> None:
    log, made = _rounds(3, [{"x": "1"}, {"x": "1"}])
    assert " ".join(log) == "a1 b1 a b a2 b2 b a a3 b3 a b"
    assert [item.order for item in made.rounds] == [("a", "b"), ("b", "a"), ("a", "b")]
    assert (made.rounds[0].binaries, made.different) == (1, ())


@pytest.mark.parametrize("theirs", [{"x": "1", "y": "3"}, {"x": "1"}])
def test_binaries_that_differ_or_are_missing(theirs: dict[str, str]) -> None:
    _, made = _rounds(1, [{"x": "1", "y": "2"}, theirs])
    assert made.different == ("y",)


def test_to_build_nothing_is_an_error() -> None:
    with pytest.raises(BenchError, match="no side built a binary"):
        _rounds(1, [{}, {}])
