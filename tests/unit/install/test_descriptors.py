"""Result files that are open file descriptors, in a process whose standard output the test chooses."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
from pathlib import Path

import pytest

from gomod2bazel.base.errors import InstallError
from gomod2bazel.install import result
from gomod2bazel.install.descriptors import descriptor_of

_PROGRAM = """
import sys
from pathlib import Path
from gomod2bazel.base.errors import InstallError
from gomod2bazel.install import result
path = Path(sys.argv[1])
try:
    result.check_place(path)
    result.write_bytes(path, b"data" * 100_000)
except InstallError as error:
    sys.exit(str(error))
"""
_DATA = b"data" * 100_000


def _argv(path: str | Path) -> list[str]:
    return [sys.executable, "-c", _PROGRAM, str(path)]


@pytest.mark.parametrize("path", ["/dev/stdout", "/dev/fd/1", "/proc/self/fd/1", "/proc/thread-self/fd/1"])
def test_standard_output_is_a_pipe(path: str) -> None:
    done = subprocess.run(_argv(path), capture_output=True, timeout=60, check=False)
    assert (done.stdout, done.stderr, done.returncode) == (_DATA, b"", 0)


def test_standard_error_is_a_pipe() -> None:
    done = subprocess.run(_argv("/dev/stderr"), capture_output=True, timeout=60, check=False)
    assert (done.stdout, done.stderr, done.returncode) == (b"", _DATA, 0)


def test_a_symlink_to_standard_output(tmp_path: Path) -> None:
    (tmp_path / "first").symlink_to("second")
    (tmp_path / "second").symlink_to("/dev/stdout")
    assert subprocess.run(_argv(tmp_path / "first"), stdout=subprocess.PIPE, timeout=60, check=True).stdout == _DATA
    assert (tmp_path / "second").is_symlink()


@pytest.mark.parametrize(("mode", "expected"), [("ab", b"before\n" + _DATA), ("wb", _DATA)])
def test_standard_output_is_a_file(tmp_path: Path, mode: str, expected: bytes) -> None:
    """As the shell opens it: ``>>`` keeps what is there, and the file stays the same one."""
    file = tmp_path / "out"
    file.write_bytes(b"before\n")
    inode = file.stat().st_ino
    with file.open(mode) as out:
        subprocess.run(_argv("/dev/stdout"), stdout=out, timeout=60, check=True)
    assert (file.read_bytes(), file.stat().st_ino) == (expected, inode)


def test_standard_output_is_a_socket() -> None:
    """Journals and supervisors read programs through sockets, which no path opens."""
    ours, theirs = socket.socketpair()
    with ours, theirs:
        process = subprocess.Popen(_argv("/dev/stdout"), stdout=theirs.fileno())
        theirs.close()
        with ours.makefile("rb") as reader:
            assert reader.read() == _DATA
    assert process.wait(timeout=60) == 0


def test_another_descriptor() -> None:
    reader, writer = os.pipe()
    process = subprocess.Popen(_argv(f"/dev/fd/{writer}"), pass_fds=[writer])
    os.close(writer)
    with os.fdopen(reader, "rb") as pipe:
        assert pipe.read() == _DATA
    assert process.wait(timeout=60) == 0


def test_a_descriptor_that_is_not_open() -> None:
    done = subprocess.run(_argv("/dev/fd/99"), capture_output=True, text=True, timeout=60, check=False)
    assert "/dev/fd/99: file descriptor 99 is not open for writing" in done.stderr


def test_a_file_that_the_driver_itself_has_open(tmp_path: Path) -> None:
    """Its number is not what the user means: a lock or a module would be overwritten."""
    with (tmp_path / "lock").open("wb") as lock:
        path = Path(f"/dev/fd/{lock.fileno()}")
        with pytest.raises(InstallError, match="is not open for writing"):
            result.check_place(path)
        with pytest.raises(InstallError, match="is not open for writing"):
            result.write_bytes(path, b"data")
    assert (tmp_path / "lock").read_bytes() == b""


def test_standard_input_is_not_written_to(tmp_path: Path) -> None:
    (tmp_path / "in").write_bytes(b"")
    with (tmp_path / "in").open("rb") as file:
        done = subprocess.run(_argv("/dev/stdin"), stdin=file, capture_output=True, text=True, timeout=60, check=False)
    assert "not open for writing" in done.stderr


@pytest.mark.parametrize("name", ["fd/1", "1", "x"])
def test_other_paths_are_no_descriptors(tmp_path: Path, name: str) -> None:
    assert descriptor_of(tmp_path / name) is None


def test_links_that_never_end(tmp_path: Path) -> None:
    (tmp_path / "a").symlink_to("a")
    assert descriptor_of(tmp_path / "a") is None


def test_what_stays_where_it_is_written(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    (tmp_path / "file").write_text("")
    assert [result.is_file(tmp_path / name) for name in ("file", "new", "pipe")] == [True, True, False]
    assert not result.is_file(Path("/dev/null"))
    assert not result.is_file(Path("/dev/stdout"))
