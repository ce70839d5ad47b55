"""Why a source did not answer with what it was asked for: one hint for each cause.

Messages are those of the go command (cmd/go/internal/web, net/http) and of the relay, in words of `relay_handler`.
"""

from __future__ import annotations

import re
from enum import Enum

from gomod2bazel.base.documentation import page

__all__ = ["WEB_PAGE", "Cause", "cause_of", "hint_of", "is_web_page"]

WEB_PAGE = (
    "the source returned a web page: log in to the network if it shows such a page first (a captive portal), or "
    "correct -goproxy"
)
"""The hint for a source whose answer is HTML."""


class Cause(Enum):
    """Why a source gave no answer, or none that tells whether it has a module; the value is the hint.

    Hints hold ``{host}``: the source's host.
    """

    CREDENTIALS = (
        "put user and password of {host} into .netrc, or set GOAUTH (the go command sends them over https only): "
        + page("how-to/private-goproxy.md")
    )
    PROXY_CREDENTIALS = "put user and password of the proxy into HTTPS_PROXY: http://USER:PASSWORD@HOST:PORT"
    RATE_LIMIT = (
        "{host} limits how often it is asked: try again later, or name a second source after a bar: "
        "-goproxy '{source}|https://OTHER'"
    )
    SERVER = (
        "an error of the server, not of the module: try again, or name a second source after a bar: "
        "-goproxy '{source}|https://OTHER'"
    )
    STATUS = "check the address in -goproxy: {host} does not answer as a module proxy"
    NAME = "check the host name in -goproxy, and that this machine can look up names (DNS)"
    REFUSED = "nothing listens there: check host and port in -goproxy, and that the server runs"
    UNREACHABLE = "check the network: {host} cannot be reached; -offline with -goproxy file://DIR needs none"
    SILENT = (
        "wait longer with -deadline SECONDS, or name a second source after a bar: -goproxy '{source}|https://OTHER'"
    )
    CERTIFICATE = "SSL_CERT_FILE names a file of more authorities to trust; the certificate must be for {host}"
    ENDED = (
        "the connection ended early: try again, or name a second source after a bar: -goproxy '{source}|https://OTHER'"
    )
    REDIRECTED = "check the address in -goproxy: {host} redirects without end, or from https to http"


_STATUS = re.compile(r"reading (https?://[^\s\"]+): ([1-5]\d\d)\b[^\n]*(?:\n\tserver response:[^\n]*(?:\n\t[^\n]*)*)?")
_BY_STATUS = {
    401: Cause.CREDENTIALS,
    403: Cause.CREDENTIALS,
    407: Cause.PROXY_CREDENTIALS,
    429: Cause.RATE_LIMIT,
}
_NOT_THERE = (404, 410)
# Some servers refuse all that they do not have, or do not want to have, whoever asks for it: with 403, and these words.
_NOT_OFFERED = re.compile(
    r"\bnot (?:available|found)\b|\bno such\b|\bdoes not exist\b|\bunknown (?:module|revision|version)"
)
_BY_WORDS = (
    (Cause.SILENT, re.compile(r"no answer from \S+ within |i/o timeout|TLS handshake timeout")),
    (
        Cause.NAME,
        re.compile(
            r"Name or service not known|[Tt]emporary failure in name resolution|no such host|"
            r"No address associated with hostname|nodename nor servname"
        ),
    ),
    (Cause.PROXY_CREDENTIALS, re.compile(r"Proxy Authentication Required|the proxy \S+ answered 407")),
    (Cause.REFUSED, re.compile(r"[Cc]onnection refused")),
    (Cause.UNREACHABLE, re.compile(r"No route to host|[Nn]etwork is unreachable|cannot reach \S+: |dial tcp")),
    (Cause.CERTIFICATE, re.compile(r"tls: |x509: ")),
    (Cause.REDIRECTED, re.compile(r"stopped after 10 redirects|redirected from secure URL")),
    (
        Cause.ENDED,
        re.compile(
            r'https?://[^"\s]+\\?": (unexpected )?EOF|reset by peer|broken pipe|cannot read from \S+: |'
            r"reading https?://\S+: unexpected EOF"
        ),
    ),
)
_URL = re.compile(r"https?://[^\s\",|]+")
# What encoding/json reports of HTML, and golang.org/x/mod of a go.mod that is HTML.
_WEB_PAGE = re.compile(r"invalid character '<'|unknown directive: (<!doctype|<html)", re.IGNORECASE)


def cause_of(message: str) -> Cause | None:
    """Return why a source could not be asked; None where it answered that it does not have something, or anything else.

    Args:
        message: of the go command. What a server wrote into an answer 404 or 410 counts for nothing;
            an answer 403 is one of these if the server writes that it does not have the version.
    """
    for match in _STATUS.finditer(message):
        status = int(match[2])
        if status not in _NOT_THERE and not (status == 403 and _NOT_OFFERED.search(match[0])):
            return _BY_STATUS.get(status, Cause.SERVER if status >= 500 else Cause.STATUS)
    rest = _STATUS.sub("", message)
    return next((cause for cause, words in _BY_WORDS if words.search(rest)), None)


def hint_of(cause: Cause, message: str, source: str = "") -> str:
    """Return what helps against a cause.

    Args:
        cause: from `cause_of`.
        message: the message that it was read in; its first URL is that of the source.
        source: the source as the user named it; where it is empty, its scheme and host stand for it.
    """
    url = _URL.search(message)
    root = re.match(r"https?://[^/\s\"]+", url[0]) if url else None
    host = root[0].partition("://")[2].rpartition("@")[2] if root else "the source"
    return cause.value.format(host=host, source=source or (root[0] if root else "https://HOST"))


def is_web_page(message: str) -> bool:
    """Return whether a message is about HTML in place of what a module proxy answers."""
    return _WEB_PAGE.search(message) is not None
