"""Hints of //go:generate lines."""

from __future__ import annotations

from pathlib import Path

import pytest
from support.small_module import MAIN, hints_of, kinds_of


@pytest.mark.parametrize(
    ("file", "line", "kinds"),
    [
        ("lib/lib.go", "//go:generate go run ../cmd/wire", {"generate:runs-it"}),
        ("lib/lib.go", "//go:generate\tgo run ../cmd/wire -o x.go ./y", {"generate:runs-it"}),
        ("lib/lib.go", "//go:generate go run -v ../cmd/wire/main.go", {"generate:runs-it"}),
        ("lib/lib.go", '//go:generate go run "../cmd/wire"', {"generate:runs-it"}),
        ("lib/lib.go", "//go:generate go run example.com/m/cmd/wire", {"generate:runs-it"}),
        ("lib/lib.go", "//go:generate go run example.com/m/cmd/wire@v1.2.3", {"generate:runs-it"}),
        ("lib/lib.go", "//go:generate go tool example.com/m/cmd/wire", {"generate:runs-it"}),
        ("lib/lib.go", "//go:generate wire ./...", {"generate:names-it"}),
        ("examples/x/lib.go", "//go:generate go run ../../cmd/wire", {"generate:in-data"}),
        ("testdata/x/lib.go", "//go:generate wire", {"generate:in-data"}),
        ("cmd/wire/lib.go", "//go:generate go run .", {"generate:runs-it"}),
        ("cmd/wire/lib.go", "//go:generate go run main.go x.go", {"generate:runs-file"}),
        ("cmd/wire/main.go", "//go:generate stringer -type=x", {"generate:in-itself"}),
        # Other modules, other commands, other lines.
        ("lib/lib.go", "//go:generate go run example.com/m2/cmd/wire", set()),
        ("lib/lib.go", "//go:generate go run example.com/mcmd/wire", set()),
        ("lib/lib.go", "//go:generate go build ../cmd/wire", set()),
        ("lib/lib.go", "//go:generate go run ../other ../cmd/wire", set()),
        ("lib/lib.go", "// go:generate go run ../cmd/wire", set()),
        ("lib/lib.go", " //go:generate go run ../cmd/wire", set()),
        ("lib/lib.go", "//go:generatego run ../cmd/wire", set()),
        ("lib/lib.go", "//go:generate ", set()),
        ("lib/_lib.go", "//go:generate go run ../cmd/wire", set()),
    ],
)
def test_lines(file: str, line: str, kinds: set[str], tmp_path: Path) -> None:
    package = "main" if file == "cmd/wire/main.go" else "lib"
    files = {"cmd/wire/main.go": MAIN, file: f"package {package}\n\n{line}\n"}
    assert kinds_of(tmp_path, files, "cmd/wire", "generate") == kinds


def test_root(tmp_path: Path) -> None:
    files = {"main.go": MAIN, "lib/lib.go": "package lib\n\n//go:generate go run ..\n"}
    assert kinds_of(tmp_path, files, "", "generate") == {"generate:runs-it"}


def test_position_and_count(tmp_path: Path) -> None:
    line = "//go:generate go run ../cmd/wire"
    files = {
        "cmd/wire/main.go": MAIN,
        "a/a.go": f"package a\n\n{line}\r\n",
        "b/b.go": f"package b\n{line} -x\n{line}\n",
    }
    hint = hints_of(tmp_path, files, "cmd/wire")["generate:runs-it"]
    assert (hint.position, hint.reason) == ("a/a.go:3", "//go:generate runs it, on 3 lines")
