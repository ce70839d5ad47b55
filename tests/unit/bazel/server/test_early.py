"""Bazel's server starts while something else is done. If it does not start, that is not an error yet."""

from __future__ import annotations

import hashlib
import os
from pathlib import Path

import pytest

from gomod2bazel.bazel.server.bazel import Bazel
from gomod2bazel.bazel.server.early import starting_server

CLIENT = """\
#!/bin/sh
echo "$@" >> {log}
{then}
"""


def _bazel(folder: Path, then: str = "") -> Bazel:
    program = folder / "bazel"
    program.write_text(CLIENT.format(log=folder / "log", then=then))
    program.chmod(0o755)
    (folder / "workspace").mkdir()
    return Bazel(
        command=(str(program),),
        workspace=folder / "workspace",
        output_user_root=folder / "root",
        environment={"PATH": os.environ["PATH"]},
    )


def _called(folder: Path) -> list[str]:
    log = folder / "log"
    return log.read_text().split() if log.exists() else []


def test_the_client_has_ended_afterwards(tmp_path: Path) -> None:
    with starting_server(_bazel(tmp_path, "sleep 0.3; echo done >> {}".format(tmp_path / "log"))):
        pass
    words = _called(tmp_path)
    assert words[-3:] == ["info", "server_pid", "done"]
    assert "--noblock_for_lock" in words


def test_a_server_that_runs_is_left_alone(tmp_path: Path) -> None:
    bazel = _bazel(tmp_path)
    name = hashlib.md5(os.fsencode(bazel.workspace.resolve()), usedforsecurity=False).hexdigest()
    (tmp_path / "root" / name / "server").mkdir(parents=True)
    (tmp_path / "root" / name / "server" / "server.pid.txt").touch()
    with starting_server(bazel):
        pass
    assert _called(tmp_path) == []


def test_who_fails_meanwhile_does_not_wait_for_it(tmp_path: Path) -> None:
    with pytest.raises(KeyboardInterrupt), starting_server(_bazel(tmp_path, "exec sleep 60")):
        raise KeyboardInterrupt


@pytest.mark.parametrize("then", ["exit 37", "echo no >&2; exit 1"])
def test_a_client_that_fails(then: str, tmp_path: Path) -> None:
    with starting_server(_bazel(tmp_path, then)):
        pass
    assert _called(tmp_path)


def test_a_program_that_does_not_run(tmp_path: Path) -> None:
    bazel = _bazel(tmp_path)
    Path(bazel.command[0]).unlink()
    with starting_server(bazel):
        pass
