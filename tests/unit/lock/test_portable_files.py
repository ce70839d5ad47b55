"""A lock with files of -overlay and -pgo names them for any machine, with their digests."""

from __future__ import annotations

import hashlib
from dataclasses import replace
from pathlib import Path

import pytest
from support.lock_value import lock_value
from support.samples import binary, lock

from gomod2bazel.base.errors import UsageError
from gomod2bazel.lock.lock import Lock, LockedModule, OverlaidFile
from gomod2bazel.lock.portable_files import with_named_files

MODULE = LockedModule(
    path="example.com/m", version="", sum="", go_mod_sum="", verified=True, replaced_by="", lang="go1.21", packages=()
)


def _made(folder: Path) -> Lock:
    overlay = {"a.go": OverlaidFile(path=f"{folder}/new/a.txt")}
    modules = (replace(MODULE, path="example.com/dep"), replace(MODULE, overlay=overlay))
    return lock(binary("example.com/m"), modules=modules, standard_overlay={"src/b.go": OverlaidFile(path="/far/b.go")})


def test_files_below_the_lock(tmp_path: Path) -> None:
    (tmp_path / "new").mkdir()
    (tmp_path / "new" / "a.txt").write_bytes(b"package m\n")
    (tmp_path / "cpu.pgo").write_bytes(b"profile")
    made = replace(_made(tmp_path), standard_overlay={})
    text = with_named_files(made, tmp_path, module="example.com/m", profile=tmp_path / "cpu.pgo").to_json()
    value = lock_value(text)
    assert value["modules"][1]["overlay"] == {
        ".gomod2bazel-overlay/pgo/cpu.pgo": {"path": "cpu.pgo", "sha256": hashlib.sha256(b"profile").hexdigest()},
        "a.go": {"path": "new/a.txt", "sha256": hashlib.sha256(b"package m\n").hexdigest()},
    }
    assert value["binaries"][0]["pgo_profile"] == ".gomod2bazel-overlay/pgo/cpu.pgo"
    assert "overlay" not in value["modules"][0]
    assert str(tmp_path) not in text


def test_files_elsewhere_are_all_named(tmp_path: Path) -> None:
    with pytest.raises(UsageError) as caught:
        with_named_files(_made(tmp_path), tmp_path / "locks", module="example.com/m", profile=Path("/far/cpu.pgo"))
    lines = caught.value.what.splitlines()
    assert lines[0] == f"/far/b.go is not below {tmp_path}/locks, where the lock is"
    assert [line.split()[0] for line in lines[1:]] == [f"{tmp_path}/new/a.txt", "/far/cpu.pgo"]


def test_without_such_files_a_lock_is_as_it_was(tmp_path: Path) -> None:
    made = lock(binary("example.com/m"), modules=(MODULE,))
    assert with_named_files(made, tmp_path, module="example.com/m", profile=None) == made
