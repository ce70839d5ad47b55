"""Entries as Bazel's messages: the bytes are those that protoc would make, and everything else is refused."""

from __future__ import annotations

import hashlib
import random

import pytest

from gomod2bazel.golang.build_cache.action_result import Digest, Entry, decode, encode, entry_key

ENTRY = Entry(Digest("a1" * 32, 300), 1_700_000_000_000_000_005)

# Written by protoc --encode=build.bazel.remote.execution.v2.ActionResult from
# output_files { path: "output" digest { hash: "a1a1..." size_bytes: 300 } }
# execution_metadata { worker_completed_timestamp { seconds: 1700000000 nanos: 5 } }
MESSAGE = (
    b"\x12\x4f\x0a\x06output\x12\x45\x0a\x40" + b"a1" * 32 + b"\x10\xac\x02"
    b"\x4a\x0a\x22\x08\x08\x80\xe2\xcf\xaa\x06\x10\x05"
)


def test_the_message() -> None:
    assert encode(ENTRY) == MESSAGE
    assert decode(MESSAGE) == ENTRY


@pytest.mark.parametrize("size", [0, 1, 127, 128, 1 << 40, (1 << 63) - 1])
def test_there_and_back(size: int) -> None:
    entry = Entry(Digest(hashlib.sha256(b"").hexdigest(), size), 0)
    assert decode(encode(entry)) == entry


def test_fields_that_servers_add() -> None:
    # exit_code 0, stdout_raw, a fixed64 and a fixed32 with numbers of later releases.
    added = b"\x20\x00\x2a\x02hi\xa1\x06" + b"x" * 8 + b"\xa5\x06" + b"x" * 4
    assert decode(added + MESSAGE) == ENTRY


@pytest.mark.parametrize(
    "message",
    [
        b"",
        b"no message",
        MESSAGE[:-1],
        MESSAGE[:40],
        MESSAGE + MESSAGE,
        b"\x20\x01" + MESSAGE,
        MESSAGE.replace(b"output", b"../../x"[:6]),
        MESSAGE.replace(b"a1a1", b"A1/."),
        b"\x10\x01",
        b"\x12\x02\x08\x01",
        b"\x12\x06\x12\x04\x0a\x02\xff\xff",
        b"\xff" * 12,
        b"\x13" + MESSAGE,
    ],
)
def test_other_messages_are_refused(message: bytes) -> None:
    with pytest.raises(ValueError):
        decode(message)


def test_no_bytes_lead_to_another_error() -> None:
    numbers = random.Random(1)  # noqa: S311 - the same numbers each time
    for _ in range(1_000):
        message = bytearray(MESSAGE)
        for _ in range(numbers.randrange(1, 4)):
            message[numbers.randrange(len(message))] = numbers.randrange(256)
        try:
            entry = decode(bytes(message))
        except ValueError:
            continue
        assert 0 <= entry.output.size < 1 << 63
        assert 0 <= entry.time < 1 << 63
        bytes.fromhex(entry.output.hash)


def test_keys_are_hashes_of_what_no_action_is() -> None:
    # Bazel hashes Action messages. Field 12 of wire type 7 begins none of them.
    assert entry_key(b"x") == hashlib.sha256(b"gomod2bazel gocacheprog 1\0x").hexdigest()
    assert ord("g") & 7 == 7
