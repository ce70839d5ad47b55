"""Run stages side by side, up to the first that fails; each stage's output is printed whole when it ends."""

from __future__ import annotations

import shlex
import signal
import subprocess
import tempfile
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path

__all__ = ["Stage", "run_lanes"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Stage:
    """One command.

    Attributes:
        name: what the summary calls it.
        argv: program and arguments.
        cwd: where it runs.
        closing: which lines of its output the summary repeats: "last", those that start with these words, or none.
        environment: variables that only this stage has.
    """

    name: str
    argv: tuple[str, ...]
    cwd: Path
    closing: str = ""
    environment: Mapping[str, str] = field(default_factory=dict)


Lane = Sequence[Stage]
"""Stages that run one after the other."""


def run_lanes(
    lanes: Sequence[Lane], environment: Mapping[str, str], at_once: int, show: Callable[[str], None]
) -> tuple[int, list[str]]:
    """Run ``lanes`` up to the first stage that fails; stages that still run then are interrupted.

    Args:
        lanes: in the order in which they begin.
        environment: of every stage.
        at_once: how many lanes run at the same time.
        show: prints text, and is called by one thread at a time.

    Returns:
        The exit code, 0 or 1, and the lines for the end of the output: those that stages close with, in the order of
        the lanes, then what failed.
    """
    run = _Run(environment=environment, show=show)
    with ThreadPoolExecutor(at_once) as pool:
        done = [pool.submit(run.lane, lane) for lane in lanes]
        try:
            closing = [line for future in done for line in future.result()]
        except BaseException:
            run.stop()
            raise
    return (1, [*closing, run.failure]) if run.failure else (0, closing)


@dataclass(slots=True, kw_only=True)
class _Run:
    """What the lanes of one run share.

    Attributes:
        failure: how to repeat the first stage that failed; empty while all is well.
    """

    environment: Mapping[str, str]
    show: Callable[[str], None]
    failure: str = ""
    _stopped: bool = False
    _running: set[subprocess.Popen[bytes]] = field(default_factory=set)
    _lock: threading.RLock = field(default_factory=threading.RLock)

    def lane(self, stages: Lane) -> list[str]:
        """Run the stages of a lane until one fails or all stop; return the lines that they close with."""
        closing = []
        for stage in stages:
            began = time.monotonic()
            code, text = self._run(stage)
            if code is None:
                break
            closing += _closing_lines(stage, text)
            self._ended(stage, code, text, time.monotonic() - began)
        return closing

    def _run(self, stage: Stage) -> tuple[int | None, str]:
        """Run a stage; return its exit code, None where it was not begun, and its output."""
        # A file: with a pipe, a server that a stage leaves behind would keep us waiting for its end.
        with tempfile.TemporaryFile() as output:
            with self._lock:
                if self._stopped:
                    return None, ""
                self.show(f"==> {stage.name}\n")
                process = subprocess.Popen(
                    stage.argv,
                    cwd=stage.cwd,
                    env={**self.environment, **stage.environment},
                    stdin=subprocess.DEVNULL,
                    stdout=output,
                    stderr=subprocess.STDOUT,
                )
                self._running.add(process)
            code = process.wait()
            with self._lock:
                self._running.discard(process)
            output.seek(0)
            return code, output.read().decode("utf-8", "replace")

    def _ended(self, stage: Stage, code: int, text: str, seconds: float) -> None:
        """Print what a stage wrote and how it ended; a failure stops all others."""
        with self._lock:
            word = "ok" if code == 0 else "stopped" if self._stopped else f"exit {code}"
            self.show(f"{text}<== {stage.name}: {word}, {seconds:.1f} s\n")
            if code and not self._stopped:
                again = f"(cd {shlex.quote(str(stage.cwd))} && {shlex.join(stage.argv)})"
                self.failure = f"failed: {stage.name}; again: {again}"
                self.stop()

    def stop(self) -> None:
        """Begin no other stage, and interrupt those that run, as Ctrl-C does."""
        with self._lock:
            self._stopped = True
            for process in self._running:
                process.send_signal(signal.SIGINT)


def _closing_lines(stage: Stage, text: str) -> list[str]:
    lines = [line.rstrip() for line in text.splitlines() if line.strip()]
    if stage.closing == "last":
        return lines[-1:]
    return [line for line in lines if stage.closing and line.startswith(stage.closing)]
