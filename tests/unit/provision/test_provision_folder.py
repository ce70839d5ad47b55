"""Folders that are made once, whatever happens meanwhile."""

import multiprocessing
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from support.fake_programs import RecordedLines

from gomod2bazel.base.errors import ToolError
from gomod2bazel.provision.folder import COMPLETE, completed, locked, make_once


def _fill(folder: Path) -> str:
    (folder / "content").write_text("whole")
    return "1.2.3"


def test_made_and_found_again(tmp_path: Path) -> None:
    folder = tmp_path / "deep" / "tool"
    assert completed(folder) is None
    assert make_once(folder, RecordedLines(), _fill) == "1.2.3"
    assert completed(folder) == "1.2.3"

    def unexpected(_: Path) -> str:
        raise AssertionError("made twice")

    assert make_once(folder, RecordedLines(), unexpected) == "1.2.3"


def test_incomplete_folder_is_made_anew(tmp_path: Path) -> None:
    folder = tmp_path / "tool"
    folder.mkdir()
    (folder / "half").write_text("rest of a killed run")
    make_once(folder, RecordedLines(), _fill)
    assert sorted(p.name for p in folder.iterdir()) == sorted([COMPLETE, "content"])


@pytest.mark.parametrize("error", [ToolError("no network"), KeyboardInterrupt()])
def test_failure_leaves_nothing(tmp_path: Path, error: BaseException) -> None:
    folder = tmp_path / "tool"

    def fail(into: Path) -> str:
        (into / "half").write_text("half")
        raise error

    with pytest.raises(type(error)):
        make_once(folder, RecordedLines(), fail)
    assert [p.name for p in tmp_path.iterdir()] == [".tool.lock"]


def test_full_disk_is_a_clear_error(tmp_path: Path) -> None:
    def fail(_: Path) -> str:
        raise OSError(28, "No space left on device")

    with pytest.raises(ToolError, match="No space left on device") as caught:
        make_once(tmp_path / "tool", RecordedLines(), fail)
    assert "XDG_CACHE_HOME" in caught.value.hint


def test_parent_that_is_a_file_is_a_clear_error(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(ToolError, match="cannot set up"):
        make_once(tmp_path / "file" / "tool", RecordedLines(), _fill)


def _slow_once(folder: Path, counter: Path) -> None:
    def make(_: Path) -> str:
        with counter.open("a") as out:
            out.write("made\n")
        time.sleep(0.3)
        return "done"

    assert make_once(folder, RecordedLines(), make) == "done"


def test_two_at_once_make_it_once(tmp_path: Path) -> None:
    context = multiprocessing.get_context("spawn")
    arguments = (tmp_path / "tool", tmp_path / "counter")
    processes = [context.Process(target=_slow_once, args=arguments) for _ in range(3)]
    for process in processes:
        process.start()
    for process in processes:
        process.join(60)
    assert [p.exitcode for p in processes] == [0, 0, 0]
    assert (tmp_path / "counter").read_text() == "made\n"


def test_lock_ends_with_a_killed_holder(tmp_path: Path) -> None:
    program = (
        "import sys, time, pathlib\n"
        "from gomod2bazel.provision.folder import locked\n"
        "with locked(pathlib.Path(sys.argv[1]), print):\n"
        "    print('held', flush=True)\n"
        "    time.sleep(60)\n"
    )
    root = Path(__file__).parents[3]
    holder = subprocess.Popen(
        [sys.executable, "-c", program, tmp_path / "tool"],
        stdout=subprocess.PIPE,
        text=True,
        env={**os.environ, "PYTHONPATH": str(root)},
    )
    with holder:
        assert holder.stdout is not None
        assert holder.stdout.readline() == "held\n"
        holder.send_signal(signal.SIGKILL)
        holder.wait(30)
    said = RecordedLines()
    with locked(tmp_path / "tool", said):
        assert said == []
