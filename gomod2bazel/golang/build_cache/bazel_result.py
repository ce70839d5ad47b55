"""What Bazel's action results name, and which action results a build used."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path, PurePosixPath

from gomod2bazel.golang.build_cache.action_result import Digest
from gomod2bazel.golang.build_cache.wire import fields_of, integer, length_prefix, message

__all__ = ["HASH", "bodies_of", "used_keys"]

HASH = re.compile(r"[0-9a-f]{64}")
"""A sha256 in hexadecimal: what entries of a cache are named by."""

_FILES, _EXIT_CODE, _STDOUT, _STDERR = 2, 4, 6, 8
_ELSEWHERE = {3: "folder", 10: "symlink", 11: "symlink", 12: "symlink"}
"""Fields of ActionResult for outputs that no action of the Go rules has."""

_LOGGED_EXIT_CODE, _LOGGED_DIGEST = 15, 19
"""Fields of SpawnExec (src/main/protobuf/spawn.proto of Bazel)."""

_LONGEST = 10
"""Bytes that the length of a message may have."""


def bodies_of(data: bytes) -> tuple[Digest, ...]:
    """Return the bodies that an action result names: its output files, and what the action printed.

    Args:
        data: An ActionResult message.

    Raises:
        ValueError: It is none of an action that did well, or it would have Bazel write elsewhere than to its outputs.
    """
    bodies = []
    for number, value in fields_of(data):
        if number in _ELSEWHERE:
            raise ValueError(f"an output is a {_ELSEWHERE[number]}")
        if number == _EXIT_CODE and value:
            raise ValueError("the action failed")
        if number == _FILES:
            output = dict(fields_of(message(value)))
            _check_path(message(output.get(1, b"")).decode())
            bodies.append(_digest(message(output.get(2, b""))))
        elif number in (_STDOUT, _STDERR):
            bodies.append(_digest(message(value)))
    return tuple(dict.fromkeys(body for body in bodies if body.size))


def _check_path(path: str) -> None:
    parts = PurePosixPath(path).parts
    if parts[:1] != ("bazel-out",) or ".." in parts or "\0" in path:
        raise ValueError(f"the output {path!r} is not below bazel-out")


def _digest(data: bytes) -> Digest:
    fields = dict(fields_of(data))
    name, size = message(fields.get(1, b"")).decode("ascii"), integer(fields.get(2, 0))
    if not HASH.fullmatch(name) or size >= 1 << 63:
        raise ValueError("a digest that is not a sha256")
    return Digest(name, size)


def used_keys(log: Path) -> list[str]:
    """Return the keys of the action results that a build stored or found, each once.

    Args:
        log: What Bazel wrote for --execution_log_binary_file.

    Raises:
        OSError: It cannot be read.
        ValueError: It is not such a log.
    """
    return list(dict.fromkeys(key for entry in _messages(log) for key in _keys(entry)))


def _messages(log: Path) -> Iterator[bytes]:
    """Yield each message of a file in which its length comes before it."""
    with log.open("rb") as stream:
        while head := stream.read(_LONGEST):
            size, start = length_prefix(head, 0)
            data = head[start : start + size]
            stream.seek(min(start + size - len(head), 0), 1)
            data += stream.read(size - len(data))
            if len(data) != size:
                raise ValueError("cut off")
            yield data


def _keys(entry: bytes) -> Iterator[str]:
    fields = dict(fields_of(entry))
    digest = dict(fields_of(message(fields.get(_LOGGED_DIGEST, b""))))
    name = message(digest.get(1, b"")).decode("ascii")
    if HASH.fullmatch(name) and not fields.get(_LOGGED_EXIT_CODE):
        yield name
