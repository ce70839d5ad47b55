"""A run's temporary files are gone when it ends, and when the next one begins where it was killed."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import tempfile
from pathlib import Path

import pytest

from gomod2bazel.base.disk.scratch import scratch_folder
from gomod2bazel.base.process.interrupts import held_back, interruptible

_RUN = """
import os, pathlib, signal, sys, tempfile
from gomod2bazel.base.process.interrupts import interruptible
from gomod2bazel.base.disk.scratch import scratch_folder
with interruptible(), scratch_folder(pathlib.Path(sys.argv[1])) as folder:
    with tempfile.TemporaryDirectory() as inner:
        assert pathlib.Path(inner).parent == folder
        print(folder, flush=True)
        sys.stdin.read()
"""


def _start(root: Path) -> tuple[subprocess.Popen[str], Path]:
    command = [sys.executable, "-c", _RUN, str(root)]
    process = subprocess.Popen(
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True
    )
    assert process.stdout
    return process, Path(process.stdout.readline().strip())


def test_temporary_files_are_in_the_folder_and_go_with_it(tmp_path: Path) -> None:
    with scratch_folder(tmp_path) as folder:
        assert tempfile.gettempdir() == str(folder)
        Path(folder, "left").mkdir(mode=0o500)
    assert tempfile.gettempdir() != str(folder)
    assert not folder.exists()


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_a_signal_ends_a_run_with_nothing_left(tmp_path: Path, number: signal.Signals) -> None:
    process, folder = _start(tmp_path)
    process.send_signal(number)
    process.communicate()
    assert process.returncode not in (0, -number.value if number != signal.SIGINT else 0)
    assert not folder.exists()


def test_what_a_killed_run_left_is_removed_and_what_others_use_is_not(tmp_path: Path) -> None:
    killed, left = _start(tmp_path)
    running, used = _start(tmp_path)
    killed.kill()
    killed.communicate()
    assert left.exists()
    (tmp_path / "stray").mkdir()
    with scratch_folder(tmp_path) as own:
        assert sorted(path.name for path in tmp_path.iterdir()) == sorted([".lock", used.name, own.name])
    running.communicate("")
    assert os.listdir(tmp_path) == [".lock"]  # noqa: PTH208


def test_a_signal_in_the_middle_of_a_step_waits_for_its_end() -> None:
    done = []
    with pytest.raises(KeyboardInterrupt), interruptible():
        with held_back():
            signal.raise_signal(signal.SIGTERM)
            done.append("step")
        done.append("after")
    assert done == ["step"]
