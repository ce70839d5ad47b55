"""A goproxy over HTTP on loopback that a test controls: serves a folder, stalls, sends wrong content, redirects."""

from __future__ import annotations

import base64
import ssl
import subprocess
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

__all__ = ["Answer", "HostileServer", "Recorder", "certificate", "serving", "to_whom_knows"]

Answer = Callable[["Recorder"], None]
"""Answers one request, or does not."""


class HostileServer(ThreadingHTTPServer):
    """Serves ``root``; paths that end in a key of ``answers`` are answered by its value.

    Attributes:
        asked: the paths that were asked for, in order.
        tunnel: answers CONNECT.
        released: set at the end, so that whoever stalls goes home.
        scheme: http or https.
    """

    daemon_threads = True
    block_on_close = False

    def __init__(self, root: Path, answers: dict[str, Answer], tls: ssl.SSLContext | None = None) -> None:
        self.root, self.answers = root, answers
        self.requests: list[str] = []
        self.released = threading.Event()
        self.tunnel: Answer = Recorder.stall
        self.scheme = "https" if tls else "http"
        super().__init__(("127.0.0.1", 0), Recorder)
        if tls:
            self.socket = tls.wrap_socket(self.socket, server_side=True)

    @property
    def url(self) -> str:
        """Its address for GOPROXY."""
        return f"{self.scheme}://127.0.0.1:{self.server_address[1]}"

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Say nothing of clients that went away."""


class Recorder(BaseHTTPRequestHandler):
    """One request."""

    server: HostileServer

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002
        """Say nothing."""

    def do_GET(self) -> None:
        """Answer as the test says, or serve."""
        self.server.requests.append(self.path)
        served = next((answer for end, answer in self.server.answers.items() if self.path.endswith(end)), None)
        with suppress(OSError):
            (served or Recorder.serve)(self)

    def do_CONNECT(self) -> None:
        """Be a proxy, and the host behind it."""
        self.server.requests.append(f"CONNECT {self.path}")
        with suppress(OSError):
            self.server.tunnel(self)

    def serve(self) -> None:
        """Answer with the file, or 404."""
        file = self.server.root / self.path.lstrip("/")
        if file.is_file():
            self.say(200, file.read_bytes())
        else:
            self.say(404, b"not here\n", "text/plain")

    def say(self, code: int, body: bytes, kind: str = "application/octet-stream", **headers: str) -> None:
        """Answer whole."""
        self.send_response(code)
        named = {"Content-Type": kind, "Content-Length": str(len(body)), **headers}
        for name, value in named.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(body)

    def stall(self) -> None:
        """Say nothing until the test is over."""
        self.server.released.wait(60)


@contextmanager
def serving(
    root: Path, answers: dict[str, Answer] | None = None, tls: ssl.SSLContext | None = None
) -> Iterator[HostileServer]:
    """Serve a folder as long as the block lasts."""
    with HostileServer(root, answers or {}, tls) as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
        thread.start()
        try:
            yield server
        finally:
            server.released.set()
            server.shutdown()
            thread.join()


def to_whom_knows(user: str, password: str) -> dict[str, Answer]:
    """Return the answers of a goproxy that serves whoever gives this password, and refuses others."""
    expected = "Basic " + base64.b64encode(f"{user}:{password}".encode()).decode()

    def answer(request: Recorder) -> None:
        if request.headers.get("Authorization") == expected:
            request.serve()
        else:
            request.say(401, b"who are you?\n", "text/plain", **{"WWW-Authenticate": 'Basic realm="goproxy"'})

    return {"": answer}


def certificate(folder: Path, name: str) -> tuple[Path, ssl.SSLContext]:
    """Make a certificate for a name, such as ``DNS:src.invalid``; return its file and what a server needs.

    openssl must be there.
    """
    key, made = folder / "key", folder / "certificate"
    command = f"openssl req -x509 -newkey rsa:2048 -nodes -days 2 -subj /CN=test -addext subjectAltName={name}"
    argv = [*command.split(), "-keyout", str(key), "-out", str(made)]
    subprocess.run(argv, check=True, capture_output=True, timeout=60)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(made, key)
    return made, context
