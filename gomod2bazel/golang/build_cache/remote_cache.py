"""A remote cache that is reached by Bazel's HTTP protocol: GET and PUT of /ac/KEY and /cas/SHA256."""

from __future__ import annotations

import base64
import http.client
import os
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO
from urllib.parse import unquote

from gomod2bazel.base.errors import UsageError
from gomod2bazel.golang.build_cache.action_result import Digest
from gomod2bazel.golang.proxy.urls import split_url

if TYPE_CHECKING:
    import ssl

__all__ = ["RefusedError", "RemoteCache", "RemoteError", "Server", "read_server"]

_BLOCK = 1 << 18
"""Bytes that are read or sent at once."""

_MOST = 1 << 16
"""Bytes that an action result may have."""

_SLOWEST = 1 << 16
"""Bytes in a second that a server must send of a body; a slower one counts as one that does not answer."""


class RemoteError(Exception):
    """The server does not answer, or not as a cache does; it names no URL, which may hold a password."""


class RefusedError(RemoteError):
    """The server refuses to store something."""


@dataclass(frozen=True, slots=True)
class Server:
    """Where a remote cache is, and how it is asked.

    Attributes:
        https: Whether the connection is encrypted.
        host: The host's name.
        port: The port; None for the protocol's.
        path: What comes before /ac/ and /cas/, without a slash at its end.
        headers: What each request has, credentials among it.
        deadline: Seconds that the server may stay silent.
    """

    https: bool
    host: str
    port: int | None
    path: str
    headers: Mapping[str, str]
    deadline: float

    @property
    def name(self) -> str:
        """The server in messages, without credentials."""
        return f"{self.host}:{self.port}" if self.port else self.host


def read_server(url: str, headers: Mapping[str, str], deadline: float, environment: Mapping[str, str]) -> Server:
    """Return the server that a URL names.

    Args:
        url: http or https; user and password in it are sent as Basic authorization.
        headers: Sent with each request, also in place of that.
        deadline: Seconds that the server may stay silent.
        environment: NETRC or HOME lead to the credentials of a host whose URL has none.

    Raises:
        UsageError: It is another URL, or the netrc file is malformed.
    """
    parts = split_url(url, "-remote-cache")
    if parts.scheme not in ("http", "https") or not parts.hostname or parts.query or parts.fragment:
        raise UsageError("-remote-cache is not an http or https URL", hint="write it as https://HOST/PATH")
    known = (unquote(parts.username), unquote(parts.password or "")) if parts.username else None
    known = known or _from_netrc(parts.hostname, environment)
    given = {"Authorization": f"Basic {base64.b64encode(':'.join(known).encode()).decode()}"} if known else {}
    return Server(
        https=parts.scheme == "https",
        host=parts.hostname,
        port=parts.port,
        path=parts.path.rstrip("/"),
        headers={**given, **headers},
        deadline=deadline,
    )


def _encryption() -> ssl.SSLContext:
    import ssl  # noqa: PLC0415 - most caches are asked without

    return ssl.create_default_context()


def _from_netrc(host: str, environment: Mapping[str, str]) -> tuple[str, str] | None:
    home = environment.get("HOME", "")
    file = environment.get("NETRC") or (str(Path(home, ".netrc")) if home else "")
    if not file or not Path(file).is_file():
        return None
    import netrc  # noqa: PLC0415 - few have such a file

    try:
        login = netrc.netrc(file).authenticators(host)
    except (netrc.NetrcParseError, OSError, UnicodeDecodeError) as error:
        raise UsageError(f"cannot read {file}: {error}", hint="fix the file, or name another one in NETRC") from error
    return (login[0], login[2] or "") if login else None


class RemoteCache:
    """The cache of one server, with a connection for each thread.

    Args:
        server: Where it is.
        encryption: For https: whom to trust; by default those whom the system trusts.
    """

    def __init__(self, server: Server, encryption: ssl.SSLContext | None = None) -> None:
        self._server = server
        self._local = threading.local()
        self._encryption = (encryption or _encryption()) if server.https else None

    @property
    def name(self) -> str:
        """The server in messages, without credentials."""
        return self._server.name

    def close(self) -> None:
        """Close the connection of this thread."""
        self._drop()

    def action_result(self, key: str) -> bytes | None:
        """Return the action result with a key; None if missing.

        Raises:
            RemoteError: The server does not answer as a cache does.
        """
        with self._get(f"/ac/{key}") as response:
            if response is None:
                return None
            data = b"".join(self._read(response, _MOST))
            if len(data) > _MOST:
                raise RemoteError("sent an action result that is too large")
            return data

    @contextmanager
    def body(self, digest: Digest) -> Iterator[Iterator[bytes] | None]:
        """Open a body, which comes in pieces and may be wrong; None if missing.

        Raises:
            RemoteError: The server does not answer as a cache does; also while the pieces are read.
        """
        with self._get(f"/cas/{digest.hash}") as response:
            yield None if response is None else self._read(response, digest.size)

    def store(self, kind: str, name: str, source: BinaryIO) -> None:
        """Store a body or an action result.

        Args:
            kind: ac or cas.
            name: The key or the hash.
            source: What is stored; it is read from its beginning.

        Raises:
            RefusedError: The server does not store it.
            RemoteError: The server does not answer.
        """
        headers = {**self._server.headers, "Content-Length": str(source.seek(0, os.SEEK_END))}

        def send(connection: http.client.HTTPConnection) -> http.client.HTTPResponse:
            source.seek(0)
            # A server may refuse a body, and close the connection, before it has read all of it.
            with suppress(BrokenPipeError, ConnectionResetError):
                connection.request("PUT", f"{self._server.path}/{kind}/{name}", source, headers)
            return connection.getresponse()

        response = self._send(send)
        with self._errors():
            response.read(_BLOCK)
        if response.status // 100 != 2 or not response.isclosed():
            self._drop()
        if response.status // 100 != 2:
            raise RefusedError(f"answered {response.status} {response.reason}")

    @contextmanager
    def _get(self, path: str) -> Iterator[http.client.HTTPResponse | None]:
        def send(connection: http.client.HTTPConnection) -> http.client.HTTPResponse:
            connection.request("GET", self._server.path + path, headers=dict(self._server.headers))
            return connection.getresponse()

        response = self._send(send)
        try:
            if response.status not in (200, 404):
                raise RemoteError(f"answered {response.status} {response.reason}")
            if response.status == 404:
                with self._errors():
                    response.read(_BLOCK)
            yield response if response.status == 200 else None
        finally:
            # A connection with something unread cannot be used again.
            if not response.isclosed():
                self._drop()

    def _read(self, response: http.client.HTTPResponse, most: int) -> Iterator[bytes]:
        """Yield what a response has, up to one byte more than expected."""
        end, left = time.monotonic() + self._server.deadline + most / _SLOWEST, most + 1
        while left > 0:
            with self._errors():
                data = response.read1(min(_BLOCK, left))
                if not data and response.length == 0:
                    response.close()
            if not data:
                return
            left -= len(data)
            yield data
            if time.monotonic() > end:
                raise RemoteError(f"sends less than {_SLOWEST >> 10} KiB in a second")

    def _send(self, send: Callable[[http.client.HTTPConnection], http.client.HTTPResponse]) -> http.client.HTTPResponse:
        """Send a request; once more where the server has closed a connection that was used before."""
        used = getattr(self._local, "connection", None)
        if used is not None:
            with suppress(ConnectionError, http.client.BadStatusLine), self._dropping():
                return send(used)
        with self._errors():
            self._local.connection = self._connect()
            return send(self._local.connection)

    @contextmanager
    def _dropping(self) -> Iterator[None]:
        try:
            yield
        except BaseException:
            self._drop()
            raise

    @contextmanager
    def _errors(self) -> Iterator[None]:
        """Turn errors of the connection into RemoteError."""
        try:
            with self._dropping():
                yield
        except TimeoutError as error:
            raise RemoteError(f"did not answer within {self._server.deadline:g} s") from error
        except (OSError, http.client.HTTPException) as error:
            reason = getattr(error, "strerror", None) or str(error) or type(error).__name__
            raise RemoteError(f"cannot be reached: {reason}") from error

    def _connect(self) -> http.client.HTTPConnection:
        server = self._server
        if self._encryption is None:
            return http.client.HTTPConnection(server.host, server.port, timeout=server.deadline, blocksize=_BLOCK)
        return http.client.HTTPSConnection(
            server.host, server.port, timeout=server.deadline, blocksize=_BLOCK, context=self._encryption
        )

    def _drop(self) -> None:
        connection = getattr(self._local, "connection", None)
        self._local.connection = None
        if connection is not None:
            connection.close()
