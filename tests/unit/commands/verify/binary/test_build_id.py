"""What the linker got of a build ID, and copies with another one."""

from __future__ import annotations

from pathlib import Path

import pytest

from gomod2bazel.commands.verify.binary.build_id import host_build_id, link_time_id, with_id


@pytest.mark.parametrize(
    ("build_id", "linked"),
    [
        ("action/main/content/result", "action/main/content/action"),
        ("a0/b/c/d0", "a0/b/c/a0"),
        # Those that -buildid set, or none.
        ("", ""),
        ("mine", "mine"),
        ("a/b/c", "a/b/c"),
        ("a/b/c/longer", "a/b/c/longer"),
        ("///", "///"),
    ],
)
def test_what_the_linker_got(build_id: str, linked: str) -> None:
    assert link_time_id(build_id) == linked


def test_the_gnu_build_id() -> None:
    # That of a program that go install made: age v1.2.0 with Go 1.26.8.
    linked = "CD7hPA96LipxFhwvKFRh/86a96w8PESLiH3kR1hwc/rcJTdWczDfjdRJkJFZNh/CD7hPA96LipxFhwvKFRh"
    assert host_build_id(linked) == "373516840b6dc2968c1c215c4418a77f963fa757"


def test_a_copy_with_another_build_id(tmp_path: Path) -> None:
    (tmp_path / "x").write_bytes(b"1 old 2 old")
    assert with_id(tmp_path / "x", "old", "new", tmp_path / "y").read_bytes() == b"1 new 2 new"
    # A longer one would move all that follows.
    assert with_id(tmp_path / "x", "old", "newer", tmp_path / "y").read_bytes() == b"1 old 2 old"
    assert with_id(tmp_path / "x", "", "", tmp_path / "y").read_bytes() == b"1 old 2 old"
