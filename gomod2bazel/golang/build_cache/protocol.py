"""The protocol between the go command and a cache program: JSON lines on standard input and output.

It is described in cmd/go/internal/cacheprog. The body of a put follows its request as a JSON string in base64.
"""

from __future__ import annotations

import base64
import binascii
import json
import os
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, BinaryIO

from gomod2bazel.base.errors import Gomod2bazelError
from gomod2bazel.golang.build_cache.action_result import Digest, Entry

__all__ = ["Connection", "ProtocolError", "Request"]

_COMMANDS = ("get", "put", "close")

_LINE = 1 << 16
"""Bytes that a request without its body may have."""

_CHUNK = 1 << 18
"""Characters of a body that are read at once; a multiple of four, so that each piece can be decoded."""

_SECOND = 1_000_000_000


class ProtocolError(Gomod2bazelError):
    """What arrives is not the protocol of the go command."""


@dataclass(frozen=True, slots=True)
class Request:
    """A request of the go command.

    Attributes:
        id: The number that the response repeats.
        command: get, put or close; another word in a later release.
        action: The action ID; empty for close.
        output: What is put.
    """

    id: int
    command: str
    action: bytes
    output: Digest


class Connection:
    """One conversation with the go command. Threads may reply; one alone reads requests and bodies.

    Args:
        source: Where requests come from.
        target: The descriptor that responses are written to.
    """

    def __init__(self, source: BinaryIO, target: int) -> None:
        self._source = source
        self._target = target
        self._lock = threading.Lock()

    def begin(self) -> None:
        """Send the first response, which names the commands that are supported."""
        self._send({"ID": 0, "KnownCommands": _COMMANDS})

    def requests(self) -> Iterator[Request]:
        """Yield the requests until the go command ends; the body of a put must be read before the next one.

        Raises:
            ProtocolError: A line is not a request.
        """
        while line := self._source.readline(_LINE):
            if line.strip():
                yield _request(line)

    def body(self, size: int) -> Iterator[bytes]:
        """Yield the body that follows a request, in pieces.

        Args:
            size: Its size in bytes; a body without bytes is not sent.

        Raises:
            ProtocolError: It is not base64, or cut off.
        """
        if not size:
            return
        while (begin := self._source.read(1)).isspace():
            pass
        left = (size + 2) // 3 * 4
        while begin == b'"' and left:
            text = self._source.read(min(left, _CHUNK))
            if not text:
                break
            left -= len(text)
            try:
                yield binascii.a2b_base64(text, strict_mode=True)
            except binascii.Error as error:
                raise ProtocolError(f"the go command sent a body that is not base64: {error}") from error
        if begin != b'"' or left or self._source.read(1) != b'"':
            raise ProtocolError("the go command sent a body that is cut off")

    def hit(self, request: Request, entry: Entry, path: str) -> None:
        """Answer a get with an entry and the file of its body."""
        second = time.strftime("%Y-%m-%dT%H:%M:%S", time.gmtime(entry.time // _SECOND))
        output = base64.b64encode(bytes.fromhex(entry.output.hash)).decode()
        known = {"Time": f"{second}.{entry.time % _SECOND:09}Z"} if entry.time else {}
        self._send({"ID": request.id, "OutputID": output, "Size": entry.output.size, "DiskPath": path, **known})

    def miss(self, request: Request) -> None:
        """Answer a get whose action is not in the cache."""
        self._send({"ID": request.id, "Miss": True})

    def stored(self, request: Request, path: str) -> None:
        """Answer a put with the file of its body."""
        self._send({"ID": request.id, "DiskPath": path})

    def failed(self, request: Request, reason: str) -> None:
        """Answer a request that failed."""
        self._send({"ID": request.id, "Err": reason})

    def closed(self, request: Request) -> None:
        """Answer a close."""
        self._send({"ID": request.id})

    def _send(self, response: dict[str, Any]) -> None:
        # ASCII alone: a path that is not UTF-8 cannot be sent at all.
        data = json.dumps(response).encode("ascii") + b"\n"
        with self._lock:
            while data:
                data = data[os.write(self._target, data) :]


def _request(line: bytes) -> Request:
    try:
        fields = json.loads(line)
        action, output = (base64.b64decode(fields.get(name) or "") for name in ("ActionID", "OutputID"))
        return Request(int(fields["ID"]), str(fields["Command"]), action, Digest(output.hex(), _size(fields)))
    except (ValueError, TypeError, KeyError, AttributeError) as error:
        raise ProtocolError(f"the go command sent a line that is not a request: {line[:80]!r}") from error


def _size(fields: dict[str, Any]) -> int:
    size = int(fields.get("BodySize") or 0)
    if size < 0:
        raise ValueError("negative size")
    return size
