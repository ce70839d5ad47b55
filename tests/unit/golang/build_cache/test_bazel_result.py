"""What Bazel's action results and its execution log name; what would be written elsewhere is refused."""

from __future__ import annotations

from pathlib import Path

import pytest

from gomod2bazel.golang.build_cache.action_result import Digest
from gomod2bazel.golang.build_cache.bazel_result import bodies_of, used_keys
from gomod2bazel.golang.build_cache.wire import with_bytes, with_number

A, B = Digest("a1" * 32, 3), Digest("b2" * 32, 200)


def digest(body: Digest) -> bytes:
    return with_bytes(1, body.hash.encode()) + with_number(2, body.size)


def output(path: str, body: Digest = A) -> bytes:
    """Return an output file of an ActionResult."""
    return with_bytes(2, with_bytes(1, path.encode()) + with_bytes(2, digest(body)) + with_number(4, 1))


def logged(key: str, exit_code: int = 0, padding: int = 0) -> bytes:
    """Return an entry of the execution log, with its length before it."""
    entry = with_bytes(4, b"i" * padding) + with_number(15, exit_code) + with_bytes(19, with_bytes(1, key.encode()))
    return with_bytes(0, entry)[1:]


def test_outputs_and_what_was_printed() -> None:
    empty = Digest("e3" * 32, 0)
    data = output("bazel-out/k8/bin/x.a") + output("bazel-out/k8/bin/x.x", B) + with_bytes(8, digest(B))
    assert bodies_of(data + with_bytes(6, digest(empty)) + with_bytes(5, b"raw")) == (A, B)


@pytest.mark.parametrize(
    ("data", "why"),
    [
        (output("/etc/passwd"), "not below bazel-out"),
        (output("bazel-out/../../x"), "not below bazel-out"),
        (output("x/bazel-out/y"), "not below bazel-out"),
        (output(""), "not below bazel-out"),
        (with_number(4, 1), "the action failed"),
        (with_bytes(3, with_bytes(1, b"bazel-out/x")), "an output is a folder"),
        (with_bytes(12, with_bytes(1, b"bazel-out/x")), "an output is a symlink"),
        (output("bazel-out/x", Digest("../" * 21 + "x", 1)), "not a sha256"),
        (output("bazel-out/x")[:-3], "cut off"),
        (b"\x0f", "wire type"),
    ],
)
def test_refused(data: bytes, why: str) -> None:
    with pytest.raises(ValueError, match=why):
        bodies_of(data)


def test_keys_of_a_log(tmp_path: Path) -> None:
    log = tmp_path / "log"
    # Lengths of one to three bytes; an entry shorter than what is read ahead; failures and what has no key.
    entries = (
        logged(A.hash),
        logged(""),
        logged(B.hash, padding=20_000),
        logged(A.hash),
        logged("c3" * 32, exit_code=1),
    )
    log.write_bytes(b"".join(entries) + b"\0")
    assert used_keys(log) == [A.hash, B.hash]
    log.write_bytes(b"")
    assert used_keys(log) == []


def test_a_log_that_is_cut_off(tmp_path: Path) -> None:
    log = tmp_path / "log"
    log.write_bytes(logged(A.hash, padding=100)[:-1])
    with pytest.raises(ValueError, match="cut off"):
        used_keys(log)
