"""What the machine lacks is told as that, with the file; it never counts as a file that does not exist."""

from __future__ import annotations

import errno
import os
from pathlib import Path

import pytest

from gomod2bazel.base.disk.files import check_shortage, copy_file, entries_of, files_below, read_bytes, read_text, walk
from gomod2bazel.base.disk.shortages import full_folder, shortage_in
from gomod2bazel.base.errors import FileError
from gomod2bazel.sets.reading.tree import Tree

FULL = OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))


def _failing(number: int) -> object:
    def fail(*arguments: object, **named: object) -> object:
        raise OSError(number, os.strerror(number), str(arguments[0]) if arguments else None)

    return fail


def test_reading_names_the_file(tmp_path: Path) -> None:
    with pytest.raises(FileError, match=rf"cannot read {tmp_path}/none: No such file"):
        read_bytes(tmp_path / "none")
    (tmp_path / "odd").write_bytes(b"ab\xff")
    with pytest.raises(FileError, match=r"odd: byte 3 is not UTF-8"):
        read_text(tmp_path / "odd")
    with pytest.raises(FileError, match=r"cannot list .*odd: Not a directory"):
        entries_of(tmp_path / "odd")
    with pytest.raises(FileError, match=r"cannot copy .*none to .*copy: No such file"):
        copy_file(tmp_path / "none", tmp_path / "copy")


@pytest.mark.parametrize("number", [errno.EIO, errno.EMFILE, errno.ENOMEM])
def test_a_folder_that_cannot_be_listed_is_no_empty_one(
    number: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "cmd").mkdir()
    monkeypatch.setattr(os, "scandir", _failing(number))
    with pytest.raises(FileError, match=f"cannot list .*{os.strerror(number)}"):
        files_below(tmp_path)
    with pytest.raises(FileError, match=f"cannot list .*{os.strerror(number)}"):
        _ = Tree(root=tmp_path, path="example.com/m").files


def test_a_folder_that_may_not_be_listed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "scandir", _failing(errno.EACCES))
    with pytest.raises(FileError, match="Permission denied"):
        list(walk(tmp_path))
    assert list(walk(tmp_path, closed=True)) == []
    # As for the go command, which passes over it.
    assert Tree(root=tmp_path, path="example.com/m").files == ()


def test_nothing_is_below_what_is_not_there(tmp_path: Path) -> None:
    assert files_below(tmp_path / "none") == []


def test_shortages_are_not_of_the_file(tmp_path: Path) -> None:
    check_shortage("read", tmp_path, OSError(errno.ENOENT, "gone"))
    with pytest.raises(FileError, match=r"cannot read .*: No space left on device") as caught:
        check_shortage("read", tmp_path, FULL)
    assert "free some disk space" in caught.value.hint


@pytest.mark.parametrize(
    "text",
    [
        "go: example.com/m@v1.0.0: unzip /c/m.zip: write /c/m@v1.0.0/a.go: no space left on device",
        "copying /c/x: input/output error\n",
        "open /c/x: too many open files in system",
        "fork/exec /usr/bin/gcc: resource temporarily unavailable",
        "a.c:1: fatal error: error writing to /tmp/cc1.s: No space left on device",
        "java.io.IOException: Disk quota exceeded\n\tat java.base/sun.nio",
        "OSError: [Errno 30] Read-only file system: '/x'",
        "Worker process did not return a WorkResponse:\n...\nIOException: /x/y.log (No space left on device)\n---",
    ],
)
def test_what_tools_say_of_the_machine(text: str) -> None:
    found = shortage_in(text)
    assert found is not None
    assert "\n" not in str(found)
    assert found.hint


@pytest.mark.parametrize(
    "text",
    ["", "x.go:3:1: undefined: NoSpaceLeftOnDevice", "open x: permission denied", "a.go: too many open files are bad"],
)
def test_what_is_not_of_the_machine(text: str) -> None:
    assert shortage_in(text) is None


@pytest.mark.parametrize(
    ("blocks", "inodes", "left"), [(768, 5, "3 MB free"), (0, 5, "0 MB free"), (1 << 20, 0, "no inodes free")]
)
def test_a_full_file_system_is_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, blocks: int, inodes: int, left: str
) -> None:
    class Full:
        f_bavail, f_frsize, f_favail, f_files = blocks, 4096, inodes, 9

    monkeypatch.setattr(os, "statvfs", lambda _path: Full)
    found = shortage_in("a\nb: No space left on device\n", [tmp_path / "later"])
    assert str(found) == f"no space left in {tmp_path}/later ({left})"
    assert found is not None and "XDG_CACHE_HOME" in found.hint
    assert str(full_folder([tmp_path])) == f"no space left in {tmp_path} ({left})"


def test_a_file_system_that_counts_no_files_is_not_full(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    class Odd:
        f_bavail, f_frsize, f_favail, f_files = 1 << 20, 4096, 0, 0

    monkeypatch.setattr(os, "statvfs", lambda _path: Odd)
    assert full_folder([tmp_path]) is None
    assert str(shortage_in("b: No space left on device", [tmp_path])) == "b: No space left on device"
