"""Running programs: streams, deadlines, and what is left of a program that was stopped."""

from __future__ import annotations

import os
import signal
import threading
import time
from pathlib import Path

import pytest

from gomod2bazel.base.errors import Interrupted, ToolError
from gomod2bazel.base.process.runner import Completed, SubprocessRunner

RUNNER = SubprocessRunner()


def test_returns_streams_and_status(tmp_path: Path) -> None:
    done = RUNNER.run(
        ["sh", "-c", 'cat; echo "$A-$HOME" >&2; pwd; exit 3'],
        env={"A": "1", "PATH": os.environ["PATH"]},
        cwd=tmp_path,
        stdin="in\n",
    )
    assert (done.code, done.out, done.err) == (3, f"in\n{tmp_path}\n", "1-\n"), "the environment is the given one alone"
    assert done.argv[0] == "sh"


def test_odd_bytes_survive() -> None:
    assert RUNNER.run(["printf", r"\377"]).out.encode("utf-8", "surrogateescape") == b"\xff"


def test_no_shell_reads_arguments() -> None:
    assert RUNNER.run(["echo", "$(echo x); *"]).out == "$(echo x); *\n"


def test_missing_program() -> None:
    with pytest.raises(ToolError, match="cannot run /nowhere/tool: No such file") as caught:
        RUNNER.run(["/nowhere/tool", "x"])
    assert "doctor" in caught.value.hint


def _gone(pid: int) -> bool:
    for _ in range(100):
        try:
            state = Path(f"/proc/{pid}/stat").read_text(encoding="utf-8").rpartition(")")[2].split()[0]
        except FileNotFoundError:
            return True
        if state == "Z":
            return True
        time.sleep(0.05)
    return False


def test_deadline_stops_children_too(tmp_path: Path) -> None:
    script = f"sleep 60 & echo $! > {tmp_path}/pid; wait"
    started = time.monotonic()
    with pytest.raises(ToolError, match=r"sleep 60.*timed out after 1 s"):
        RUNNER.run(["sh", "-c", script], timeout=1)
    assert time.monotonic() - started < 30
    assert _gone(int((tmp_path / "pid").read_text(encoding="utf-8")))


def test_ctrl_c_stops_the_program(tmp_path: Path) -> None:
    timer = threading.Timer(0.5, os.kill, (os.getpid(), signal.SIGINT))
    timer.start()
    started = time.monotonic()
    with pytest.raises(Interrupted, match="interrupted: sh"):
        RUNNER.run(["sh", "-c", f"sleep 60 & echo $! > {tmp_path}/pid; wait"])
    timer.join()
    assert time.monotonic() - started < 30
    assert _gone(int((tmp_path / "pid").read_text(encoding="utf-8")))


@pytest.mark.parametrize(
    ("out", "err", "text"),
    [
        ("", "", "go list 'a b': exit status 1"),
        ("made\n", "", "go list 'a b': exit status 1\nmade"),
        ("made\n", "broke\n\n", "go list 'a b': exit status 1\nmade\nbroke"),
    ],
)
def test_describe(out: str, err: str, text: str) -> None:
    assert Completed(argv=("go", "list", "a b"), code=1, out=out, err=err).describe() == text


def test_programs_of_other_threads_are_stopped(tmp_path: Path) -> None:
    runner = SubprocessRunner()
    ended: list[str] = []

    def run() -> None:
        with pytest.raises(Interrupted, match="interrupted: sh"):
            runner.run(["sh", "-c", f"sleep 60 & echo $! > {tmp_path}/pid; wait"])
        ended.append("ended")

    thread = threading.Thread(target=run)
    thread.start()
    started = time.monotonic()
    while not (tmp_path / "pid").exists() or not (tmp_path / "pid").read_text(encoding="utf-8"):
        assert time.monotonic() - started < 30
        time.sleep(0.01)
    runner.stop()
    thread.join(30)
    assert ended == ["ended"]
    assert _gone(int((tmp_path / "pid").read_text(encoding="utf-8")))
    with pytest.raises(Interrupted, match="interrupted: true"):
        runner.run(["true"])
    assert SubprocessRunner().run(["true"]).code == 0
