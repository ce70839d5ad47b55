"""Hints of directories."""

from __future__ import annotations

from pathlib import Path

import pytest
from support.small_module import MAIN, hints_of, kinds_of


@pytest.mark.parametrize(
    ("directory", "place"),
    [
        ("", "root"),
        ("cmd/age", "cmd"),
        ("app/age", "cmd"),
        ("age/cmd", "cmd-itself"),
        ("age/main", "cmd-itself"),
        ("deep/cmd/age", "cmd-deeper"),
        ("cmd/age/client/part", "below-command"),
        ("age", "top-level"),
        ("a1/age", "elsewhere"),
        ("internal/cmd/age", "apart"),
        ("vttest/cmd/age", "apart"),
        ("scripts/cmd/age", "apart"),
        ("x/testdata/cmd/age", "testdata"),
        ("_fixtures/age", "testdata"),
        ("testdata", "testdata"),
    ],
)
def test_place(directory: str, place: str, tmp_path: Path) -> None:
    found = kinds_of(tmp_path, {f"{directory}/main.go".lstrip("/"): MAIN}, directory, "place")
    assert found - {"place:only-command", "place:hidden", "place:right-in-testdata"} == {f"place:{place}"}


@pytest.mark.parametrize(
    ("directory", "kinds"),
    [
        ("cmd/age", set()),
        ("examples/hi", {"above:example", "top:example"}),
        ("x/examples/hi", {"above:example"}),
        ("e2e/gen-x", {"above:integration", "top:integration", "name:generator"}),
        ("cmd/mkthings", {"name-part:generator"}),
        ("vttest/age", {"above:test"}),
    ],
)
def test_words(directory: str, kinds: set[str], tmp_path: Path) -> None:
    assert kinds_of(tmp_path, {f"{directory}/main.go": MAIN}, directory, "above", "top", "name", "name-part") == kinds


def test_words_are_shown_as_they_are_written(tmp_path: Path) -> None:
    found = hints_of(tmp_path, {"_Examples/hi/main.go": MAIN}, "_Examples/hi")
    assert found["above:example"].reason == "it is below '_Examples', which says 'examples'"
    assert found["above:example"].position == "_Examples/hi"
    assert "place:hidden" in found


@pytest.mark.parametrize(
    ("module", "directory", "kinds"),
    [
        ("example.com/m/v2", "cmd/m", {"name:module"}),
        ("example.com/go-age", "cmd/age", {"name:module"}),
        ("example.com/age.go", "cmd/age", {"name:module"}),
        ("example.com/age", "cmd/agectl", {"name:holds-module"}),
        ("example.com/age", "", set()),
        ("example.com/x1", "cmd/protoc-gen-rust", {"name:plugin-of-tool", "name:generator"}),
        ("example.com/x1", "cmd/foo", {"name:nothing"}),
        ("example.com/x1", "cmd/food", set()),
    ],
)
def test_name(module: str, directory: str, kinds: set[str], tmp_path: Path) -> None:
    found = hints_of(tmp_path, {f"{directory}/main.go".lstrip("/"): MAIN}, directory, path=module)
    assert {kind for kind in found if kind.startswith("name:")} == kinds


def test_module_path(tmp_path: Path) -> None:
    found = hints_of(tmp_path, {"main.go": MAIN}, "", path="tests.example.com/x/generator")
    assert {kind for kind in found if kind.startswith("module:")} == {"module:generator"}  # the host says nothing


def test_only_command(tmp_path: Path) -> None:
    files = {"cmd/a1/main.go": MAIN, "testdata/x/main.go": MAIN, "only/x_test.go": "package main\n"}
    assert "place:only-command" in kinds_of(tmp_path / "1", files, "cmd/a1", "place")
    assert "place:only-command" not in kinds_of(tmp_path / "2", {**files, "cmd/b1/main.go": MAIN}, "cmd/a1", "place")


@pytest.mark.parametrize(("count", "many"), [(7, False), (8, True)])
def test_among_many(count: int, many: bool, tmp_path: Path) -> None:
    files = {f"cmd/t{number}/main.go": MAIN for number in range(count)} | {"other/main.go": MAIN, "main.go": MAIN}
    assert ("place:among-many" in kinds_of(tmp_path, files, "cmd/t0", "place")) == many


def test_library(tmp_path: Path) -> None:
    library = {"m.go": "package m\n", "cmd/a1/main.go": MAIN, "cmd/a1/doc.go": "package a1\n"}
    found = hints_of(tmp_path / "1", library, "cmd/a1")
    assert found["place:beside-library"].position == "cmd/a1/doc.go"
    assert "place:in-library" in found
    tests = {"m_test.go": "package m\n", "cmd/a1/main.go": MAIN, "cmd/a1/a1_test.go": "package main_test\n"}
    assert not kinds_of(tmp_path / "2", tests, "cmd/a1", "place") & {"place:in-library", "place:beside-library"}


def _layout(folder: Path, directories: tuple[str, ...], directory: str) -> set[str]:
    files = {f"{one}/main.go".lstrip("/"): MAIN for one in directories}
    return kinds_of(folder, files, directory, "layout")


@pytest.mark.parametrize(
    ("directories", "directory", "kinds"),
    [
        (("cmd/a",), "cmd/a", {"layout:alone"}),
        (("cmd/a", "cmd/b"), "cmd/a", set()),
        (("cmd/a", "tool"), "tool", {"layout:not-with-commands"}),
        (("cmd/a", "tool"), "cmd/a", set()),
        (("", "cmd/a"), "cmd/a", {"layout:not-the-root"}),
        (("cmd/a", "_x/b"), "_x/b", {"layout:not-with-commands", "layout:skipped"}),
        (tuple(f"cmd/c{number}" for number in range(17)), "cmd/c0", {"layout:many-commands"}),
    ],
)
def test_layout(directories: tuple[str, ...], directory: str, kinds: set[str], tmp_path: Path) -> None:
    assert _layout(tmp_path, directories, directory) == kinds


def test_a_root_that_no_build_takes_is_no_command(tmp_path: Path) -> None:
    tools = "//go:build tools\n\npackage main\n"
    files = {"tools.go": tools, "cmd/a/main.go": MAIN, "README.md": "m is installed with: go install example.com/m\n"}
    assert kinds_of(tmp_path, files, "", "place", "document") == {"place:asked-for-root"}
    assert kinds_of(tmp_path, files, "cmd/a", "layout") == {"layout:alone"}


def test_siblings_of_one_family(tmp_path: Path) -> None:
    names = ("protoc-gen-a", "protoc-gen-b", "protoc-gen-c", "other-tool")
    files = {f"cmd/{name}/main.go": MAIN for name in names}
    assert "name:of-family" in hints_of(tmp_path, files, "cmd/protoc-gen-a")
    assert "name:of-family" not in hints_of(tmp_path, files, "cmd/other-tool")
