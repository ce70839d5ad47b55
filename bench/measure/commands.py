"""Running the commands of one side, and measuring them."""

from __future__ import annotations

import os
import select
import shlex
import subprocess
import tempfile
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from bench.measure.accounts import Account
from bench.measure.errors import BenchError
from bench.measure.processes import forget_peak, peak_memory
from bench.measure.usage import Usage

__all__ = ["Command", "measure", "run"]

_SAMPLE = 0.01
"""Seconds between two looks at the memory of a command at first; later a hundredth of the time so far."""

_LONGEST_SAMPLE = 0.1
"""Seconds between two looks after a while: the peak is kept by the kernel, so only a late rise can be missed."""

_TEND = 0.1
"""Seconds between two times of looking for orphans."""

_TIMEOUT = 3600.0
"""Seconds after which a command is taken for stuck."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Command:
    """What to run: the words, where, and the environment."""

    argv: tuple[str, ...]
    cwd: Path
    environment: Mapping[str, str]


@dataclass(slots=True)
class _Running:
    """A command that runs."""

    command: Command
    process: subprocess.Popen[bytes]
    output: IO[bytes]
    messages: IO[bytes]
    descriptor: int
    ends_by: float
    memory: int = 0
    largest: int = 0
    text: str = ""

    @classmethod
    def start(cls, command: Command, words: tuple[str, ...]) -> _Running:
        output, messages = tempfile.TemporaryFile(), tempfile.TemporaryFile()  # noqa: SIM115 - closed by finish
        process = subprocess.Popen(
            [*words, *command.argv],
            cwd=command.cwd,
            env=dict(command.environment),
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=messages,
        )
        ends_by = time.monotonic() + _TIMEOUT
        return cls(command, process, output, messages, os.pidfd_open(process.pid), ends_by)

    def look(self) -> None:
        """Note the memory of the command's process."""
        self.memory = max(self.memory, peak_memory(self.process.pid) or 0)
        if time.monotonic() > self.ends_by:
            self.process.kill()

    def finish(self) -> None:
        """Wait for the process, which has ended, and check that it succeeded."""
        os.close(self.descriptor)
        _, status, used = os.wait4(self.process.pid, 0)
        self.process.returncode = os.waitstatus_to_exitcode(status)
        self.largest = used.ru_maxrss * 1024
        with self.output, self.messages:
            self.text = _content(self.output)
            if self.process.returncode:
                raise BenchError(_failure(self.command, self.process.returncode, self.text + _content(self.messages)))


def measure(
    commands: Sequence[Command],
    account: Account,
    server: Path | None = None,
    *,
    at_once: bool = False,
    synced: bool = True,
) -> Usage:
    """Run commands, one after the other or all at once, and return what they used.

    Args:
        commands: What to run.
        account: Counts processor time.
        server: The output user root of the Bazel server that they use.
        at_once: Whether to start all before waiting for any.
        synced: Whether what earlier commands wrote is on the disk first, so that it is not written during these.

    Raises:
        BenchError: A command failed; the others that run are waited for.
    """
    for pid in _servers(server):
        forget_peak(pid)
    if synced:
        os.sync()
    groups = [list(commands)] if at_once else [[command] for command in commands]
    before, started = account.seconds(), time.monotonic()
    finished = [running for group in groups for running in _run_group(group, account)]
    wall = time.monotonic() - started
    peaks = [peak for pid in _servers(server) if (peak := peak_memory(pid)) is not None]
    return Usage(
        wall=wall,
        cpu=account.seconds() - before,
        command_memory=max((running.memory for running in finished), default=0),
        largest_memory=max((running.largest for running in finished), default=0),
        server_memory=max(peaks, default=None),
    )


def _run_group(commands: Sequence[Command], account: Account) -> list[_Running]:
    running = [_Running.start(command, account.words) for command in commands]
    by_descriptor = {item.descriptor: item for item in running}
    poll, started = select.poll(), time.monotonic()
    tended = started
    for descriptor in by_descriptor:
        poll.register(descriptor, select.POLLIN)
    failures = []
    while by_descriptor:
        pause = min(max(_SAMPLE, (time.monotonic() - started) / 100), _LONGEST_SAMPLE)
        ready = poll.poll(pause * 1000)
        for item in by_descriptor.values():
            item.look()
        for descriptor, _ in ready:
            poll.unregister(descriptor)
            try:
                by_descriptor.pop(descriptor).finish()
            except BenchError as error:
                failures.append(error)
        if time.monotonic() - tended > _TEND:
            account.tend([item.process.pid for item in by_descriptor.values()])
            tended = time.monotonic()
    if failures:
        raise failures[0]
    return running


def _servers(root: Path | None) -> list[int]:
    """Return the processes of the Bazel servers below an output user root."""
    if root is None:
        return []
    files = root.glob("*/server/server.pid.txt")
    return [int(text) for path in files if (text := path.read_text(encoding="ascii").strip()).isdigit()]


def run(command: Command, account: Account) -> str:
    """Run a command whose time does not matter; return what it printed on standard output.

    Args:
        command: What to run.
        account: That of the side: a Bazel server that starts now is measured later.

    Raises:
        BenchError: The command failed.
    """
    return _run_group([command], account)[0].text


def _content(file: IO[bytes]) -> str:
    file.seek(0)
    return file.read().decode(errors="replace")


def _failure(command: Command, code: int, text: str) -> str:
    return f"exit {code} in {command.cwd}: {shlex.join(command.argv)}\n{text[-4000:]}"
