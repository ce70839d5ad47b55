"""A relay on loopback that the go command goes through to its sources: deadlines, and no host but theirs.

The go command's own client waits for ever (cmd/go/internal/web has no timeout). It takes HTTPS_PROXY and HTTP_PROXY,
though, so it is given this relay as its proxy. With https the relay passes on bytes that it cannot read: certificates,
credentials of .netrc and GOAUTH, and all contents stay between the go command and the source. What goes plain it
fetches itself, and so can also end an answer that is too long. Requests come one after another on a connection, as
HTTP/2 is switched off: silence after one is a source that does not answer.

The go command never asks a proxy for what is on loopback. Plain sources there get a name that is not, so that these
end in time too; `Relay.plain` gives messages the real one.
"""

from __future__ import annotations

import os
import re
import threading
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

from gomod2bazel.base.errors import ToolError
from gomod2bazel.golang.proxy.relay_server import BY_RELAY, Server, Traffic
from gomod2bazel.golang.proxy.upstream import Upstream, is_loopback
from gomod2bazel.golang.proxy.urls import split_url

__all__ = ["DEADLINE", "Relay"]

DEADLINE = 30.0
"""Seconds that a source may stay silent."""

_PORTS = {"http": 80, "https": 443}

_LISTEN = "check that programs may listen on 127.0.0.1: the go command reaches sources through a port there"
_ALIAS = "loopback-{}.gomod2bazel.invalid"
# How the go command shows an answer of the relay itself; in JSON, \n and \t are escaped.
_RELAYED = re.compile(rf": 50[24] {BY_RELAY}(?:\n|\\n)(?:\t|\\t)server response: ")
# The go command's messages for a connection that ended (net/http, crypto/tls).
_ENDED = r"(?:unexpected )?EOF|(?:read|write) tcp [^\n]*?(?:reset by peer|broken pipe)"


@dataclass(frozen=True, slots=True, kw_only=True)
class Relay:
    """Who may be asked, and how long an answer may take.

    Attributes:
        hosts: HOST:PORT of each source, and hosts (any port) that the user allowed in addition to them.
        upstream: how to reach them.
        deadline: seconds that a source may stay silent.
        offline: only loopback may be asked.
        traffic: how much came from them.
        silent: hosts that did not answer in time, by HOST:PORT; they are not asked again in this run.
    """

    hosts: frozenset[str]
    upstream: Upstream
    deadline: float = DEADLINE
    offline: bool = False
    traffic: Traffic = field(default_factory=Traffic)
    silent: set[str] = field(default_factory=set)
    aliases: dict[str, str] = field(default_factory=dict)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    @classmethod
    def to(
        cls,
        urls: Iterable[str],
        environment: Mapping[str, str],
        *,
        allowed: Iterable[str] = (),
        deadline: float = 0.0,
        offline: bool = False,
    ) -> Relay:
        """Return the relay for some sources.

        Args:
            urls: of the sources; those that are not http or https URLs count for nothing.
            environment: the user's, for the proxies it names.
            allowed: HOST or HOST:PORT of others that a source may send on to.
            deadline: seconds, or 0 for `DEADLINE`.
            offline: nothing but loopback may be asked.

        Raises:
            UsageError: the environment names a proxy that cannot be used.
        """
        parts = [split_url(url, "a source, or the address of the checksum database (GOSUMDB),") for url in urls]
        source_hosts = {
            f"{part.hostname}:{part.port or _PORTS[part.scheme]}" for part in parts if part.scheme in _PORTS
        }
        return cls(
            hosts=frozenset({*source_hosts, *(host.lower() for host in allowed)}),
            upstream=Upstream.from_environment({} if offline else environment),
            deadline=deadline or DEADLINE,
            offline=offline,
        )

    @contextmanager
    def serving(self, environment: Mapping[str, str]) -> Iterator[dict[str, str]]:
        """Serve while one go command runs.

        Args:
            environment: what the go command would be given.

        Yields:
            What it is to be given.
        """
        token = os.urandom(16).hex()
        with ExitStack() as stack:
            try:
                server = stack.enter_context(Server(self, token, _handler))
                server.start()
            except (OSError, RuntimeError) as error:
                # No socket, or no thread, is to be had.
                raise ToolError(f"cannot listen on loopback: {error}", hint=_LISTEN) from error
            try:
                yield self._environment(environment, f"http://relay:{token}@127.0.0.1:{server.server_address[1]}")
            finally:
                server.stop()

    def _environment(self, environment: Mapping[str, str], address: str) -> dict[str, str]:
        names = ("http_proxy", "https_proxy", "no_proxy", "all_proxy")
        kept = {name: value for name, value in environment.items() if name.lower() not in names}
        godebug = ",".join(filter(None, [environment.get("GODEBUG", ""), "http2client=0"]))
        return {
            **kept,
            "HTTP_PROXY": address,
            "HTTPS_PROXY": address,
            "GODEBUG": godebug,
            "GOPROXY": self._aliased(environment.get("GOPROXY", "")),
            "GOSUMDB": self._aliased(environment.get("GOSUMDB", "")),
        }

    def _aliased(self, goproxy: str) -> str:
        """Give plain sources on loopback a name for which the go command asks its proxy."""

        def alias(match: re.Match[str]) -> str:
            try:
                url = urlsplit(match[0])
                port = url.port or 80
            except ValueError:
                # The request for it reports what is wrong with it.
                return match[0]
            if url.username is not None or not is_loopback(url.hostname or ""):
                return match[0]
            address = f"{url.hostname}:{port}"
            named = next((name for name, real in self.aliases.items() if real == address), "")
            name = named or f"{_ALIAS.format(len(self.aliases) + 1)}:{port}"
            self.aliases[name] = address
            return f"http://{name}"

        return re.sub(r"http://[^/,|?#\s]+", alias, goproxy)

    def real(self, host: str, port: int) -> tuple[str, int]:
        """Return the host and port that a name from the go command stands for."""
        address = self.aliases.get(f"{host}:{port}")
        return (address.rpartition(":")[0], port) if address else (host, port)

    def refusal(self, host: str, port: int) -> str:
        """Return why a host must not be asked, or an empty string."""
        if self.offline and not is_loopback(host):
            return f"-offline forbids requests to {host}"
        if not self.hosts & {f"{host}:{port}", host}:
            return f"{host} is not a configured source"
        return self.silence(host, port) if f"{host}:{port}" in self.silent else ""

    def silence(self, host: str, port: int) -> str:
        """Record and report that a host did not answer in time."""
        with self._lock:
            self.silent.add(f"{host}:{port}")
        return f"no answer from {host} within {self.deadline:g} s"

    def plain(self, text: str) -> str:
        """Return what the go command wrote with the real names of sources, and why one did not answer."""
        text = _RELAYED.sub(": ", text)
        for name, address in self.aliases.items():
            text = text.replace(name, address)
            if address.endswith(":80"):
                text = text.replace(name.removesuffix(":80"), address.removesuffix(":80"))
        for address in sorted(self.silent):
            host = re.escape(address.removesuffix(":443"))
            cause = f"no answer from {address.rpartition(':')[0]} within {self.deadline:g} s"
            text = re.sub(rf'(https://{host}/[^"\s]*\\?": )(?:{_ENDED})', rf"\1{cause}", text)
        return text


def _handler() -> Callable[[Any, Any, Server], object]:
    # Imported here: most runs find all they need in the cache, and the go command then asks nobody.
    from gomod2bazel.golang.proxy.relay_handler import Handler  # noqa: PLC0415

    return Handler
