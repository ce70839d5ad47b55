"""Mentions of main packages in files of any kind."""

from __future__ import annotations

import time
from pathlib import Path

import pytest
from support.small_module import MAIN, view

from gomod2bazel.sets.reading.mentions import Mentions, lines_of, paths_in

KNOWN = frozenset(("cmd/wire", "cmd/wire/sub", "docs", "examples"))


@pytest.mark.parametrize(
    ("line", "paths"),
    [
        ("go build ./cmd/wire", ["cmd/wire"]),
        ("go build ./cmd/wire/sub", ["cmd/wire/sub"]),
        ("go build ./cmd/wire/...", ["cmd/wire"]),
        ("go run cmd/wire/main.go", ["cmd/wire"]),
        ("go run cmd/wire/*.go", ["cmd/wire"]),
        ("cp $DIR/cmd/wire/ x", ["cmd/wire"]),
        ("see [it](cmd/wire), `cmd/wire`.", ["cmd/wire", "cmd/wire"]),
        ("It is in cmd/wire.", ["cmd/wire"]),
        ("cmd/wire@v1.0.0", ["cmd/wire"]),
        ("https://host/cmd/wire", ["cmd/wire"]),
        ("docs and examples/", ["docs", "examples"]),
        ("/" * 33 + "docs", []),  # no path that a person writes
        ("docs.go mydocs docs-x docs/other xdocs @docs .docs", []),
        ("cmd/wirex xcmd/wire cmd/wire.txt cmd/wire/other", []),
        ("", []),
    ],
)
def test_paths(line: str, paths: list[str]) -> None:
    found = list(paths_in(line, KNOWN))
    assert [path for _, path, _ in found] == paths
    assert all(line[start:].startswith(path) for start, path, _ in found)


@pytest.mark.parametrize(
    ("line", "found"),
    [
        ("example.com/m/cmd/wire@latest", [("cmd/wire", True)]),
        ("https://example.com/m/cmd/wire", [("cmd/wire", True)]),
        ("example.com/m2/cmd/wire", [("cmd/wire", False)]),
        ("example.com/m/docs/x docs", [("docs", False)]),
    ],
)
def test_import_paths(line: str, found: list[tuple[str, bool]]) -> None:
    assert [(path, own) for _, path, own in paths_in(line, KNOWN, "example.com/m")] == found


@pytest.mark.parametrize(
    ("file", "line", "mention"),
    [
        ("a.md", "run cmd/wire", ("cmd/wire", "path")),
        ("a.md", "run example.com/m/cmd/wire", ("cmd/wire", "import-path")),
        ("cmd/a.md", "run ./wire", ("cmd/wire", "path")),
        ("scripts/x/a.sh", "go run ../../cmd/wire/main.go", ("cmd/wire", "path")),
        ("a.md", "use wire for that", ("cmd/wire", "name")),
        ("a.md", "use `wire`.", ("cmd/wire", "name")),
        ("a.md", "cmd/wire is wire", ("cmd/wire", "path")),
        ("a.md", "x/wire wire.txt wire-x my.wire wire/", None),
        ("a.md", "the server", None),  # a word like any other
        ("a.md", "the abc", None),  # too short
        ("a.md", "the twin", None),  # of which?
        ("a.md", f"{'x ' * 1000} wire", None),
    ],
)
def test_mentions(file: str, line: str, mention: tuple[str, str] | None, tmp_path: Path) -> None:
    directories = ("cmd/wire", "cmd/server", "cmd/abc", "a1/twin", "b1/twin", "testdata/hidden")
    module = view(tmp_path, {f"{name}/main.go": MAIN for name in directories} | {file: f"\n {line}\n"})
    found = [(item.directory, item.by, item.file, item.line, item.text) for item in Mentions(module).of(file)]
    assert found == ([(*mention, file, 2, line.strip())] if mention else [])


def test_a_line_names_each_once(tmp_path: Path) -> None:
    text = "cmd/wire cmd/wire wire example.com/m/cmd/wire\n"
    module = view(tmp_path, {"cmd/wire/main.go": MAIN, "a.md": text})
    assert [item.by for item in Mentions(module).of("a.md")] == ["path", "import-path"]


def test_long_lines_are_left_out() -> None:
    assert list(lines_of("a\n" + "b" * 3000 + "\nc")) == [(1, "a"), (3, "c")]


@pytest.mark.parametrize("unit", ["cmd/wire ", "a/", "./", "../", "/", ".", "a.go/", "wire ", "a.", "@", "-"])
def test_hostile_lines_take_no_long_time(unit: str, tmp_path: Path) -> None:
    module = view(tmp_path, {"cmd/wire/main.go": MAIN, "a.md": (unit * (1900 // len(unit)) + "\n") * 100})
    started = time.process_time()
    list(Mentions(module).of("a.md"))
    assert time.process_time() - started < 3


def test_time_does_not_depend_on_how_many_are_known() -> None:
    known = {f"cmd/tool{number}" for number in range(50_000)}
    started = time.process_time()
    assert [path for _, path, _ in paths_in("build cmd/tool7 now " * 90, known)] == ["cmd/tool7"] * 90
    assert time.process_time() - started < 1


@pytest.mark.parametrize(
    "line",
    [
        "see cmd/wire.", "(cmd/wire)", "go run ./cmd/wire/main.go", "x=$(go run ../cmd/wire)",
        "example.com/m/cmd/wire@v1", "go build ../cmd/wire/main.go",
        "wire: does it", "+wire", "-o wire",
    ],
)  # fmt: skip
def test_no_line_is_passed_over(line: str, tmp_path: Path) -> None:
    # What is looked at closely is chosen by the runs of signs in a file: nothing that counts may be left out.
    files = {"cmd/wire/main.go": MAIN, "a/x.md": f"first\n{line}\nlast\n"}
    module = view(tmp_path, files)
    assert [mention.line for mention in Mentions(module).of("a/x.md")] == [2]
