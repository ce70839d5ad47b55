"""Entries of the go command's build cache as Bazel's ActionResult messages, and their keys among those of Bazel.

The message is in build/bazel/remote/execution/v2/remote_execution.proto of Bazel's remote APIs.
"""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass

from gomod2bazel.golang.build_cache.wire import fields_of, integer, message, with_bytes, with_number

__all__ = ["Digest", "Entry", "decode", "encode", "entry_key"]

_DOMAIN = b"gomod2bazel gocacheprog 1\0"
"""Begins what a key is the hash of. Bazel's keys are hashes of Action messages, none of which can begin with this."""

_OUTPUT = "output"
"""The path of the one output file: servers refuse an output without a path."""

_HASH = re.compile(r"[0-9a-f]{64}")

_SECOND = 1_000_000_000


@dataclass(frozen=True, slots=True)
class Digest:
    """The identity of a body.

    Attributes:
        hash: Its sha256, in hexadecimal.
        size: Its size in bytes.
    """

    hash: str
    size: int


@dataclass(frozen=True, slots=True)
class Entry:
    """What the go command stored for an action.

    Attributes:
        output: The body that the action made. Its hash is what the go command calls the output ID.
        time: When it was stored, in nanoseconds since 1970; 0 if unknown.
    """

    output: Digest
    time: int


def entry_key(action: bytes) -> str:
    """Return the key of an action of the go command among the action results of a Bazel cache.

    Args:
        action: The go command's action ID.
    """
    return hashlib.sha256(_DOMAIN + action).hexdigest()


def encode(entry: Entry) -> bytes:
    """Return an entry as an ActionResult message."""
    digest = with_bytes(1, entry.output.hash.encode()) + with_number(2, entry.output.size)
    output = with_bytes(1, _OUTPUT.encode()) + with_bytes(2, digest)
    time = with_number(1, entry.time // _SECOND) + with_number(2, entry.time % _SECOND)
    # output_files, and worker_completed_timestamp of execution_metadata.
    return with_bytes(2, output) + with_bytes(9, with_bytes(4, time))


def decode(data: bytes) -> Entry:
    """Return the entry in an ActionResult message.

    Raises:
        ValueError: It is not a message that `encode` could have made; the error tells why.
    """
    outputs, time = [], 0
    for number, value in fields_of(data):
        if number == 2:
            outputs.append(message(value))
        elif number == 4 and value:
            raise ValueError("the action failed")
        elif number == 9:
            stamp = dict(fields_of(message(dict(fields_of(message(value))).get(4, b""))))
            time = integer(stamp.get(1, 0)) * _SECOND + integer(stamp.get(2, 0))
    if len(outputs) != 1:
        raise ValueError(f"{len(outputs)} outputs instead of one")
    output = dict(fields_of(outputs[0]))
    digest = dict(fields_of(message(output.get(2, b""))))
    name = message(digest.get(1, b"")).decode("ascii")
    size = integer(digest.get(2, 0))
    if output.get(1) != _OUTPUT.encode() or not _HASH.fullmatch(name) or size >= 1 << 63:
        raise ValueError("not an entry of the go command")
    return Entry(Digest(name, size), time if time < 1 << 63 else 0)
