"""The fork server of the tests: a run is a separate process."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest
from support.fork_server import ForkServer

from gomod2bazel import __version__

SERVER = ForkServer()


@pytest.fixture
def environment(tmp_path: Path) -> Iterator[dict[str, str]]:
    yield {**os.environ, "XDG_CACHE_HOME": str(tmp_path / "cache")}


def test_output_and_exit_code(tmp_path: Path, environment: dict[str, str]) -> None:
    assert SERVER.run(["version"], tmp_path, 60, environment) == (0, f"gomod2bazel {__version__}\n".encode(), b"")
    code, out, err = SERVER.run(["frobnicate"], tmp_path, 60, environment)
    assert (code, out) == (2, b"")
    assert err.startswith(b"gomod2bazel: error: unknown command 'frobnicate'\n")


def test_each_run_has_its_folder_and_environment(tmp_path: Path, environment: dict[str, str]) -> None:
    for name in ("a", "b"):
        (tmp_path / name).mkdir()
    (tmp_path / "a" / "file").touch()
    flags = ["index", "-destination", "file"]
    in_a, in_b = (SERVER.run(flags, tmp_path / name, 60, environment) for name in ("a", "b"))
    assert (in_a[0], in_b[0]) == (1, 2)
    nowhere = {name: value for name, value in environment.items() if name not in ("HOME", "XDG_CACHE_HOME")}
    assert b"XDG_CACHE_HOME" in SERVER.run(flags, tmp_path / "a", 60, nowhere)[2]
    assert SERVER.run(flags, tmp_path / "a", 60, environment) == in_a


def test_a_run_that_takes_too_long_is_killed(tmp_path: Path, environment: dict[str, str]) -> None:
    (tmp_path / "go").write_text(f"#!/bin/sh\ntouch {tmp_path}/started\nexec sleep 4\n")
    (tmp_path / "go").chmod(0o755)
    (tmp_path / "go.mod").write_text("module example.com/m\n")
    slow = {**environment, "PATH": f"{tmp_path}:{environment['PATH']}"}
    with pytest.raises(subprocess.TimeoutExpired):
        SERVER.run(["list", "."], tmp_path, 2, slow)
    assert (tmp_path / "started").exists()
    assert SERVER.run(["version"], tmp_path, 60, environment)[0] == 0


@pytest.mark.parametrize("name", ["LC_ALL", "LANG", "PYTHONUTF8", "PYTHONWARNINGS"])
def test_what_python_reads_when_it_starts(name: str, environment: dict[str, str]) -> None:
    assert SERVER.accepts(environment)
    assert not SERVER.accepts({**environment, name: "x"})
    assert SERVER.accepts({**environment, "PATH": "x", "PYTHONPATH": "x"})
