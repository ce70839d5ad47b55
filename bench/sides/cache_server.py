"""A remote cache over HTTP on loopback (Bazel's HTTP caching protocol), in a process of its own."""

from __future__ import annotations

import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import IO

from bench.measure.errors import BenchError

__all__ = ["CacheServer", "cache_server"]

_ROOT = Path(__file__).resolve().parents[2]


@dataclass(frozen=True, slots=True, kw_only=True)
class CacheServer:
    """A server that runs.

    Attributes:
        url: Where it is.
        folder: What it stores: a file for each entry, in folders ac and cas.
        pid: Of its process.
    """

    url: str
    folder: Path
    pid: int

    def size(self) -> tuple[int, int]:
        """Return how many entries it stores, and their bytes."""
        files = [path for path in self.folder.rglob("*") if path.is_file()]
        return len(files), sum(path.stat().st_size for path in files)


@contextmanager
def cache_server(folder: Path) -> Iterator[CacheServer]:
    """Serve a folder until the end of the context.

    Raises:
        BenchError: The server does not start.
    """
    argv = [sys.executable, "-P", "-m", "bench.sides.cache_server", str(folder)]
    with subprocess.Popen(
        argv, cwd=_ROOT, env={"PYTHONPATH": str(_ROOT)}, stdout=subprocess.PIPE, text=True
    ) as process:
        try:
            port = process.stdout.readline().strip() if process.stdout else ""
            if not port:
                raise BenchError("the cache server does not start")
            yield CacheServer(url=f"http://127.0.0.1:{port}", folder=folder, pid=process.pid)
        finally:
            process.kill()


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = 256

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        super().__init__(("127.0.0.1", 0), _Handler)


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server: _Server

    def do_GET(self) -> None:
        """Send an entry."""
        try:
            file = self._path().open("rb")
        except OSError:
            self._answer(404, 0)
            return
        with file:
            self._answer(200, file.seek(0, 2))
            file.seek(0)
            shutil.copyfileobj(file, self.wfile)

    def do_HEAD(self) -> None:
        """Answer whether there is an entry."""
        path = self._path()
        self._answer(200 if path.is_file() else 404, 0)

    def do_PUT(self) -> None:
        """Store an entry: a file that is whole takes its name."""
        left, path = int(self.headers["Content-Length"]), self._path()
        path.parent.mkdir(parents=True, exist_ok=True)
        # Two clients may write the same entry.
        part = path.with_name(f"{path.name}.{self.client_address[1]}")
        with part.open("wb") as file:
            self._receive(file, left)
        part.replace(path)
        self._answer(200, 0)

    def _receive(self, file: IO[bytes], left: int) -> None:
        while left > 0 and (data := self.rfile.read(min(left, 1 << 20))):
            file.write(data)
            left -= len(data)

    def _path(self) -> Path:
        """Return the file of an entry: its kind, and its digest alone."""
        kind, digest = self.path.strip("/").split("/")[-2:]
        if kind not in ("ac", "cas") or not digest.isalnum():
            return self.server.folder / "none"
        return self.server.folder / kind / digest[:2] / digest

    def _answer(self, status: int, size: int) -> None:
        self.send_response(status)
        self.send_header("Content-Length", str(size))
        self.end_headers()

    def log_message(self, *_: object) -> None:
        """Print nothing."""


def main() -> None:
    """Serve the folder that the command line names; print the port."""
    server = _Server(Path(sys.argv[1]))
    sys.stdout.write(f"{server.server_address[1]}\n")
    sys.stdout.flush()
    server.serve_forever()


if __name__ == "__main__":
    main()
