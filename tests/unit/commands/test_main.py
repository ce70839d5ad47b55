"""What a user sees of errors: message, hint, exit code, and no traceback."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from gomod2bazel import __main__ as main_module
from gomod2bazel import __version__, cli
from gomod2bazel.base.errors import (
    BuildError,
    Gomod2bazelError,
    InstallError,
    Interrupted,
    MissingModuleError,
    NetworkError,
    ToolError,
    TrustError,
    UsageError,
)
from gomod2bazel.base.process.session import Session

ROOT = Path(__file__).resolve().parents[3]
RUN = [sys.executable, "-P", "-m", "gomod2bazel"]


def _environment(tmp_path: Path) -> dict[str, str]:
    return {"PATH": os.environ["PATH"], "HOME": str(tmp_path), "PYTHONPATH": str(ROOT), "PYTHONWARNINGS": "error"}


def _run(tmp_path: Path, *arguments: str, **changes: str) -> subprocess.CompletedProcess[str]:
    environment = {**_environment(tmp_path), **changes}
    return subprocess.run(
        [*RUN, *arguments], env=environment, cwd=tmp_path, capture_output=True, text=True, timeout=60, check=False
    )


@pytest.mark.parametrize(
    ("arguments", "code", "err"),
    [
        (["build"], 2, "gomod2bazel: error: no INPUT given\nhint: gomod2bazel build [flags] example.com/m@version"),
        (["frobnicate"], 2, "gomod2bazel: error: unknown command 'frobnicate'\nhint: "),
        (["build", "-nonsense", "x"], 2, "gomod2bazel: error: flag provided but not defined: -nonsense\nhint: "),
        (["build", "-C", "/nowhere", "x"], 2, "gomod2bazel: error: -C /nowhere: no such folder"),
    ],
)
def test_usage(arguments: list[str], code: int, err: str, tmp_path: Path) -> None:
    done = _run(tmp_path, *arguments)
    assert (done.returncode, done.stdout) == (code, "")
    assert done.stderr.startswith(err)
    assert "Traceback" not in done.stderr


def test_data_goes_to_standard_output(tmp_path: Path) -> None:
    done = _run(tmp_path, "version")
    assert (done.returncode, done.stdout, done.stderr) == (0, f"gomod2bazel {__version__}\n", "")


def test_under_bazel_run_the_user_stands_elsewhere(tmp_path: Path) -> None:
    (tmp_path / "user" / "empty").mkdir(parents=True)
    done = _run(tmp_path, "build", "-C", "empty", BUILD_WORKING_DIRECTORY=str(tmp_path / "user"))
    assert "no INPUT given" in done.stderr
    done = _run(tmp_path, "build", "-C", "empty", "x", BUILD_WORKING_DIRECTORY=str(tmp_path))
    assert "-C empty: no such folder" in done.stderr


def test_without_arguments_it_prints_an_overview(tmp_path: Path) -> None:
    done = _run(tmp_path)
    assert (done.returncode, done.stderr) == (0, "")
    assert "gomod2bazel COMMAND" in done.stdout


@pytest.mark.parametrize(
    ("error", "code"),
    [
        (BuildError("what"), 1),
        (InstallError("what"), 1),
        (UsageError("what"), 2),
        (MissingModuleError("what"), 3),
        (NetworkError("what"), 6),
        (TrustError("what"), 4),
        (ToolError("what"), 5),
        (Interrupted("what"), 130),
    ],
)
def test_each_error_has_its_exit_code(
    error: Gomod2bazelError, code: int, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def fail(argv: list[str], session: Session) -> int:
        raise error

    monkeypatch.setattr(cli, "run_command", fail)
    assert main_module.main(["build"]) == code
    word = "" if isinstance(error, Interrupted) else "error: "
    assert capsys.readouterr().err == f"gomod2bazel: {word}what\n"


def test_where_and_hint(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    def fail(argv: list[str], session: Session) -> int:
        raise MissingModuleError("no\udcff", where="go.mod:3", hint="do this")

    monkeypatch.setattr(cli, "run_command", fail)
    main_module.main(["build"])
    said = capsys.readouterr().err
    assert said == "gomod2bazel: error: go.mod:3: no\\udcff\nhint: do this\n", "odd bytes of file names too"


def test_ctrl_c_before_any_program_runs(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    def fail(argv: list[str], session: Session) -> int:
        raise KeyboardInterrupt

    monkeypatch.setattr(cli, "run_command", fail)
    assert main_module.main(["build"]) == 130
    assert capsys.readouterr().err == "gomod2bazel: interrupted\n"


def test_a_reader_that_has_gone_is_no_failure(tmp_path: Path) -> None:
    reader, writer = os.pipe()
    os.close(reader)
    with subprocess.Popen(
        [*RUN, "help"], env=_environment(tmp_path), stdout=writer, stderr=subprocess.PIPE, text=True
    ) as process:
        os.close(writer)
        _, err = process.communicate(timeout=60)
    assert (process.returncode, err) == (0, "")


SLOW_GO = """#!/bin/sh
case $1 in
version) echo go version go1.99.0 linux/amd64 ;;
*) touch "$HOME/started"; sleep 60 ;;
esac
"""


def test_ctrl_c_while_go_runs(tmp_path: Path) -> None:
    (tmp_path / "bin").mkdir()
    fake = tmp_path / "bin" / "go"
    fake.write_text(SLOW_GO, encoding="utf-8")
    fake.chmod(0o755)
    environment = {**_environment(tmp_path), "PATH": f"{fake.parent}{os.pathsep}{os.environ['PATH']}"}
    command = [*RUN, "list", "example.com/m@v1.0.0"]
    with subprocess.Popen(
        command, env=environment, cwd=tmp_path, stderr=subprocess.PIPE, text=True, process_group=0
    ) as process:
        for _ in range(200):
            if (tmp_path / "started").exists():
                break
            time.sleep(0.05)
        os.killpg(process.pid, signal.SIGINT)
        _, err = process.communicate(timeout=30)
    assert process.returncode == 130
    assert err.startswith("gomod2bazel: interrupted")
    assert "Traceback" not in err
