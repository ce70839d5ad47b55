"""Connect to a host of the network: straight, or through the proxy that HTTPS_PROXY, HTTP_PROXY and NO_PROXY name.

The go command's own rules (golang.org/x/net/http/httpproxy, config.useProxy), as the relay is in its place.
"""

from __future__ import annotations

import base64
import ipaddress
import socket
import time
from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import SplitResult, unquote

from gomod2bazel.base.errors import UsageError
from gomod2bazel.golang.proxy.urls import split_url

__all__ = ["Upstream", "credentials", "is_loopback"]

_PORTS = {"http": 80, "https": 443}
_HEAD = 1 << 14  # bytes that a proxy's answer to CONNECT may have


def is_loopback(host: str) -> bool:
    """Return whether ``host`` is this machine's loopback, by the go command's rule: localhost, 127.0.0.0/8 or ::1."""
    try:
        return host == "localhost" or ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


@dataclass(frozen=True, slots=True, kw_only=True)
class Upstream:
    """The proxies of the user's environment.

    Attributes:
        proxies: scheme of what is asked for (http or https) to the URL of its proxy.
        excluded: entries of NO_PROXY, in small letters.
    """

    proxies: Mapping[str, SplitResult]
    excluded: tuple[str, ...] = ()

    @classmethod
    def from_environment(cls, environment: Mapping[str, str]) -> Upstream:
        """Read the variables, in capitals or small letters.

        Raises:
            UsageError: a proxy is neither an http nor an https URL.
        """
        proxies = {}
        for scheme in _PORTS:
            name = f"{scheme}_proxy"
            text = environment.get(name.upper()) or environment.get(name, "")
            if text:
                proxies[scheme] = _proxy(name.upper(), text)
        excluded = environment.get("NO_PROXY") or environment.get("no_proxy", "")
        return cls(proxies=proxies, excluded=tuple(filter(None, (w.strip().lower() for w in excluded.split(",")))))

    def proxy(self, scheme: str, host: str, port: int) -> SplitResult | None:
        """Return the proxy to ask for ``host``, or None to go there straight."""
        proxy_url = self.proxies.get(scheme)
        return None if proxy_url is None or is_loopback(host) or self._is_excluded(host.lower(), port) else proxy_url

    def _is_excluded(self, host: str, port: int) -> bool:
        return any(_matches(entry, host, port) for entry in self.excluded)

    def tunnel(self, host: str, port: int, deadline: float) -> socket.socket:
        """Return a connection over which TLS with ``host`` can begin.

        Raises:
            OSError: it cannot be reached; TimeoutError if it did not answer for ``deadline`` seconds.
        """
        proxy = self.proxy("https", host, port)
        if proxy is None:
            return socket.create_connection((host, port), deadline)
        connection = self.open(proxy, deadline)
        try:
            _ask_for(connection, proxy, f"[{host}]:{port}" if ":" in host else f"{host}:{port}", deadline)
        except BaseException:
            connection.close()
            raise
        return connection

    def open(self, proxy: SplitResult, deadline: float) -> socket.socket:
        """Return a connection with a proxy itself.

        Raises:
            OSError: as for `tunnel`.
        """
        host = proxy.hostname or ""
        plain = socket.create_connection((host, proxy.port or _PORTS[proxy.scheme]), deadline)
        if proxy.scheme == "http":
            return plain
        try:
            import ssl  # noqa: PLC0415 - most runs ask nobody

            return ssl.create_default_context().wrap_socket(plain, server_hostname=host)
        except BaseException:
            plain.close()
            raise


def _proxy(name: str, text: str) -> SplitResult:
    url = split_url(text if "://" in text else f"http://{text}", name)
    if url.scheme not in _PORTS or not url.hostname:
        raise UsageError(f"{name}: proxy scheme {url.scheme!r} is not supported", hint="use an http or https proxy")
    return url


def _matches(entry: str, host: str, port: int) -> bool:
    """Tell whether an entry of NO_PROXY names a host: an address, a network, a domain, or ``*``; a port may follow."""
    if entry == "*":
        return True
    try:
        return ipaddress.ip_address(host) in ipaddress.ip_network(entry, strict=False)
    except ValueError:
        pass
    name, colon, number = entry.rpartition(":")
    if colon and number.isdigit():
        if int(number) != port:
            return False
        entry = name.strip("[]")
    if entry.startswith("*."):
        entry = entry[1:]
    return host.endswith(entry) if entry.startswith(".") else host == entry or host.endswith(f".{entry}")


def credentials(proxy: SplitResult) -> str:
    """Return the value of Proxy-Authorization for a proxy whose URL holds a user, else an empty string."""
    if proxy.username is None:
        return ""
    pair = f"{unquote(proxy.username)}:{unquote(proxy.password or '')}"
    return "Basic " + base64.b64encode(pair.encode(errors="surrogateescape")).decode()


def _ask_for(connection: socket.socket, proxy: SplitResult, address: str, deadline: float) -> None:
    known = credentials(proxy)
    lines = [f"CONNECT {address} HTTP/1.1", f"Host: {address}", *([f"Proxy-Authorization: {known}"] if known else [])]
    connection.sendall("\r\n".join([*lines, "", ""]).encode(errors="surrogateescape"))
    head, end = b"", time.monotonic() + deadline
    while b"\r\n\r\n" not in head:
        # One byte at a time: what follows the head belongs to TLS.
        byte = connection.recv(1)
        if not byte or len(head) > _HEAD:
            raise ConnectionError(f"the proxy {proxy.hostname} closed the connection")
        if time.monotonic() > end:
            raise TimeoutError
        head += byte
    status = head.split(b"\r\n", 1)[0].decode("latin-1").split(" ", 2)
    if len(status) < 2 or status[1] != "200":
        raise ConnectionError(f"the proxy {proxy.hostname} answered {' '.join(status[1:])}")
