"""Stages of `tools/test`: lanes run side by side, output stays whole, and the first failure ends the run."""

from __future__ import annotations

import sys
import time
from pathlib import Path

from stages import Stage, run_lanes

_MEET = """
import pathlib, sys, time
here, there = map(pathlib.Path, sys.argv[1:])
print("begin", here.name, flush=True)
here.touch()
end = time.monotonic() + 60
while not there.exists():
    assert time.monotonic() < end
    time.sleep(0.02)
print("Executed", here.name)
"""


def _stage(name: str, program: str, *arguments: str | Path, closing: str = "", **environment: str) -> Stage:
    argv = (sys.executable, "-c", program, *map(str, arguments))
    return Stage(name=name, argv=argv, cwd=Path("/"), closing=closing, environment=environment)


def test_lanes_run_side_by_side_and_print_whole(tmp_path: Path) -> None:
    shown: list[str] = []
    a, b = tmp_path / "a", tmp_path / "b"
    lanes = [[_stage("one", _MEET, a, b, closing="Executed")], [_stage("two", _MEET, b, a, closing="last")]]
    assert run_lanes(lanes, {}, 2, shown.append) == (0, ["Executed a", "Executed b"])
    assert sorted(shown[:2]) == ["==> one\n", "==> two\n"]
    assert sorted(text.partition("<==")[0] for text in shown[2:]) == ["begin a\nExecuted a\n", "begin b\nExecuted b\n"]


def test_stages_of_a_lane_follow_each_other(tmp_path: Path) -> None:
    make, take = "open('f', 'w').write('x')", "assert open('f').read() == 'x'"
    lane = [Stage(name=text, argv=(sys.executable, "-c", text), cwd=tmp_path) for text in (make, take)]
    assert run_lanes([lane], {}, 2, lambda _: None) == (0, [])


def test_the_first_failure_is_told_and_stops_the_others(tmp_path: Path) -> None:
    shown: list[str] = []
    began = time.monotonic()
    # A shell starts what is in its background with SIGINT ignored.
    wait = f"""
import pathlib, signal, time
signal.signal(signal.SIGINT, signal.default_int_handler)
pathlib.Path({str(tmp_path / "up")!r}).touch()
time.sleep(120)
"""
    fail = f"""
import pathlib, time
while not pathlib.Path({str(tmp_path / "up")!r}).exists(): time.sleep(0.02)
print("what is wrong"); raise SystemExit(3)
"""
    lanes = [[_stage("long", wait)], [_stage("bad", fail, "a b"), _stage("next", "print(1)")], [_stage("third", "")]]
    code, closing = run_lanes(lanes, {}, 2, shown.append)
    assert code == 1
    assert time.monotonic() - began < 60
    assert closing[-1].startswith("failed: bad; again: (cd / && ")
    assert closing[-1].endswith(" 'a b')")
    text = "".join(shown)
    assert "what is wrong\n<== bad: exit 3, " in text
    assert "<== long: stopped, " in text
    assert "==> next" not in text
    assert "==> third" not in text


def test_variables_of_a_stage_are_its_own() -> None:
    shown: list[str] = []
    program = "import os; print(os.environ['A'], os.environ.get('B'))"
    run_lanes([[_stage("one", program, B="b"), _stage("two", program)]], {"A": "a"}, 1, shown.append)
    assert [text.splitlines()[0] for text in shown if "<==" in text] == ["a b", "a None"]
