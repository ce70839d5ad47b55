"""Digests of outputs, which Bazel's server reads from the files."""

from __future__ import annotations

import errno
import hashlib
import os
import subprocess
import sys
from pathlib import Path

import pytest
from builder.base import digests

from gomod2bazel.bazel.server import bazel

LARGE = bytes(range(256)) * 2048


def _stored(file: Path) -> bytes | None:
    try:
        return os.getxattr(file, digests.ATTRIBUTE)
    except OSError as error:
        if error.errno == errno.ENODATA:
            return None
        pytest.skip(f"no extended attributes in {file.parent}: {error}")


@pytest.fixture
def file(tmp_path: Path) -> Path:
    """Return a large output, on a file system with extended attributes."""
    file = tmp_path / "large"
    file.write_bytes(LARGE)
    assert _stored(file) is None
    return file


def test_the_digest_of_a_large_file_is_stored(file: Path) -> None:
    digests.store((str(file),))
    assert _stored(file) == hashlib.sha256(LARGE).digest()


def test_a_new_digest_replaces_the_old_one(file: Path) -> None:
    digests.store((str(file),))
    file.write_bytes(LARGE + b"more")
    digests.store((str(file),))
    assert _stored(file) == hashlib.sha256(LARGE + b"more").digest()


def test_a_small_file_has_none(file: Path) -> None:
    small = file.with_name("small")
    small.write_bytes(b"small")
    os.setxattr(small, digests.ATTRIBUTE, b"of a tool")
    digests.store((str(small), str(file.with_name("missing")), ""))
    assert _stored(small) is None


def test_without_attributes_bazel_computes_digests(file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object) -> None:
        raise OSError(errno.ENOTSUP, "Operation not supported")

    monkeypatch.setattr(os, "setxattr", refuse)
    digests.store((str(file),))
    monkeypatch.delattr(os, "setxattr")
    digests.store((str(file),))
    assert _stored(file) is None


def test_the_program_of_a_link_with_c_has_one(file: Path) -> None:
    linker, params, program = (file.with_name(name) for name in ("link", "params", "program"))
    linker.write_text('#!/bin/sh\nhead -c 400000 /dev/zero >"$2"\n')
    linker.chmod(0o755)
    params.write_text(f"export={program}\ninputs={linker}\n")
    script = Path(digests.__file__).parents[1] / "link" / "linker.py"
    command = (sys.executable, "-I", "-S", script, params, "--", linker, "-o", program)
    subprocess.run(list(map(str, command)), check=True)
    assert _stored(program) == hashlib.sha256(bytes(400000)).digest()


def test_the_server_reads_the_attribute_that_the_builder_writes() -> None:
    assert bazel._DIGESTS.endswith(f"={digests.ATTRIBUTE}")
