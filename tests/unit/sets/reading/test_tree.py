"""The files of a module, however it is made."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from gomod2bazel.sets.reading import tree as tree_module
from gomod2bazel.sets.reading.tree import Tree, inside


def _tree(root: Path) -> Tree:
    return Tree(root=root, path="example.com/m")


def _touch(root: Path, *names: str) -> None:
    for name in names:
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_text(name, encoding="utf-8")


def test_files_and_folders(tmp_path: Path) -> None:
    _touch(tmp_path, "go.mod", "a/b/c.go", "a/_d.go", "a/x.md", "sub/go.mod", "sub/y.go", ".git/z")
    tree = _tree(tmp_path)
    assert tree.files == ("a/_d.go", "a/b/c.go", "a/x.md", "go.mod")
    assert tree.folders == {"", "a", "a/b"}
    assert tree.go_files == ("a/b/c.go",)
    assert tree.files_in == {"": ("go.mod",), "a": ("_d.go", "x.md"), "a/b": ("c.go",)}


@pytest.mark.parametrize(
    ("ignore", "folder", "ignored"),
    [
        ("./gen", "gen", True),
        ("./gen", "gen/below", True),
        ("./gen", "genuine", False),
        ("./gen", "a/gen", False),
        ("./a/b/", "a/b/c", True),
        ("gen", "a/gen/b", True),
        ("a/gen", "x/a/gen", True),
        ("a/gen", "x/a/b/gen", False),
        ("gen", "genuine", False),
    ],
)
def test_ignore_directives(ignore: str, folder: str, *, ignored: bool, tmp_path: Path) -> None:
    tree = Tree(root=tmp_path, path="example.com/m", ignore=("./nowhere", ignore))
    assert tree.ignores(folder) is ignored


def test_links_and_special_files_are_left_out(tmp_path: Path) -> None:
    root = tmp_path / "m"
    _touch(root, "a.go")
    _touch(tmp_path, "outside/b.go")
    (root / "loop").symlink_to(".")
    (root / "out").symlink_to("../outside")
    (root / "file.go").symlink_to("../outside/b.go")
    (root / "gone.go").symlink_to("nowhere")
    os.mkfifo(root / "pipe.go")
    assert _tree(root).files == ("a.go",)


def test_names_that_no_zip_has_are_left_out_but_for_go_files(tmp_path: Path) -> None:
    odd = ("esc\x1b[31m", "del\x7f", os.fsdecode(b"caf\xe9"))
    _touch(tmp_path, "plain name.go", "it's.md", "日本/é.go", "new\nline/a.go")
    for name in odd:
        for suffix in (".md", ".go"):
            (tmp_path / f"{name}{suffix}").write_bytes(b"package main\n")
    assert _tree(tmp_path).files == tuple(sorted(["it's.md", "plain name.go", "日本/é.go", *(f"{n}.go" for n in odd)]))


def test_what_cannot_be_read_is_left_out(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    _touch(tmp_path, "secret/a.go", "open/b.go")
    scandir = os.scandir

    def refuse(path: str) -> object:
        if str(path).endswith("secret"):
            raise PermissionError(path)
        return scandir(path)

    monkeypatch.setattr("os.scandir", refuse)
    assert _tree(tmp_path).files == ("open/b.go",)


def test_a_root_that_is_not_there(tmp_path: Path) -> None:
    assert _tree(tmp_path / "nowhere").files == ()


def test_deeper_than_the_system_allows(tmp_path: Path) -> None:
    _touch(tmp_path, "a.go")
    here = os.getcwd()  # noqa: PTH109 - a Path would not help
    os.chdir(tmp_path)
    try:
        for _ in range(40):
            os.mkdir("d" * 200)  # noqa: PTH102 - relative to a folder whose own path is too long to be named
            os.chdir("d" * 200)
    finally:
        os.chdir(here)
    assert _tree(tmp_path).files == ("a.go",)


def test_reading(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "a").write_bytes(b"x" * 2_000_000)
    (tmp_path / "b").write_bytes(b"\xff\xfeb")
    tree = _tree(tmp_path)
    assert len(tree.read("a")) == 1 << 20
    assert tree.text("b") == "\ufffd\ufffdb"
    assert tree.read("nowhere") == b""


def test_a_file_is_read_once_while_there_is_room(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tree_module, "_KEPT", 5)
    tree = _tree(tmp_path)
    for name in ("a", "b"):
        (tmp_path / name).write_text("old", encoding="utf-8")
        assert tree.read(name) == b"old"
        (tmp_path / name).write_text("new", encoding="utf-8")
    assert (tree.read("a"), tree.read("b")) == (b"old", b"new")


def test_two_looks_at_a_folder_are_apart(tmp_path: Path) -> None:
    _touch(tmp_path, "a.go")
    first = _tree(tmp_path)
    assert first.text("a.go") == "a.go"
    (tmp_path / "a.go").write_text("other", encoding="utf-8")
    assert _tree(tmp_path).text("a.go") == "other"


@pytest.mark.parametrize(
    ("folder", "ancestor", "is_inside"),
    [("a/b", "a", True), ("a", "a", True), ("ab", "a", False), ("a", "", True), ("", "a", False)],
)
def test_inside(folder: str, ancestor: str, is_inside: bool) -> None:
    assert inside(folder, ancestor) == is_inside
