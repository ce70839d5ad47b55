"""Hints of module versions, kept in the cache."""

from __future__ import annotations

import json
import shutil
from dataclasses import replace
from pathlib import Path

import pytest
from support.small_module import MAIN, write

from gomod2bazel.base.version import Version
from gomod2bazel.load.input import known_hints
from gomod2bazel.load.input.fetched import Fetched
from gomod2bazel.load.input.known_hints import see_version
from gomod2bazel.sets.classify import Seen, classify_seen

FILES = {"cmd/wire/main.go": MAIN, "cmd/wire/main_test.go": "package main\n", "example/a/main.go": MAIN}


def _fetched(folder: Path) -> Fetched:
    root = write(folder / "example.com/m@v1.0.0", FILES)
    return Fetched(version=Version("example.com/m", "v1.0.0"), dir=root, sum="h1:x=", directives={})


def _shown(seen: Seen) -> object:
    packages = [(one.directory, one.files, one.test_files, one.others, one.import_path) for one in seen.packages]
    return packages, seen.hints, [one.decision for one in classify_seen(seen)]


def test_files_are_read_once(tmp_path: Path) -> None:
    fetched, folder = _fetched(tmp_path), tmp_path / "hints"
    first = see_version(fetched, (), folder)
    shutil.rmtree(fetched.dir)
    second = see_version(fetched, (), folder)
    assert _shown(second) == _shown(first)
    assert [one.directory for one in second.packages] == ["cmd/wire", "example/a"]
    assert second.packages[0].test_files == ("cmd/wire/main_test.go",)


@pytest.mark.parametrize(
    ("changes", "ignore"),
    [({"sum": "h1:y="}, ()), ({"version": Version("example.com/m", "v1.0.1")}, ()), ({}, ("./cmd",))],
)
def test_another_version_is_another(changes: dict[str, str], ignore: tuple[str, ...], tmp_path: Path) -> None:
    fetched, folder = _fetched(tmp_path), tmp_path / "hints"
    see_version(fetched, (), folder)
    shutil.rmtree(fetched.dir / "example")
    seen = see_version(replace(fetched, **changes), ignore, folder)  # type: ignore[arg-type]  # of a table
    assert [one.directory for one in seen.packages] == ["cmd/wire"]


def test_other_code_finds_other_hints(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    fetched, folder = _fetched(tmp_path), tmp_path / "hints"
    see_version(fetched, (), folder)
    monkeypatch.setattr(known_hints, "_code", lambda: "other")
    shutil.rmtree(fetched.dir / "example")
    assert len(see_version(fetched, (), folder).packages) == 1


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
    fetched, folder = _fetched(tmp_path), tmp_path / "hints"
    first = see_version(fetched, (), folder)
    (file,) = folder.iterdir()
    file.write_text(text)
    assert _shown(see_version(fetched, (), folder)) == _shown(first)
    assert json.loads(file.read_text())["hints"].keys() == {"cmd/wire", "example/a"}


def test_a_folder_that_cannot_be_written_to(tmp_path: Path) -> None:
    fetched = _fetched(tmp_path)
    (tmp_path / "hints").write_text("a file")
    assert len(see_version(fetched, (), tmp_path / "hints").packages) == 2
