"""The server of a relay: one thread a connection of the go command."""

from __future__ import annotations

import base64
import socket
import socketserver
import threading
from collections.abc import Callable
from contextlib import suppress
from typing import Any, Protocol

from gomod2bazel.golang.proxy.upstream import Upstream

__all__ = ["BY_RELAY", "Rules", "Server", "Traffic"]

BY_RELAY = "gomod2bazel"
"""The reason phrase of a 502 or 504 that the relay gives itself: no server answered."""


class Traffic:
    """How many bytes came from hosts; as they came, so with https encrypted."""

    def __init__(self) -> None:
        self.received = 0
        self._lock = threading.Lock()

    def add(self, size: int) -> None:
        """Count bytes that came."""
        with self._lock:
            self.received += size


class Rules(Protocol):
    """What a server asks: `relay.Relay` answers."""

    @property
    def deadline(self) -> float:
        """Seconds of silence."""

    @property
    def traffic(self) -> Traffic:
        """Counts what comes."""

    @property
    def upstream(self) -> Upstream:
        """How to reach hosts."""

    def real(self, host: str, port: int) -> tuple[str, int]:
        """Return the host and port that a name stands for."""

    def refusal(self, host: str, port: int) -> str:
        """Return why a host must not be asked, or an empty string."""

    def silence(self, host: str, port: int) -> str:
        """Record and report that a host did not answer in time."""


class Server(socketserver.ThreadingTCPServer):
    """Listens on loopback for one go command, which knows the token.

    Args:
        rules: who may be asked, and for how long.
        token: password of the user ``relay``; other processes of the machine do not have it.
        handler: returns what answers a connection, given the connection, the client's address and the server.
    """

    daemon_threads = True
    block_on_close = False
    request_queue_size = 128

    def __init__(self, rules: Rules, token: str, handler: Callable[[], Callable[[Any, Any, Server], object]]) -> None:
        self.rules = rules
        self._handler = handler
        self.expected = "Basic " + base64.b64encode(f"relay:{token}".encode()).decode()
        self._stopping = False
        self._thread = threading.Thread(target=self._serve, daemon=True)
        super().__init__(("127.0.0.1", 0), socketserver.BaseRequestHandler)

    def start(self) -> None:
        """Begin to take connections."""
        self._thread.start()

    def stop(self) -> None:
        """Take no more of them; at once, where `shutdown` of the base class waits for its next look."""
        self._stopping = True
        with suppress(OSError):
            socket.create_connection(("127.0.0.1", self.server_address[1]), 5.0).close()
        self._thread.join()

    def _serve(self) -> None:
        while not self._stopping:
            self.handle_request()

    def verify_request(self, request: Any, client_address: Any) -> bool:  # noqa: ARG002
        """Drop the connection that ends the wait."""
        return not self._stopping

    def finish_request(self, request: Any, client_address: Any) -> None:
        """Answer one connection."""
        self._handler()(request, client_address, self)

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Print nothing: the go command reports the result of its request."""
