"""Places that files cannot be written to are refused before anything is loaded, fetched or built."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from support.fake_programs import FakeRunner
from support.user import User

from gomod2bazel.base.errors import FileError, InstallError
from gomod2bazel.install import room


@pytest.fixture
def user(tmp_path: Path) -> User:
    """Return a user without a single program: what runs one fails."""
    (tmp_path / "file").touch()
    (tmp_path / "folder").mkdir()
    (tmp_path / "tree").mkdir()
    (tmp_path / "tree" / "go.mod").write_text("module example.com/m\n")
    return User(tmp_path, FakeRunner())


@pytest.mark.parametrize(
    ("flags", "message"),
    [
        (["-destination", "file"], "cannot install into file: .*file: a file is in the way"),
        (["-destination", "file/bin"], "cannot install into file/bin: .*file: a file is in the way"),
        (["-destination", "/proc/x"], "cannot install into /proc/x: "),
        (["-destination", "/bin", "-prefix", "file"], "cannot install into /bin: .*file: a file is in the way"),
        (["-o", "file/x/tool"], "a file is in the way"),
        (["-result-file", "folder"], "cannot write the result file .*folder: it is a folder"),
        (["-result-file", "file/list"], "cannot write the result file .*: .*file is not a folder"),
        (["-result-file", "n" * 300], "cannot write the result file .*: File name too long"),
    ],
)
def test_a_place_that_cannot_be(user: User, flags: list[str], message: str) -> None:
    with pytest.raises(InstallError, match=message) as caught:
        user.run("build", *flags, "tree")
    assert caught.value.hint
    assert isinstance(user.session.runner, FakeRunner)
    assert user.session.runner.calls == []


def test_a_full_disk(user: User, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(room, "_LEAST_CACHE", 1 << 61)
    with pytest.raises(FileError, match=r"no space left for building in .*cache"):
        user.run("build", "tree")


def test_little_room_is_a_warning(user: User, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(room, "_LITTLE_CACHE", 1 << 61)
    with pytest.raises(Exception, match="no go on PATH"):
        user.run("build", "-offline", "tree")
    assert any("free in" in line and "warning" in line for line in user.messages)


def test_nothing_is_written_to_dev_null(user: User) -> None:
    with pytest.raises(Exception, match="no go on PATH"):
        user.run("build", "-offline", "-o", os.devnull, "tree")


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (["fetch", "-destination", "file", "tree"], "cannot install into file: .*file: a file is in the way"),
        (["fetch", "-destination", "x", "-result-file", "folder", "tree"], "cannot write the result file"),
        (["prebuild", "-export", "file/x", "tree"], "cannot install into file/x: .*file: a file is in the way"),
    ],
)
def test_other_commands_look_first_too(user: User, words: list[str], message: str) -> None:
    with pytest.raises(InstallError, match=message):
        user.run(*words)
    assert isinstance(user.session.runner, FakeRunner)
    assert user.session.runner.calls == []
