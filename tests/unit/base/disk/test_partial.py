"""Temporary files of runs that are gone are removed, those of others are not."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from pathlib import Path

from gomod2bazel.base.disk.partial import partial_name, remove_stale


def _of_another_process() -> tuple[subprocess.Popen[str], str]:
    program = (
        "import sys; from gomod2bazel.base.disk.partial import partial_name; print(partial_name(), flush=True); input()"
    )
    process = subprocess.Popen(
        [sys.executable, "-c", program], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    assert process.stdout
    return process, process.stdout.readline().strip()


def test_stale_files_are_those_of_processes_that_are_gone(tmp_path: Path) -> None:
    running, used = _of_another_process()
    killed, stale = _of_another_process()
    killed.kill()
    killed.communicate()
    own, elsewhere, old = partial_name(), f".gomod2bazel-00000000-1-{0:016}.tmp", f".gomod2bazel-11111111-1-{0:016}.tmp"
    kept = {used, own, elsewhere, "tool", ".gomod2bazel-user.tmp"}
    for name in (*kept, stale, old):
        (tmp_path / name).touch()
    os.utime(tmp_path / old, (1, time.time() - 2 * 24 * 60 * 60))
    folder = os.open(tmp_path, os.O_RDONLY)
    try:
        remove_stale(folder)
    finally:
        os.close(folder)
        running.communicate("\n")
    assert {path.name for path in tmp_path.iterdir()} == kept
