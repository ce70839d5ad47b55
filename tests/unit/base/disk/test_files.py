"""Files are written whole or not at all, and every failure names the file and what to do."""

from __future__ import annotations

import errno
import os
import tempfile
from pathlib import Path

import pytest

from gomod2bazel.base.disk.files import file_errors, make_folder, remove_tree, write_file
from gomod2bazel.base.disk.locks import file_lock
from gomod2bazel.base.errors import FileError


def test_a_file_is_written_in_a_folder_that_is_created(tmp_path: Path) -> None:
    path = tmp_path / "a" / "b"
    assert write_file(path, "text\n")
    assert path.read_text() == "text\n"
    assert path.stat().st_mode & 0o777 == 0o666 & ~_umask()


def test_a_file_with_the_same_content_is_left_alone(tmp_path: Path) -> None:
    path = tmp_path / "a"
    write_file(path, b"\xff")
    before = path.stat().st_ino
    assert not write_file(path, "\udcff")
    assert path.stat().st_ino == before


@pytest.mark.parametrize("scratch_elsewhere", [False, True])
def test_a_failing_write_leaves_the_old_file_and_nothing_else(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, scratch_elsewhere: bool
) -> None:
    scratch = tmp_path / "scratch"
    scratch.mkdir()
    monkeypatch.setattr(tempfile, "tempdir", "/dev/shm" if scratch_elsewhere else str(scratch))  # noqa: S108
    path = tmp_path / "there" / "a"
    write_file(path, "old")

    def full(*_: object) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr(Path, "replace", full)
    with pytest.raises(FileError, match=r"cannot write .*/there/a: No space left on device") as refused:
        write_file(path, "new")
    assert "free some disk space" in refused.value.hint
    assert path.read_text() == "old"
    assert [*path.parent.iterdir()] == [path]
    assert not [*scratch.iterdir()]


def test_a_file_in_the_way_of_a_folder_is_named(tmp_path: Path) -> None:
    (tmp_path / "a").touch()
    with pytest.raises(FileError, match=r"cannot create .*/a/b: Not a directory"):
        make_folder(tmp_path / "a" / "b")
    with pytest.raises(FileError, match=r"cannot create .*/a: File exists"), file_lock(tmp_path / "a" / "lock"):
        pass


def test_names_that_are_not_utf8_are_shown_with_escapes(tmp_path: Path) -> None:
    with pytest.raises(FileError, match=r"cannot read .*\\xff: No such file"), file_errors("read", "\udcff"):
        (tmp_path / "\udcff").read_text()


def test_a_read_only_tree_is_removed_and_links_are_not_followed(tmp_path: Path) -> None:
    outside = tmp_path / "outside"
    (outside / "kept").mkdir(parents=True)
    outside.chmod(0o555)
    tree = tmp_path / "tree"
    write_file(tree / "a" / "b" / "c", "text")
    (tree / "a" / "link").symlink_to(outside)
    for folder in (tree / "a" / "b", tree / "a", tree):
        folder.chmod(0o555)
    remove_tree(tree)
    assert not tree.exists()
    assert (outside / "kept").is_dir()
    assert outside.stat().st_mode & 0o777 == 0o555
    remove_tree(tree)


def test_a_lock_keeps_others_out_until_it_ends(tmp_path: Path) -> None:
    path, waited = tmp_path / "lock", []
    with file_lock(path, shared=True), file_lock(path, shared=True, waiting=lambda: waited.append("shared")):
        pass
    assert not waited
    with file_lock(path):
        pid = os.fork()
        if not pid:
            with file_lock(path, waiting=lambda: os._exit(7)):
                os._exit(0)
    assert os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]) in (0, 7)


def _umask() -> int:
    mask = os.umask(0)
    os.umask(mask)
    return mask
