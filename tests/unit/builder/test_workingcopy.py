"""The copy of a repository's runfiles that tests work in, and what of it lands in the sources."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from builder.test import workingcopy
from builder.test.workingcopy import WorkingCopy, copy_runfiles

SETTINGS = {
    "folder": "_main/tool/sub",
    "importpath": "example.com/tool/sub",
    "module": "example.com/tool",
    "program": "_main/tool/sub/x_test_/x.test",
}


def _copied(tmp_path: Path) -> tuple[Path, WorkingCopy]:
    """Copy the runfiles of a test in the folder tool/sub of a checkout; return both."""
    checkout, root, copy = tmp_path / "checkout", tmp_path / "runfiles", tmp_path / "copy"
    for name in ("tool/sub/testdata/a.txt", "tool/b.txt", "other/c.txt"):
        (checkout / name).parent.mkdir(parents=True, exist_ok=True)
        (checkout / name).write_text(name)
        (root / "_main" / name).parent.mkdir(parents=True, exist_ok=True)
        (root / "_main" / name).symlink_to(checkout / name)
    (checkout / "tool/b.txt").chmod(0o444)
    os.utime(checkout / "tool/b.txt", (1, 1))
    (tmp_path / "generated.txt").write_text("generated")
    (root / "_main/other/generated.txt").symlink_to(tmp_path / "generated.txt")
    for name in (
        "_main/tool/sub/x_test_/x.test",
        "_main/external/mine/e.txt",
        "_main/external/repo~/d.txt",
        "repo~/d.txt",
    ):
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).touch()
    copy.mkdir()
    return checkout, copy_runfiles(root, SETTINGS, copy)


def test_a_copy_has_files_that_can_be_written(tmp_path: Path) -> None:
    checkout, copy = _copied(tmp_path)
    folder = copy.folder
    assert folder == tmp_path / "copy/_main/tool/sub"
    assert not (folder / "testdata/a.txt").is_symlink()
    assert (folder / "example.com/tool/sub/testdata/a.txt").read_text() == "tool/sub/testdata/a.txt"
    assert (folder / "../b.txt").stat().st_mtime == 1
    (folder / "../b.txt").write_text("written")
    assert (folder / "example.com/tool/b.txt").read_text() == "written"
    assert (checkout / "tool/b.txt").read_text() == "tool/b.txt"
    assert (folder / "../../other/c.txt").is_file()
    assert (folder / "../../../repo~/d.txt").is_file()
    assert not (folder / "x_test_").exists(), "the program is not data"
    external = folder / "../../external"
    assert (external / "repo~").is_symlink(), "another repository, as Bazel 7 has it once more"
    assert (external / "repo~/d.txt").is_file()
    assert not (external / "mine/e.txt").is_symlink()
    assert not (external / "mine").is_symlink(), "a folder of the repository that has the name"


def test_large_files_stay_links(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(workingcopy, "LARGE", len("tool/b.txt"))
    _, copy = _copied(tmp_path)
    assert [name for name in ("tool/sub/testdata/a.txt", "tool/b.txt") if (copy.top / name).is_symlink()] == [
        "tool/sub/testdata/a.txt"
    ]


def test_what_a_test_writes_to_stay(tmp_path: Path) -> None:
    checkout, copy = _copied(tmp_path)
    (checkout / "tool/b.txt").chmod(0o644)
    assert copy.write_back(checkout) == []
    for name in ("../b.txt", "../../other/generated.txt", "testdata/fuzz/FuzzX/new", "output.txt"):
        file = copy.folder / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text("written")
    (copy.folder / "testdata/a.txt").unlink()
    assert copy.write_back(checkout) == ["tool/b.txt", "tool/sub/testdata/fuzz/FuzzX/new"]
    assert (checkout / "tool/b.txt").read_text() == "written"
    assert (checkout / "tool/sub/testdata/fuzz/FuzzX/new").read_text() == "written"
    assert (checkout / "tool/sub/testdata/a.txt").is_file(), "nothing is removed"
    assert sorted(file.name for file in checkout.rglob("*.txt")) == ["a.txt", "b.txt", "c.txt"]
    assert (tmp_path / "generated.txt").read_text() == "generated"


def test_files_of_another_folder_take_their_places(tmp_path: Path) -> None:
    _, copy = _copied(tmp_path)
    (tmp_path / "modules/tool").mkdir(parents=True)
    (tmp_path / "modules/tool/go.mod").write_text("module example.com/tool\n")
    copy.add(tmp_path / "modules")
    assert (copy.folder / "../go.mod").read_text() == "module example.com/tool\n"
    assert (copy.folder / "../b.txt").is_file()
