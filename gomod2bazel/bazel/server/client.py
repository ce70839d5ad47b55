"""Run a Bazel client: its messages line by line while it runs, and an orderly stop when the user asks for one."""

from __future__ import annotations

import os
import selectors
import signal
import subprocess
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from types import FrameType, TracebackType
from typing import IO, Self

from gomod2bazel.base.errors import ToolError
from gomod2bazel.base.process.interrupts import SIGNALS

__all__ = ["Client", "Ended"]

_TICK = 0.1
"""Seconds between two looks at the event stream, and until a signal is acted on, at most."""

_MEANS = (signal.SIGINT, signal.SIGINT, signal.SIGKILL)
"""What stops a client, in this order. A third SIGINT would make it kill the server; without its client the server stops
the build by itself."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Ended:
    """How a client ended.

    Attributes:
        code: its exit status; negative for a signal.
        interrupted: whether we were asked to stop while it ran.
    """

    code: int
    interrupted: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Client:
    """Where and how a client of Bazel is run.

    Attributes:
        environment: its whole environment.
        folder: its working directory.
        patience: seconds that an interrupted client has until it is interrupted again, and then until it is killed.
    """

    environment: Mapping[str, str]
    folder: Path
    patience: float = 10.0

    def run(
        self,
        argv: Sequence[str],
        *,
        on_line: Callable[[str], None],
        on_tick: Callable[[], None],
        out: IO[bytes] | None = None,
    ) -> Ended:
        """Run ``argv`` to its end, without input.

        SIGINT, SIGTERM and SIGHUP to this process become SIGINT to the client, which makes the server stop the build in
        order. The client runs in a separate process group, so that Ctrl-C on a terminal does not reach it a second
        time: Bazel takes the third one as an order to kill its server.

        Args:
            argv: program and arguments.
            on_line: called with each line of its standard error, without the line end.
            on_tick: called at least every tenth of a second while it runs, and once after its end.
            out: file for its standard output, byte for byte; None to throw that away.

        Raises:
            ToolError: it cannot be started.
        """
        with _Interrupts() as interrupts, self._start(argv, out) as process:
            assert process.stderr is not None  # noqa: S101  (a pipe, see Popen above)
            stopper = _Stopper(process=process, patience=self.patience)
            lines = _Lines(process.stderr, on_line)
            try:
                while not lines.ended and process.poll() is None:
                    lines.read(_TICK)
                    on_tick()
                    stopper.heed(interrupts.times)
                while process.poll() is None:  # its standard error is closed already
                    stopper.heed(interrupts.times)
                    with suppress(subprocess.TimeoutExpired):
                        process.wait(_TICK)
                lines.drain()
                on_tick()
            except BaseException:
                _abandon(process, self.patience)
                raise
            return Ended(code=process.returncode, interrupted=interrupts.times > 0)

    def _start(self, argv: Sequence[str], out: IO[bytes] | None) -> subprocess.Popen[bytes]:
        try:
            return subprocess.Popen(
                list(argv),
                env=dict(self.environment),
                cwd=self.folder,
                stdin=subprocess.DEVNULL,
                stdout=out or subprocess.DEVNULL,
                stderr=subprocess.PIPE,
                process_group=0,
            )
        except OSError as error:
            raise ToolError(
                f"cannot run {argv[0]}: {error}", hint="gomod2bazel doctor shows what is missing"
            ) from error


class _Interrupts:
    """Counts the requests to stop; while it is entered, none of them raises an exception in the middle of something."""

    def __init__(self) -> None:
        self.times = 0
        self._former: dict[int, object] = {}

    def __enter__(self) -> Self:
        if threading.current_thread() is threading.main_thread():
            for number in SIGNALS:
                if signal.getsignal(number) != signal.SIG_IGN:  # ignored stays ignored: nohup
                    self._former[number] = signal.signal(number, self._count)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        for number, former in self._former.items():
            # None: a handler that was not set from Python, which cannot be put back.
            signal.signal(number, signal.SIG_DFL if former is None else former)  # type: ignore[arg-type]

    def _count(self, _number: int, _frame: FrameType | None) -> None:
        self.times += 1


@dataclass(slots=True, kw_only=True)
class _Stopper:
    """Stops a client: takes the next of `_MEANS` when the user asks again, and when `patience` seconds have passed."""

    process: subprocess.Popen[bytes]
    patience: float
    _since: float = field(default=0.0, init=False)
    _taken: int = field(default=0, init=False)

    def heed(self, times: int) -> None:
        """Send stronger signals the more ``times`` the user has asked to stop."""
        if times == 0:
            return
        now = time.monotonic()
        if self._taken == 0:
            self._since = now
        due = max(times, 1 + int((now - self._since) / self.patience))
        while self._taken < min(due, len(_MEANS)):
            _signal(self.process, _MEANS[self._taken])
            self._taken += 1


class _Lines:
    """Cuts what arrives on a pipe into lines."""

    def __init__(self, pipe: IO[bytes], on_line: Callable[[str], None]) -> None:
        self.ended = False
        self._descriptor = pipe.fileno()
        self._on_line = on_line
        self._rest = b""
        self._selector = selectors.DefaultSelector()
        self._selector.register(pipe, selectors.EVENT_READ)

    def read(self, timeout: float) -> bool:
        """Take what is there, waiting for it at most ``timeout`` seconds; return whether there was something."""
        if self.ended or not self._selector.select(timeout):
            return False
        data = os.read(self._descriptor, 1 << 16)
        self.ended = not data
        *lines, self._rest = (self._rest + data).split(b"\n")
        for line in lines:
            self._on_line(line.decode(errors="replace").rstrip("\r"))
        return not self.ended

    def drain(self) -> None:
        """Take what is left, without waiting: a process that the client started may hold the pipe open for long."""
        while self.read(0):
            pass
        if self._rest:
            self._on_line(self._rest.decode(errors="replace"))
            self._rest = b""
        self._selector.close()


def _abandon(process: subprocess.Popen[bytes], patience: float) -> None:
    """Stop a client whose messages nobody can take any more."""
    for number in (signal.SIGINT, signal.SIGKILL):
        _signal(process, number)
        with suppress(subprocess.TimeoutExpired):
            process.wait(patience)


def _signal(process: subprocess.Popen[bytes], number: signal.Signals) -> None:
    """Send a signal to the client's group, as a terminal would: what is in front of Bazel may be a script."""
    if process.poll() is None:
        with suppress(ProcessLookupError):
            os.killpg(process.pid, number)
