"""A remote cache over HTTP on loopback that a test controls: stores, stalls, cuts off, changes or refuses."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

__all__ = ["CacheServer", "cache_server"]


class CacheServer(ThreadingHTTPServer):
    """Stores what is put below /cache/, and gives it back.

    Attributes:
        stored: What was put, by its path below /cache/.
        requests: Method and path of each request, in order.
        authorization: What requests must have in this header; empty for nothing.
        fault: How it fails: cut, changed, garbled, hang, endless, refuse, unable; empty for not at all.
        released: Set at the end, so that what hangs ends.
    """

    daemon_threads = True
    block_on_close = False

    def __init__(self) -> None:
        self.stored: dict[str, bytes] = {}
        self.requests: list[tuple[str, str]] = []
        self.authorization = ""
        self.fault = ""
        self.released = threading.Event()
        super().__init__(("127.0.0.1", 0), _Handler)

    @property
    def url(self) -> str:
        """What -remote-cache takes."""
        return f"http://127.0.0.1:{self.server_address[1]}/cache"

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Say nothing of clients that have gone."""


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server: CacheServer

    def do_GET(self) -> None:
        if not self._begin():
            return
        data = self.server.stored.get(self.path.removeprefix("/cache/"))
        if data is None:
            self._answer(404, b"not found")
            return
        is_body = "/cas/" in self.path
        if self.server.fault == "changed" and is_body:
            data = bytes([data[0] ^ 1]) + data[1:]
        if self.server.fault == "garbled" and not is_body:
            data = b"no message"
        if self.server.fault == "endless":
            data += b"\0" * (1 << 20)
        if self.server.fault == "cut" and is_body:
            self._answer(200, data[: len(data) // 2], size=len(data))
            self.close_connection = True
        else:
            self._answer(200, data)

    def do_PUT(self) -> None:
        if not self._begin():
            return
        data = self.rfile.read(int(self.headers["Content-Length"]))
        if self.server.fault == "refuse":
            self._answer(403, b"")
            return
        self.server.stored[self.path.removeprefix("/cache/")] = data
        self._answer(200, b"")

    def _begin(self) -> bool:
        self.server.requests.append((self.command, self.path))
        if self.server.fault == "hang":
            self.server.released.wait(60)
            self.close_connection = True
            return False
        expected = self.server.authorization
        if self.server.fault == "unable" or (expected and self.headers["Authorization"] != expected):
            self._answer(503 if self.server.fault else 401, b"")
            self.close_connection = True
            return False
        return True

    def _answer(self, status: int, data: bytes, size: int | None = None) -> None:
        self.send_response(status)
        self.send_header("Content-Length", str(len(data) if size is None else size))
        self.end_headers()
        self.wfile.write(data)

    def log_message(self, *_: Any) -> None:
        """Print nothing."""


@contextmanager
def cache_server() -> Iterator[CacheServer]:
    """Serve until the end of the context."""
    server = CacheServer()
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
    thread.start()
    try:
        yield server
    finally:
        server.released.set()
        server.shutdown()
        server.server_close()
        thread.join()
