"""Run other programs: argument lists only, a deadline on each, and what failed shown whole."""

from __future__ import annotations

import contextlib
import os
import shlex
import signal
import subprocess
import threading
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from gomod2bazel.base.disk.files import file_error
from gomod2bazel.base.disk.working_folder import at_folder
from gomod2bazel.base.errors import Interrupted, ToolError

__all__ = ["Completed", "Runner", "SubprocessRunner"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Completed:
    """What a finished program left.

    Attributes:
        argv: the command as it was run.
        code: exit status; negative for a signal.
        out: standard output, decoded as UTF-8.
        err: standard error, decoded as UTF-8.
    """

    argv: tuple[str, ...]
    code: int
    out: str
    err: str

    def describe(self) -> str:
        """Return the command and both of its streams, for an error message."""
        streams = "".join(f"\n{text.rstrip()}" for text in (self.out, self.err) if text.strip())
        return f"{shlex.join(self.argv)}: exit status {self.code}{streams}"


class Runner(Protocol):
    """Runs a program to its end; tests put a fake in its place."""

    def run(
        self,
        argv: Sequence[str | Path],
        *,
        env: Mapping[str, str] | None = None,
        cwd: Path | None = None,
        stdin: str = "",
        timeout: float = 600.0,
    ) -> Completed:
        """Run ``argv`` with ``stdin`` as its input.

        Args:
            argv: program and arguments.
            env: the whole environment; None for the driver's own.
            cwd: working directory, which PWD then names; None for the driver's own.
            stdin: text for standard input.
            timeout: seconds until it is killed.

        Raises:
            ToolError: the program cannot be started, or the deadline passed.
            FileError: the folder does not exist.
            Interrupted: Ctrl-C arrived while it ran; the program has been stopped.
        """
        ...


class SubprocessRunner:
    """The real runner: each program in a separate process group, so that Ctrl-C stops its children too."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._running: set[subprocess.Popen[str]] = set()
        self._is_stopped = False

    def stop(self) -> None:
        """Kill the programs that other threads run, which Ctrl-C does not reach; none is started any more."""
        with self._lock:
            self._is_stopped = True
            for process in self._running:
                _kill(process)

    def run(
        self,
        argv: Sequence[str | Path],
        *,
        env: Mapping[str, str] | None = None,
        cwd: Path | None = None,
        stdin: str = "",
        timeout: float = 600.0,
    ) -> Completed:
        """See `Runner.run`."""
        command = tuple(str(a) for a in argv)
        process = self._start(command, at_folder(os.environ if env is None else env, cwd), cwd)
        try:
            out, err = process.communicate(stdin, timeout=timeout)
        except subprocess.TimeoutExpired as error:
            _stop(process)
            raise ToolError(f"{shlex.join(command)}: timed out after {timeout:.0f} s") from error
        except KeyboardInterrupt as error:
            _stop(process)
            raise Interrupted(f"interrupted: {shlex.join(command)}") from error
        finally:
            with self._lock:
                self._running.discard(process)
        if self._is_stopped:
            raise Interrupted(f"interrupted: {shlex.join(command)}")
        return Completed(argv=command, code=process.returncode, out=out, err=err)

    def _start(self, command: tuple[str, ...], env: Mapping[str, str], cwd: Path | None) -> subprocess.Popen[str]:
        # Also while it starts: a program that is not among those that run is not stopped.
        with self._lock:
            if self._is_stopped:
                raise Interrupted(f"interrupted: {shlex.join(command)}")
            try:
                process = subprocess.Popen(
                    command,
                    env=dict(env),
                    cwd=cwd,
                    stdin=subprocess.PIPE,
                    stdout=subprocess.PIPE,
                    stderr=subprocess.PIPE,
                    encoding="utf-8",
                    errors="surrogateescape",
                    process_group=0,
                )
            except OSError as error:
                if cwd is not None and not cwd.is_dir():
                    raise file_error("run a program in", cwd, error) from error
                raise ToolError(
                    f"cannot run {command[0]}: {error.strerror}", hint="gomod2bazel doctor shows what is missing"
                ) from error
            self._running.add(process)
            return process


def _stop(process: subprocess.Popen[str]) -> None:
    """Kill the whole group and wait, so that nothing of it is left behind."""
    _kill(process)
    process.communicate()


def _kill(process: subprocess.Popen[str]) -> None:
    # One that has ended and was waited for is not there any more: its number may be another's.
    with contextlib.suppress(ProcessLookupError):
        if process.returncode is None:
            os.killpg(process.pid, signal.SIGKILL)
