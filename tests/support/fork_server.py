"""A fork server for the driver: it has imported the driver's modules, and forks a process for each run.

The process has its own arguments, environment, working directory and standard streams, like one that is newly started;
only the imports, a third of a second of processor time, are paid once.
"""

from __future__ import annotations

import atexit
import gc
import importlib
import json
import os
import pkgutil
import signal
import socket
import struct
import subprocess
import sys
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from threading import Lock
from typing import IO, NoReturn

__all__ = ["ForkServer"]

ROOT = Path(__file__).resolve().parents[2]
_NUMBER = struct.Struct("<q")
"""A size, a process ID or an exit code, between server and client."""


@dataclass(slots=True)
class ForkServer:
    """The client's side; the first run starts the server, which ends with this process."""

    _control: socket.socket | None = None
    _lock: Lock = field(default_factory=Lock)

    def accepts(self, environment: Mapping[str, str]) -> bool:
        """Return whether Python would start with ``environment`` as it started in this process."""
        names = filter(_read_at_start, {*environment, *os.environ})
        return all(environment.get(name) == os.environ.get(name) for name in names)

    def run(
        self, arguments: Sequence[str], cwd: Path, timeout: float, environment: Mapping[str, str]
    ) -> tuple[int, bytes, bytes]:
        """Run the driver to its end, without input.

        Args:
            arguments: of the driver.
            cwd: its working directory.
            timeout: seconds.
            environment: its whole environment.

        Returns:
            Its exit code, negative for a signal, and what it wrote to standard output and standard error.

        Raises:
            subprocess.TimeoutExpired: It took longer, and was killed.
        """
        request = json.dumps({"arguments": list(arguments), "cwd": str(cwd), "environment": dict(environment)}).encode()
        with tempfile.TemporaryFile() as out, tempfile.TemporaryFile() as err:
            answers, theirs = socket.socketpair()
            with answers:
                with theirs, self._lock:
                    control = self._connected()
                    socket.send_fds(
                        control, [_NUMBER.pack(len(request))], [out.fileno(), err.fileno(), theirs.fileno()]
                    )
                    control.sendall(request)
                # The first answer may have to wait until the server has started.
                process = _receive_number(answers)
                answers.settimeout(timeout)
                try:
                    code = _receive_number(answers)
                except TimeoutError:
                    os.kill(process, signal.SIGKILL)
                    raise subprocess.TimeoutExpired(list(arguments), timeout) from None
            return code, _whole(out), _whole(err)

    def _connected(self) -> socket.socket:
        if self._control is None:
            self._control, theirs = socket.socketpair()
            with theirs:
                server = subprocess.Popen(
                    [sys.executable, "-P", str(Path(__file__).absolute()), str(theirs.fileno())],
                    env={**os.environ, "PYTHONPATH": str(ROOT)},
                    stdin=subprocess.DEVNULL,
                    pass_fds=[theirs.fileno()],
                )
            atexit.register(server.wait)
            atexit.register(self._control.close)
        return self._control


def _read_at_start(name: str) -> bool:
    """Return whether Python reads the variable ``name`` when it starts, for more than where modules are."""
    return name.startswith(("LC_", "LANG", "PYTHON")) and name not in ("PYTHONPATH", "PYTHONDONTWRITEBYTECODE")


def _whole(file: IO[bytes]) -> bytes:
    file.seek(0)
    return file.read()


def _receive(connection: socket.socket, size: int) -> bytes:
    text = b""
    while len(text) < size and (more := connection.recv(size - len(text))):
        text += more
    if len(text) < size:
        raise EOFError
    return text


def _receive_number(connection: socket.socket) -> int:
    number: int = _NUMBER.unpack(_receive(connection, _NUMBER.size))[0]
    return number


def _serve(control: socket.socket) -> None:
    """Answer requests until the client has gone."""
    for module in pkgutil.walk_packages([str(ROOT / "gomod2bazel")], "gomod2bazel."):
        importlib.import_module(module.name)
    # What is there now is never collected, so that forked processes do not write to its pages.
    gc.collect()
    gc.freeze()
    # Ctrl-C is for the runs; they get what this process was started with.
    interrupt = signal.signal(signal.SIGINT, signal.SIG_IGN)
    while True:
        size, descriptors, _, _ = socket.recv_fds(control, _NUMBER.size, 3)
        if not size:
            return
        request = json.loads(_receive(control, _NUMBER.unpack(size)[0]))
        # Twice, so that the server waits for no run: the process between the two does, and tells the exit code.
        between = os.fork()
        if not between:
            control.close()
            signal.signal(signal.SIGINT, interrupt)
            _follow(request, descriptors)
        for descriptor in descriptors:
            os.close(descriptor)
        os.waitpid(between, 0)


def _follow(request: Mapping[str, object], descriptors: Sequence[int]) -> NoReturn:
    """Let the server go on; run the driver in a child, and send its process ID and exit code."""
    out, err, answers = descriptors
    if os.fork():
        os._exit(0)
    process = os.fork()
    if not process:
        os.close(answers)
        _run(request, out, err)
    os.write(answers, _NUMBER.pack(process))
    status = os.waitpid(process, 0)[1]
    os.write(answers, _NUMBER.pack(os.waitstatus_to_exitcode(status)))
    os._exit(0)


def _run(request: Mapping[str, object], out: int, err: int) -> NoReturn:
    """Become the driver."""
    from gomod2bazel.__main__ import main  # noqa: PLC0415 - only the server has it

    arguments, environment = request["arguments"], request["environment"]
    assert isinstance(arguments, list)
    assert isinstance(environment, dict)
    for source, target in ((out, 1), (err, 2)):
        os.dup2(source, target)
        os.close(source)
    os.chdir(str(request["cwd"]))
    os.environ.clear()
    os.environ.update(environment)
    sys.argv = [str(ROOT / "gomod2bazel" / "__main__.py"), *arguments]
    code = 1
    try:
        code = main()
    finally:
        os._exit(code)


if __name__ == "__main__":
    with socket.socket(fileno=int(sys.argv[1])) as connection:
        _serve(connection)
