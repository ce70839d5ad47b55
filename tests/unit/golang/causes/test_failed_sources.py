"""Why a source did not answer, as messages of the go command and of the relay have it."""

from __future__ import annotations

import pytest

from gomod2bazel.golang.causes.failed_sources import Cause, cause_of, hint_of, is_web_page

URL = "https://proxy.example/go/m/@v/v1.0.0.info"


@pytest.mark.parametrize(
    ("message", "cause"),
    [
        (f"m@v1.0.0: reading {URL}: 401 Unauthorized", Cause.CREDENTIALS),
        (f"m@v1.0.0: reading {URL}: 403 Forbidden\n\tserver response: not you", Cause.CREDENTIALS),
        (f"m@v1.0.0: reading {URL}: 401 Unauthorized\n\tserver response: not found", Cause.CREDENTIALS),
        (f"m@v1.0.0: reading {URL}: 407 Proxy Authentication Required", Cause.PROXY_CREDENTIALS),
        (f'Get "{URL}": Proxy Authentication Required', Cause.PROXY_CREDENTIALS),
        (f'Get "{URL}": cannot reach proxy.example:443: the proxy p answered 407 x', Cause.PROXY_CREDENTIALS),
        (f"m@v1.0.0: reading {URL}: 429 Too Many Requests", Cause.RATE_LIMIT),
        (f"m@v1.0.0: reading {URL}: 500 Internal Server Error", Cause.SERVER),
        (f"m@v1.0.0: reading {URL}: 502 Bad Gateway", Cause.SERVER),
        (f"m@v1.0.0: reading {URL}: 418 I'm a teapot", Cause.STATUS),
        (f"m@v1.0.0: reading {URL}: cannot reach proxy.example:80: Connection refused", Cause.REFUSED),
        ("dial tcp 127.0.0.1:1: connect: connection refused", Cause.REFUSED),
        (f'Get "{URL}": cannot reach proxy.example:443: Name or service not known', Cause.NAME),
        ("cannot reach x.invalid:80: Temporary failure in name resolution", Cause.NAME),
        ("dial tcp: lookup x.invalid: no such host", Cause.NAME),
        (f"m@v1.0.0: reading {URL}: no answer from proxy.example within 3 s", Cause.SILENT),
        ("dial tcp 192.0.2.1:443: i/o timeout", Cause.SILENT),
        ("cannot reach x:443: No route to host", Cause.UNREACHABLE),
        ("dial tcp 192.0.2.1:443: connect: network is unreachable", Cause.UNREACHABLE),
        (f'Get "{URL}": tls: failed to verify certificate: x509: unknown authority', Cause.CERTIFICATE),
        (f'Get "{URL}": stopped after 10 redirects', Cause.REDIRECTED),
        (f'Get "{URL}": EOF', Cause.ENDED),
        (f"m@v1.0.0: reading {URL}: cannot read from proxy.example: BadStatusLine('x')", Cause.ENDED),
        ("read tcp 127.0.0.1:2: connection reset by peer", Cause.ENDED),
    ],
)
def test_cause(message: str, cause: Cause) -> None:
    assert cause_of(message) is cause
    assert hint_of(cause, message)


@pytest.mark.parametrize(
    "message",
    [
        f"m@v1.0.0: reading {URL}: 403 Forbidden\n\tserver response: This module version is not available.",
        f"m@v1.0.0: reading {URL}: 403 Forbidden\n\tserver response:\n\tno such module",
        f"m@v1.0.0: reading {URL}: 404 Not Found",
        f"m@v1.0.0: reading {URL}: 410 Gone",
        # What failed inside the server is not a failure of our request.
        f"m@v1.0.0: reading {URL}: 404 Not Found\n\tserver response: not found: dial tcp: lookup x: no such host",
        f"m@v1.0.0: reading {URL}: 404 Not Found\n\tserver response:\n\tgit: 401 Unauthorized\n\tconnection refused",
        "m@v1.0.0: reading file:///p/m/@v/v1.0.0.info: no such file or directory",
        'no matching versions for query "v9"',
        "m@v1.0.0: invalid version: should be v0 or v1, not v2",
        "a.go:3:1: expected declaration",
    ],
)
def test_no_cause(message: str) -> None:
    assert cause_of(message) is None


def test_a_source_that_fails_counts_more_than_one_that_lacks_the_module() -> None:
    both = f"a@v1.0.0: reading {URL}: 404 Not Found\nb@v1.0.0: reading https://other.example/b: 503 Unavailable"
    assert cause_of(both) is Cause.SERVER


def test_hints_name_the_source() -> None:
    message = f"m@v1.0.0: reading {URL}: 429 Too Many Requests"
    assert "-goproxy 'https://proxy.example|https://OTHER'" in hint_of(Cause.RATE_LIMIT, message)
    assert "'https://proxy.example/go|" in hint_of(Cause.RATE_LIMIT, message, "https://proxy.example/go")
    assert "of proxy.example into .netrc" in hint_of(Cause.CREDENTIALS, message)
    named = "reading https://me:xxxxx@proxy.example/x: 401 Unauthorized"
    assert "of proxy.example into .netrc" in hint_of(Cause.CREDENTIALS, named)
    assert hint_of(Cause.CREDENTIALS, "401 Unauthorized").startswith("put user and password of the source")


def test_web_pages() -> None:
    assert is_web_page("invalid response from proxy: invalid character '<' looking for beginning of value")
    assert is_web_page("m@v1.0.0: parsing go.mod: go.mod:1: unknown directive: <!DOCTYPE")
    assert not is_web_page("invalid character 'x' looking for beginning of value")
