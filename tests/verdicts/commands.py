"""Run a long command with a time limit, its output in a log file, and a line on standard error when it ends."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

__all__ = ["Finished", "Limits", "run_logged"]


# Words of a command.
_SHOWN = 6


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """How much a comparison may take.

    Attributes:
        jobs: How many actions or tests run at the same time.
        test: The seconds after which a test program is stopped, and fails.
        command: The seconds after which a whole command is stopped; what it reported until then counts.
    """

    jobs: int = 2
    test: int = 600
    command: int = 7200


@dataclass(frozen=True, slots=True, kw_only=True)
class Finished:
    """What a command left.

    Attributes:
        code: Its exit status; None where it was stopped at the time limit.
        log: The file with all that it printed.
    """

    code: int | None
    log: Path

    @property
    def lines(self) -> list[str]:
        """What the command printed."""
        return self.log.read_text(encoding="utf-8", errors="replace").splitlines()


def run_logged(
    command: Sequence[str], cwd: Path, environment: Mapping[str, str], log: Path, *, limit: float
) -> Finished:
    """Run a command to its end or to the time limit; then nothing that it started in its process group is left.

    Args:
        command: The words of the command.
        cwd: Where it runs.
        environment: All variables that it gets.
        log: The file for its output.
        limit: Seconds.
    """
    began = time.monotonic()
    log.parent.mkdir(parents=True, exist_ok=True)
    with log.open("wb") as output:
        process = subprocess.Popen(
            command,
            cwd=cwd,
            env=dict(environment),
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            process_group=0,
        )
        try:
            code: int | None = process.wait(timeout=limit)
        except subprocess.TimeoutExpired:
            code = None
        finally:
            _stop(process)
    ended = f"exit status {code}" if code is not None else f"stopped after {limit:.0f} s"
    words = [word for word in command[1:] if not word.startswith("-")]
    shown = " ".join(words if len(words) < _SHOWN else [*words[:2], f"and {len(words) - 2} more"])
    sys.stderr.write(f"verdicts: {shown}: {ended}, {time.monotonic() - began:.0f} s ({log})\n")
    sys.stderr.flush()
    return Finished(code=code, log=log)


def _stop(process: subprocess.Popen[bytes]) -> None:
    try:
        os.killpg(process.pid, signal.SIGKILL)
    except ProcessLookupError:
        return
    process.wait()
