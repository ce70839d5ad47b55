"""The servers: a cache, and one that also executes actions in a file system without Go and without the project."""

from __future__ import annotations

import http.client
import os
import signal
import socket
import subprocess
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

from remote.programs import Programs

__all__ = ["NO_C", "NO_PYTHON", "SYSTEM", "Cache", "Executor", "cache_server", "executor"]

SYSTEM = ("/usr/bin", "/usr/include", "/usr/lib", "/usr/lib64", "/usr/libexec", "/etc/alternatives")
"""What a worker has of this machine's files: Debian's programs, libraries and C compiler. Go is in /usr/local."""

NO_PYTHON = ("/usr/lib", "/usr/lib64", "/usr/bin/dash", "/usr/bin/readlink")
"""What a worker without Python has."""

NO_C = (*NO_PYTHON, "/usr/bin/env", "/usr/bin/python3")
"""What a worker with Python and without a C compiler has."""

_LINKS = {"/usr/bin": ("/bin",), "/usr/lib": ("/lib",), "/usr/lib64": ("/lib64",), "/usr/bin/dash": ("/bin/sh",)}

_PATIENCE = 30.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Cache:
    """A running bazel-remote.

    Attributes:
        folder: Where it keeps what it was given.
        socket: Where it listens.
        http_socket: Where it serves its statistics.
        process: The server.
    """

    folder: Path
    socket: Path
    http_socket: Path
    process: subprocess.Popen[bytes]

    def lookups(self) -> tuple[int, int]:
        """Return how many results of actions were asked for and found, and how many were not found, so far."""
        prefix = 'bazel_remote_incoming_requests_total{kind="ac",method="get",status='
        found = {}
        for line in self._get("/metrics").splitlines():
            if line.startswith(prefix):
                status, _, number = line.removeprefix(prefix).partition("} ")
                found[status.strip('"')] = int(float(number))
        return found["hit"], found["miss"]

    def _get(self, path: str) -> str:
        connection = _UnixConnection(self.http_socket)
        try:
            connection.request("GET", path)
            return connection.getresponse().read().decode()
        finally:
            connection.close()

    def files(self, kind: str) -> list[Path]:
        """Return the files of a kind: ``cas``, content by its digest, or ``ac``, results of actions."""
        return sorted(path for path in self.folder.glob(f"{kind}.v2/**/*") if path.is_file())

    def kill(self) -> None:
        """End the server at once, as a crash does."""
        self.process.kill()
        self.process.wait()

    def stop(self) -> None:
        """Let the server hang: connections stay open, and nothing is answered."""
        self.process.send_signal(signal.SIGSTOP)

    def resume(self) -> None:
        """Let it go on."""
        self.process.send_signal(signal.SIGCONT)


class _UnixConnection(http.client.HTTPConnection):
    """HTTP over a socket in the file system."""

    def __init__(self, path: Path) -> None:
        super().__init__("localhost", timeout=_PATIENCE)
        self._path = path

    def connect(self) -> None:
        """Connect to the socket."""
        self.sock = socket.socket(socket.AF_UNIX)
        self.sock.settimeout(_PATIENCE)
        self.sock.connect(str(self._path))


@contextmanager
def cache_server(programs: Programs, folder: Path, sockets: Path) -> Iterator[Cache]:
    """Run a bazel-remote.

    Args:
        programs: Where it is.
        folder: Where it keeps everything; what is there is served.
        sockets: A folder with a short name, for its sockets.
    """
    folder.mkdir(parents=True, exist_ok=True)
    ours, statistics = sockets / "cache", sockets / "cache-http"
    for path in (ours, statistics):
        path.unlink(missing_ok=True)
    argv: list[str | Path] = [
        programs.bazel_remote,
        "--dir",
        folder,
        "--max_size",
        "20",
        "--storage_mode",
        "uncompressed",
    ]
    argv += ["--grpc_address", f"unix://{ours}", "--http_address", f"unix://{statistics}"]
    argv += ["--enable_endpoint_metrics", "--access_log_level", "none"]
    with _running(argv, folder.with_suffix(".log"), {}) as process:
        _wait_for(process, [ours, statistics])
        yield Cache(folder=folder, socket=ours, http_socket=statistics, process=process)


@dataclass(frozen=True, slots=True, kw_only=True)
class Executor:
    """A running buildbox-casd.

    Attributes:
        folder: Where it keeps everything.
        socket: Where it listens.
        process: The server.
    """

    folder: Path
    socket: Path
    process: subprocess.Popen[bytes]

    def results(self) -> int:
        """Return how many results of actions it has."""
        return sum(1 for path in self.folder.glob("actioncache/**/*") if path.is_file())


@contextmanager
def executor(programs: Programs, folder: Path, sockets: Path, visible: Sequence[str] = SYSTEM) -> Iterator[Executor]:
    """Run a buildbox-casd whose actions see their inputs and ``visible``, and no other file of this machine.

    Args:
        programs: Where it is.
        folder: Where it keeps everything.
        sockets: A folder with a short name, for its socket.
        visible: Files and folders; those that do not exist are left out.
    """
    folder.mkdir(parents=True, exist_ok=True)
    ours = sockets / folder.name
    ours.unlink(missing_ok=True)
    argv: list[str | Path] = [
        programs.casd,
        f"--bind=unix:{ours}",
        f"--buildbox-run={programs.runner}",
        f"--jobs={os.cpu_count() or 1}",
    ]
    for path in filter(os.path.exists, visible):
        real = Path(path).resolve()
        argv += [f"--runner-arg=--ro-bind-mount={real}:{place}" for place in (path, *_LINKS.get(path, ()))]
    argv.append(folder)
    environment = {"PATH": f"{os.defpath}:{programs.bwrap}"}
    with _running(argv, folder.with_suffix(".log"), environment) as process:
        _wait_for(process, [ours])
        yield Executor(folder=folder, socket=ours, process=process)


@contextmanager
def _running(argv: Sequence[str | Path], log: Path, environment: dict[str, str]) -> Iterator[subprocess.Popen[bytes]]:
    """Run a server, and end it and all that it started."""
    with log.open("wb") as output:
        process = subprocess.Popen(
            argv,
            env={**os.environ, **environment},
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            process_group=0,
        )
    try:
        yield process
    finally:
        with suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        process.wait()


def _wait_for(process: subprocess.Popen[bytes], sockets: Sequence[Path]) -> None:
    """Wait until a server listens.

    Raises:
        RuntimeError: It ended or does not listen.
    """
    last = time.monotonic() + _PATIENCE
    while not all(path.exists() for path in sockets):
        if process.poll() is not None or time.monotonic() > last:
            raise RuntimeError(f"{process.args!r} does not listen; see its log")
        time.sleep(0.05)
