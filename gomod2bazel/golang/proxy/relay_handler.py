"""What a relay does with one connection of the go command; each read has a deadline."""

from __future__ import annotations

import hmac
import http.client
import select
import socket
import time
from collections.abc import Iterator
from contextlib import suppress
from http.server import BaseHTTPRequestHandler
from urllib.parse import urljoin, urlsplit

from gomod2bazel.golang.proxy.relay_server import BY_RELAY, Server, Traffic
from gomod2bazel.golang.proxy.upstream import credentials

__all__ = ["MAX_TEXT", "MAX_ZIP", "Handler"]

_BLOCK = 1 << 16

MAX_ZIP = 500 << 20
"""Bytes of a module zip (cmd/go/internal/modfetch/codehost, MaxZipFile); also of one answer that cannot be read."""

MAX_TEXT = 16 << 20
"""Bytes of a go.mod (MaxGoMod there), and so of .info and lists, for which the go command has no limit."""

# Headers that concern one connection (RFC 9110, 7.6.1).
_HOP = {"connection", "keep-alive", "proxy-authenticate", "proxy-connection", "te", "trailer", "transfer-encoding"}
# Compressed, a small answer may stand for a huge one: it is asked for plain, and what comes is passed on as plain.
_HOP_TOO = {"upgrade", "proxy-authorization", "content-length", "host", "accept-encoding", "content-encoding"}


class Handler(BaseHTTPRequestHandler):
    """Answers CONNECT by a tunnel, and GET by fetching what goes plain."""

    protocol_version = "HTTP/1.1"
    server: Server

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - its name in the base class
        """Log nothing: requests may hold what is private."""

    def _is_known(self) -> bool:
        self.close_connection = True
        given = self.headers.get("Proxy-Authorization", "")
        if hmac.compare_digest(given.encode(), self.server.expected.encode()):
            return True
        self._refuse(407, "this relay serves one go command")
        return False

    def _refuse(self, code: int, why: str) -> None:
        """Answer with a text that the go command shows; of a CONNECT it shows the reason alone.

        A 5xx of the relay has a mark: it must not be taken for an answer of the source.
        """
        body = f"{why}\n".encode()
        reason = BY_RELAY if code >= 500 else None
        self.send_response_only(code, why if self.command == "CONNECT" else reason)
        for name, value in (
            ("Content-Type", "text/plain"),
            ("Content-Length", str(len(body))),
            ("Connection", "close"),
        ):
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(body)

    def do_CONNECT(self) -> None:
        """Join the go command with a host, byte by byte."""
        if not self._is_known():
            return
        rules = self.server.rules
        name, _, number = self.path.rpartition(":")
        host, port = name.strip("[]"), int(number) if number.isdigit() else 0
        refused = rules.refusal(host, port)
        if refused:
            self._refuse(403, refused)
            return
        try:
            far = rules.upstream.tunnel(host, port, rules.deadline)
        except TimeoutError:
            self._refuse(504, rules.silence(host, port))
            return
        except OSError as error:
            self._refuse(502, f"cannot reach {host}:{port}: {error.strerror or error}")
            return
        with far:
            self.send_response_only(200, "connected")
            self.end_headers()
            if _pump(self.connection, far, rules.deadline, rules.traffic):
                rules.silence(host, port)

    def do_GET(self) -> None:
        """Fetch what goes plain."""
        if not self._is_known():
            return
        rules, url = self.server.rules, urlsplit(self.path)
        host, port = rules.real(url.hostname or "", url.port or 80)
        refused = rules.refusal(host, port) if url.scheme == "http" else f"{url.scheme} is not a supported scheme"
        if refused:
            self._refuse(403, refused)
            return
        try:
            connection, answer = self._ask(host, port)
        except TimeoutError:
            self._refuse(504, rules.silence(host, port))
        except (ConnectionRefusedError, socket.gaierror) as error:
            self._refuse(502, f"cannot reach {host}:{port}: {error.strerror or error}")
        except (OSError, http.client.HTTPException) as error:
            self._refuse(502, f"cannot read from {host}: {getattr(error, 'strerror', None) or repr(error)}")
        else:
            with connection, answer:
                self._pass_on(answer, host, port)

    def _ask(self, host: str, port: int) -> tuple[_Plain, http.client.HTTPResponse]:
        url, upstream = urlsplit(self.path), self.server.rules.upstream
        target = url._replace(scheme="", netloc="").geturl() or "/"
        address = f"[{host}]" if ":" in host else host
        address += "" if port == 80 else f":{port}"
        connection = _Plain(host, port, timeout=self.server.rules.deadline)
        proxy = upstream.proxy("http", host, port)
        if proxy is not None:
            connection.sock = upstream.open(proxy, self.server.rules.deadline)
            target = f"http://{address}{target}"
        try:
            connection.putrequest("GET", target, skip_host=True, skip_accept_encoding=True)
            connection.putheader("Host", address)
            connection.putheader("Connection", "close")
            if proxy is not None and credentials(proxy):
                connection.putheader("Proxy-Authorization", credentials(proxy))
            for name, value in self.headers.items():
                if name.lower() not in _HOP | _HOP_TOO:
                    connection.putheader(name, value)
            connection.endheaders()
            return connection, connection.getresponse()
        except BaseException:
            connection.close()
            raise

    def _pass_on(self, answer: http.client.HTTPResponse, host: str, port: int) -> None:
        where = self._led_elsewhere(answer, host, port)
        if where:
            self._refuse(403, where)
            return
        self.send_response_only(answer.status, answer.reason)
        for name, value in answer.getheaders():
            if name.lower() == "location":
                # Its own address on loopback would lead past the relay.
                self.send_header(name, value.removeprefix(f"http://{host}:{port}"))
            elif name.lower() not in _HOP | _HOP_TOO:
                self.send_header(name, value)
        # In chunks: their end is a separate mark, and an answer that is cut off does not look whole.
        self.send_header("Transfer-Encoding", "chunked")
        self.send_header("Connection", "close")
        self.end_headers()
        with suppress(OSError, http.client.HTTPException):
            for block in self._blocks(answer, host, port):
                self.wfile.write(b"%x\r\n%s\r\n" % (len(block), block))
            self.wfile.write(b"0\r\n\r\n")

    def _blocks(self, answer: http.client.HTTPResponse, host: str, port: int) -> Iterator[bytes]:
        """Yield the body.

        Raises:
            OSError: it ends early, is too long, or the host fell silent.
        """
        left = MAX_ZIP if urlsplit(self.path).path.endswith(".zip") else MAX_TEXT
        while True:
            try:
                block = answer.read1(_BLOCK)
            except TimeoutError:
                self.server.rules.silence(host, port)
                raise
            if not block:
                break
            left -= len(block)
            self.server.rules.traffic.add(len(block))
            if left < 0:
                raise OSError("the response is too long")
            yield block
        if answer.length:
            raise OSError("the response ended early")

    def _led_elsewhere(self, answer: http.client.HTTPResponse, host: str, port: int) -> str:
        """Return why the go command must not follow where an answer sends it, or an empty string."""
        location = answer.getheader("Location", "") if answer.status in (301, 302, 303, 307, 308) else ""
        if not location:
            return ""
        try:
            to = urlsplit(urljoin(f"http://{host}:{port}{urlsplit(self.path).path}", location))
            target, number = to.hostname or "", to.port or {"http": 80, "https": 443}.get(to.scheme, 0)
        except ValueError:
            return f"{host} redirects to {location!r}, which is not a source"
        if to.scheme not in ("http", "https"):
            return f"{host} redirects to {to.scheme}:, which is not a source"
        refused = self.server.rules.refusal(*self.server.rules.real(target, number))
        return f"{host} redirects to {target}, and {refused}" if refused else ""


class _Plain(http.client.HTTPConnection):
    """A connection that closes with its block."""

    def __enter__(self) -> _Plain:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


def _pump(near: socket.socket, far: socket.socket, deadline: float, traffic: Traffic) -> bool:
    """Pass bytes both ways until one side ends.

    Returns:
        Whether ``far`` left a request unanswered for ``deadline`` seconds: what came last came from ``near``.
    """
    requested, answered = False, 0
    far.settimeout(deadline)
    near.settimeout(deadline)
    ends = time.monotonic() + deadline
    while True:
        ready = select.select([near, far], [], [], max(0.0, ends - time.monotonic()))[0]
        if not ready:
            return requested
        for side in ready:
            try:
                block = side.recv(_BLOCK)
                (far if side is near else near).sendall(block)
            except OSError:
                return False
            if not block:
                return False
            requested = side is near
            traffic.add(0 if requested else len(block))
            answered = 0 if requested else answered + len(block)
        if answered > MAX_ZIP + MAX_TEXT:
            return False
        ends = time.monotonic() + deadline
