"""Entries of the go command's build cache as Bazel's ActionResult messages, and their keys among those of Bazel.

The message is in build/bazel/remote/execution/v2/remote_execution.proto of Bazel's remote APIs. It is read and written
here without the protobuf package, whose import would take longer than all that the go command asks for.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator
from dataclasses import dataclass

__all__ = ["Digest", "Entry", "decode", "encode", "entry_key"]

_DOMAIN = b"gomod2bazel gocacheprog 1\0"
"""Begins what a key is the hash of. Bazel's keys are hashes of Action messages, none of which can begin with this."""

_OUTPUT = "output"
"""The path of the one output file: servers refuse an output without a path."""

_HASH = re.compile(r"[0-9a-f]{64}")

_VARINT, _FIXED64, _BYTES, _FIXED32 = 0, 1, 2, 5
_SIZES = {_FIXED64: 8, _FIXED32: 4}

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
    digest = _field(1, entry.output.hash.encode()) + _number(2, entry.output.size)
    output = _field(1, _OUTPUT.encode()) + _field(2, digest)
    time = _number(1, entry.time // _SECOND) + _number(2, entry.time % _SECOND)
    # output_files, and worker_completed_timestamp of execution_metadata.
    return _field(2, output) + _field(9, _field(4, time))


def decode(message: bytes) -> Entry:
    """Return the entry in an ActionResult message.

    Raises:
        ValueError: It is not a message that `encode` could have made; the error tells why.
    """
    outputs, time = [], 0
    for number, value in _fields(message):
        if number == 2:
            outputs.append(_message(value))
        elif number == 4 and value:
            raise ValueError("the action failed")
        elif number == 9:
            stamp = dict(_fields(_message(dict(_fields(_message(value))).get(4, b""))))
            time = _integer(stamp.get(1, 0)) * _SECOND + _integer(stamp.get(2, 0))
    if len(outputs) != 1:
        raise ValueError(f"{len(outputs)} outputs instead of one")
    output = dict(_fields(outputs[0]))
    digest = dict(_fields(_message(output.get(2, b""))))
    name = _message(digest.get(1, b"")).decode("ascii")
    size = _integer(digest.get(2, 0))
    if output.get(1) != _OUTPUT.encode() or not _HASH.fullmatch(name) or size >= 1 << 63:
        raise ValueError("not an entry of the go command")
    return Entry(Digest(name, size), time if time < 1 << 63 else 0)


def _varint(number: int) -> bytes:
    encoded = bytearray()
    while number > 0x7F:
        encoded.append(number & 0x7F | 0x80)
        number >>= 7
    encoded.append(number)
    return bytes(encoded)


def _field(number: int, value: bytes) -> bytes:
    return _varint(number << 3 | _BYTES) + _varint(len(value)) + value


def _number(number: int, value: int) -> bytes:
    return _varint(number << 3 | _VARINT) + _varint(value) if value else b""


def _fields(message: bytes) -> Iterator[tuple[int, int | bytes]]:
    """Yield number and value of each field of a message."""
    place = 0
    while place < len(message):
        tag, place = _read_varint(message, place)
        kind = tag & 7
        if kind == _VARINT:
            value, place = _read_varint(message, place)
            yield tag >> 3, value
            continue
        if kind == _BYTES:
            size, place = _read_varint(message, place)
        elif kind in _SIZES:
            size = _SIZES[kind]
        else:
            raise ValueError(f"wire type {kind}")
        if place + size > len(message):
            raise ValueError("cut off")
        yield tag >> 3, message[place : place + size]
        place += size


def _read_varint(message: bytes, place: int) -> tuple[int, int]:
    number = 0
    for shift in range(0, 64, 7):
        if place >= len(message):
            raise ValueError("cut off")
        byte = message[place]
        place += 1
        number |= (byte & 0x7F) << shift
        if byte < 0x80:
            return number, place
    raise ValueError("a number of more than 64 bits")


def _message(value: int | bytes) -> bytes:
    if isinstance(value, int):
        raise ValueError("a number where a message is expected")  # noqa: TRY004 - of the data, not of the program
    return value


def _integer(value: int | bytes) -> int:
    if isinstance(value, bytes):
        raise ValueError("bytes where a number is expected")  # noqa: TRY004 - of the data, not of the program
    return value
