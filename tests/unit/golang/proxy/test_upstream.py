"""Which proxy leads to a host; the rules are those of golang.org/x/net/http/httpproxy."""

from __future__ import annotations

import pytest

from gomod2bazel.base.errors import UsageError
from gomod2bazel.golang.proxy.upstream import Upstream, credentials, is_loopback


@pytest.mark.parametrize(
    ("excluded", "host", "port", "straight"),
    [
        ("", "example.com", 443, False),
        ("*", "example.com", 443, True),
        ("example.com", "example.com", 443, True),
        ("example.com", "Sub.Example.com", 443, True),
        ("example.com", "badexample.com", 443, False),
        (".example.com", "example.com", 443, False),
        (".example.com", "a.example.com", 443, True),
        ("*.example.com", "a.example.com", 443, True),
        ("example.com:8443", "example.com", 443, False),
        ("example.com:8443", "example.com", 8443, True),
        ("10.0.0.0/8", "10.1.2.3", 443, True),
        ("10.0.0.0/8", "11.1.2.3", 443, False),
        ("10.0.0.1", "10.0.0.1", 443, True),
        ("10.0.0.1:80", "10.0.0.1", 443, False),
        ("fd00::/8", "fd00::1", 443, True),
        ("a.invalid, example.com ", "example.com", 443, True),
        ("", "localhost", 443, True),
        ("", "127.3.2.1", 443, True),
    ],
)
def test_no_proxy(excluded: str, host: str, port: int, straight: bool) -> None:
    upstream = Upstream.from_environment({"https_proxy": "proxy.invalid:3128", "NO_PROXY": excluded})
    found = upstream.proxy("https", host, port)
    assert (found is None) == straight
    assert found is None or (found.hostname, found.port) == ("proxy.invalid", 3128)
    assert upstream.proxy("http", host, port) is None


@pytest.mark.parametrize("text", ["socks5://proxy:1080", "ftp://proxy", "http://"])
def test_a_proxy_that_cannot_be_used(text: str) -> None:
    with pytest.raises(UsageError, match="HTTPS_PROXY"):
        Upstream.from_environment({"HTTPS_PROXY": text})


def test_credentials() -> None:
    upstream = Upstream.from_environment({"HTTP_PROXY": "http://me:p%40ss@proxy", "HTTPS_PROXY": "https://proxy"})
    assert credentials(upstream.proxies["http"]) == "Basic bWU6cEBzcw=="
    assert credentials(upstream.proxies["https"]) == ""


@pytest.mark.parametrize(
    ("host", "expected"), [("::1", True), ("127.0.0.2", True), ("localhost.", False), ("x", False)]
)
def test_is_loopback(host: str, expected: bool) -> None:
    assert is_loopback(host) == expected
