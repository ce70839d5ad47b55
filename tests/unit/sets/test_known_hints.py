"""Hints of module versions, kept in the cache."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import Any

import pytest
from support.small_module import MAIN, write

from gomod2bazel.base.version import Version
from gomod2bazel.sets import known_hints
from gomod2bazel.sets.classify import Seen, classify_seen
from gomod2bazel.sets.known_hints import see_version

FILES = {"cmd/wire/main.go": MAIN, "cmd/wire/main_test.go": "package main\n", "example/a/main.go": MAIN}


VERSION = Version("example.com/m", "v1.0.0")


def _see(folder: Path, version: Version = VERSION, zip_sum: str = "h1:x=", ignore: tuple[str, ...] = ()) -> Seen:
    return see_version(version, folder / "m", zip_sum, ignore, folder / "hints")


def _shown(seen: Seen) -> object:
    packages = [(main.directory, main.files, main.test_files, main.others) for main in seen.packages]
    return packages, seen.hints, [main.decision for main in classify_seen(seen)]


def test_files_are_read_once(tmp_path: Path) -> None:
    root = write(tmp_path / "m", FILES)
    first = _see(tmp_path)
    shutil.rmtree(root)
    second = _see(tmp_path)
    assert _shown(second) == _shown(first)
    assert [main.directory for main in second.packages] == ["cmd/wire", "example/a"]
    assert second.packages[0].test_files == ("cmd/wire/main_test.go",)


@pytest.mark.parametrize(
    "changes",
    [{"zip_sum": "h1:y="}, {"version": Version("example.com/m", "v1.0.1")}, {"ignore": ("./cmd",)}],
)
def test_another_version_is_another(changes: dict[str, Any], tmp_path: Path) -> None:
    root = write(tmp_path / "m", FILES)
    _see(tmp_path)
    shutil.rmtree(root / "example")
    seen = _see(tmp_path, **changes)
    assert [main.directory for main in seen.packages] == ["cmd/wire"]


def test_other_code_finds_other_hints(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    root = write(tmp_path / "m", FILES)
    _see(tmp_path)
    monkeypatch.setattr(known_hints, "_code", lambda: "other")
    shutil.rmtree(root / "example")
    assert len(_see(tmp_path).packages) == 1


@pytest.mark.parametrize(
    "text",
    [
        "",
        "[]",
        "{}",
        '{"packages": 1, "hints": {}}',
        '{"packages": [["cmd/wire", ["cmd/wire/main.go"], [], []]], "hints": {}}',
        '{"packages": [["cmd/wire"]], "hints": {}}',
        '{"packages": [], "hints": {"a": [["x"]]}}',
        '{"packages": [], "hints": []}',
    ],
)
def test_what_cannot_be_read_is_made_again(text: str, tmp_path: Path) -> None:
    write(tmp_path / "m", FILES)
    first = _see(tmp_path)
    (file,) = (tmp_path / "hints").iterdir()
    file.write_text(text)
    assert _shown(_see(tmp_path)) == _shown(first)
    assert json.loads(file.read_text())["hints"].keys() == {"cmd/wire", "example/a"}


def test_a_folder_that_cannot_be_written_to(tmp_path: Path) -> None:
    write(tmp_path / "m", FILES)
    (tmp_path / "hints").write_text("a file")
    assert len(_see(tmp_path).packages) == 2
