"""Where programs are looked for, and when another may take the place of one."""

from __future__ import annotations

import errno
import signal
import subprocess
from pathlib import Path

import pytest

from gomod2bazel.base.errors import ToolError
from gomod2bazel.base.process.programs import check_machine, which, whole_path
from gomod2bazel.base.process.runner import Completed


def test_no_program_of_the_current_folder_is_found(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for folder in ("here", "bin"):
        (tmp_path / folder).mkdir()
        (tmp_path / folder / "tool").write_text("#!/bin/sh\n", encoding="utf-8")
        (tmp_path / folder / "tool").chmod(0o755)
    monkeypatch.chdir(tmp_path / "here")
    assert which("tool", {"PATH": f".::../bin:{tmp_path}/bin"}) == tmp_path / "bin" / "tool"
    assert which("tool", {"PATH": ".:../bin"}) is None
    assert which("./tool", {"PATH": ""}) == tmp_path / "here" / "tool", "a name with a slash is a path"
    assert whole_path({"PATH": ".:/a:b:/c"}) == "/a:/c"


def _completed(code: int, err: str = "") -> Completed:
    return Completed(argv=("go", "env"), code=code, out="", err=err)


def _failed(cause: Exception) -> ToolError:
    error = ToolError("cannot run go")
    error.__cause__ = cause
    return error


@pytest.mark.parametrize(
    "failed",
    [
        _failed(OSError(errno.EIO, "Input/output error")),
        _failed(OSError(errno.EAGAIN, "Resource temporarily unavailable")),
        _failed(subprocess.TimeoutExpired("go", 60)),
        _completed(-signal.SIGKILL),
        _completed(2, "runtime: failed to create new OS thread: Resource temporarily unavailable\n"),
        _completed(1, "go: open /x: Too many open files\n"),
    ],
    ids=str,
)
def test_a_tool_that_the_machine_keeps_from_running_is_not_replaced(failed: ToolError | Completed) -> None:
    with pytest.raises(ToolError):
        check_machine(Path("/usr/bin/go"), failed)


@pytest.mark.parametrize(
    "failed",
    [
        _failed(OSError(errno.ENOEXEC, "Exec format error")),
        _failed(OSError(errno.ENOENT, "No such file or directory")),
        _completed(1, "go: cannot find GOROOT directory\n"),
        _completed(-signal.SIGSEGV),
    ],
    ids=str,
)
def test_a_broken_tool_may_be_replaced(failed: ToolError | Completed) -> None:
    check_machine(Path("/usr/bin/go"), failed)
