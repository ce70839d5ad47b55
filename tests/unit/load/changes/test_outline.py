"""What loading reads of a file: edits of the rest leave its outline alone."""

from __future__ import annotations

from pathlib import Path

import pytest
from support.realgo import RealGo

from gomod2bazel.golang.command.gosource import read_source
from gomod2bazel.load.changes.outline import outline_of

SOURCE = """\
// Copyright.

//go:build linux

/* Package p
does things. */
package p

import (
	"fmt"
	m "example.com/m" // why
	_ "embed"
)

import "os"

//go:embed data.txt
var data string

// main is not defined here.
func Say() { fmt.Println(m.X, os.Args) }
"""

CGO = 'package p\n\n// #include "a.h"\n// #cgo LDFLAGS: -la\nimport "C"\n\nfunc F() { C.f() }\n'


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("fmt.Println(m.X, os.Args)", "fmt.Println(os.Args, m.X)"),
        ("func Say", "// New words.\nfunc Other() {}\n\nfunc Say"),
        ("os.Args)", 'os.Args, "import (", `\npackage q\nimport "z"\n`)'),
    ],
)
def test_what_only_the_compiler_reads(old: str, new: str) -> None:
    assert old in SOURCE
    assert outline_of("a.go", SOURCE.encode()) == outline_of("a.go", SOURCE.replace(old, new).encode()) != ""


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("linux", "darwin"),
        ("package p\n", "package q\n"),
        ("does things", "does other things"),
        ('"fmt"', '"io"'),
        ('m "', 'n "'),
        ('import "os"', 'import "os"; import "io"'),
        ('\nimport "os"', '/* */ import `os`\nimport "io"'),
        ("embed data.txt", "embed *.txt"),
        ("func Say", "//go:debug panicnil=1\nfunc Say"),
        ("func Say", "func main() {}\nfunc Say"),
        ("func Say", "//export Say\nfunc Say"),
        ("func Say()", "func main()"),
        ("// Copyright", "//go:debug panicnil=1\n// Copyright"),
    ],
)
def test_what_loading_reads(old: str, new: str) -> None:
    assert old in SOURCE
    assert outline_of("a.go", SOURCE.encode()) != outline_of("a.go", SOURCE.replace(old, new, 1).encode())


@pytest.mark.parametrize(("old", "new"), [("a.h", "b.h"), ("-la", "-lb"), ('import "C"', '\nimport "C"')])
def test_the_preamble_of_cgo(old: str, new: str) -> None:
    assert outline_of("a.go", CGO.encode()) != outline_of("a.go", CGO.replace(old, new).encode())


def test_another_name_may_mean_another_platform() -> None:
    assert outline_of("a_linux.go", b"package p\n") != outline_of("a_darwin.go", b"package p\n")


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("a.h", "#define X"),
        ("a.s", "TEXT"),
        ("b.syso", ""),
        ("go.mod", "module m"),
        ("vendor/modules.txt", "# m v1.0.0"),
        ("a.go", "not Go"),
        ("a.go", "package p\n\nimport (\n"),
        ("a.go", "package p\n\nimport fmt\n"),
        ("a.go", "package p\n\nfunction f() {}\n"),
        ("a.go", "package \xe9\n"),
    ],
)
def test_of_which_any_change_counts(name: str, text: str) -> None:
    assert outline_of(name, text.encode()) == ""


def test_data_counts_by_its_name() -> None:
    assert outline_of("README.md", b"a") == outline_of("README.md", b"b") != ""


def test_a_long_comment_takes_no_time() -> None:
    text = b"package p\n" + b"/* * */ // x\n" * 100_000 + b"import (" + b"\n// y" * 100_000
    assert outline_of("a.go", text) == ""


def test_no_import_is_after_the_outline(go: RealGo) -> None:
    """Every import of the standard library is part of the outline, wherever the parser finds it."""
    goroot = Path(go.run("env", "GOROOT", cwd=Path("/")).out.strip())
    files = sorted(path for path in (goroot / "src").glob("*/*.go") if path.is_file())[:600]
    for file in files:
        data = file.read_bytes()
        outline = outline_of(file.name, data)
        assert outline, file
        lines = data.split(b"\n")
        for _, line in read_source(data).imports[-1:]:
            changed = b"\n".join([*lines[: line - 1], lines[line - 1].replace(b'"', b'"x/', 1), *lines[line:]])
            assert outline_of(file.name, changed) != outline, file
    assert len(files) > 500
