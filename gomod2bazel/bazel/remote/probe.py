"""Ask a server whether it is there, before Bazel does: for each action, Bazel waits a minute for a silent one."""

from __future__ import annotations

import socket
import ssl
from collections.abc import Mapping
from contextlib import closing

from gomod2bazel.base.errors import UsageError
from gomod2bazel.golang.build_cache.remote_cache import RemoteCache, RemoteError, read_server
from gomod2bazel.golang.proxy.urls import split_url
from gomod2bazel.options.groups.bazel import RemoteOptions

__all__ = ["ServerError", "ask", "server_name"]

_PORTS = {"grpc": 80, "grpcs": 443}
"""The ports of gRPC's own name resolver, for URLs without one."""

_PREFACE = b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n" + b"\0\0\0\x04\0\0\0\0\0"
"""How a client begins a connection of HTTP/2, which gRPC uses: with its settings, of which there are none."""

_SETTINGS = 4
"""The type of the frame that a server begins with (RFC 9113, 3.4)."""

_MISSING = "0" * 64


class ServerError(Exception):
    """A server does not answer, or not as one of its kind; the text follows its name, and has no credentials."""


def server_name(url: str) -> str:
    """Return host and port of a URL, or the path of a socket, without credentials."""
    parts = split_url(url, "the server")
    if parts.scheme == "unix":
        return url.removeprefix("unix:")
    return f"{parts.hostname}:{parts.port}" if parts.port else str(parts.hostname)


def ask(url: str, options: RemoteOptions, deadline: float, environment: Mapping[str, str]) -> None:
    """Wait for an answer of a server.

    Args:
        url: Its URL.
        options: The credentials for it.
        deadline: Seconds that it has.
        environment: The user's environment variables, for a netrc file.

    Raises:
        ServerError: It does not answer in time, or not as a server of this protocol does, or it refuses.
        UsageError: A file for TLS cannot be used.
    """
    scheme = split_url(url, "the server").scheme
    protocol = {"https": "http/1.1", "grpcs": "h2"}.get(scheme)
    context = _encryption(options, protocol) if protocol else None
    if scheme in ("http", "https"):
        _ask_http(url, options, deadline, environment, context)
        return
    try:
        with closing(_connected(url, deadline, context)) as connection:
            connection.sendall(_PREFACE)
            answer = _read(connection, 9)
    except TimeoutError as error:
        raise ServerError(f"did not answer within {deadline:g} s") from error
    except OSError as error:
        raise ServerError(f"cannot be reached: {error.strerror or error}") from error
    if len(answer) < 9 or answer[3] != _SETTINGS:
        raise ServerError("does not speak gRPC")


def _ask_http(
    url: str,
    options: RemoteOptions,
    deadline: float,
    environment: Mapping[str, str],
    context: ssl.SSLContext | None,
) -> None:
    server = read_server(url, options.remote_headers, deadline, environment)
    try:
        with closing(RemoteCache(server, context)) as cache:
            cache.action_result(_MISSING)
    except RemoteError as error:
        # The credentials of a helper are Bazel's to ask for.
        if options.credential_helpers and str(error).startswith("answered 4"):
            return
        raise ServerError(str(error)) from error


def _connected(url: str, deadline: float, context: ssl.SSLContext | None) -> socket.socket:
    parts = split_url(url, "the server")
    if parts.scheme == "unix":
        connection = socket.socket(socket.AF_UNIX)
        connection.settimeout(deadline)
        try:
            connection.connect(server_name(url))
        except BaseException:
            connection.close()
            raise
        return connection
    host = parts.hostname or ""
    connection = socket.create_connection((host, parts.port or _PORTS[parts.scheme]), timeout=deadline)
    if context is None:
        return connection
    try:
        return context.wrap_socket(connection, server_hostname=host)
    except BaseException:
        connection.close()
        raise


def _read(connection: socket.socket, size: int) -> bytes:
    data = b""
    while len(data) < size and (more := connection.recv(size - len(data))):
        data += more
    return data


def _encryption(options: RemoteOptions, protocol: str) -> ssl.SSLContext:
    """Return how to encrypt with the certificates that flags name.

    Raises:
        UsageError: A certificate cannot be used.
    """
    try:
        context = ssl.create_default_context(cafile=options.tls_certificate or None)
        if options.tls_client_certificate:
            context.load_cert_chain(options.tls_client_certificate, options.tls_client_key or None)
    except OSError as error:
        flags = " or ".join(f"-{name.replace('_', '-')}" for name in options.tls_files)
        raise UsageError(
            f"{flags}: {error.strerror or error}", hint="name PEM files, the client's key without a password"
        ) from error
    context.set_alpn_protocols([protocol])
    return context
