"""Which packages an object imports, as its compiler recorded it."""

from __future__ import annotations

from pathlib import Path

import pytest
from builder.base.tools import BuilderError
from builder.link.objects import Objects, imports_of
from support import txtar
from support.objects import write_archive
from support.realgo import RealGo

PROGRAM = """
-- go.mod --
module m

go 1.21
-- main.go --
package main

import (
	"fmt"
	"m/a"
	_ "m/b"
)

func main() { fmt.Println(a.A) }
-- a/a.go --
package a

import "m/a/deep"

const A = deep.A
-- a/deep/deep.go --
package deep

const A = 1
-- b/b.go --
package b
-- left/left.go --
package left
"""


def test_imports(tmp_path: Path) -> None:
    assert imports_of(write_archive(tmp_path / "p.a", [])) == []
    assert imports_of(write_archive(tmp_path / "q.a", ["fmt", "m/x", "é"])) == ["fmt", "m/x", "é"]


@pytest.mark.parametrize("size", [1, 2, 65_530, 65_536, 200_001])
def test_what_cgo_has_for_the_linker_comes_before(tmp_path: Path, size: int) -> None:
    directives = b"\n$$  // cgo\n" + b"x" * size + b"\n$$\n"
    assert imports_of(write_archive(tmp_path / "p.a", ["runtime/cgo"], before=directives)) == ["runtime/cgo"]


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (b"", "not an archive"),
        (b"\x7fELF", "not an archive"),
        (b"!<arch>\n", "no object of a compiler that this builder knows"),
        (b"!<arch>\n" + b"_go_.o".ljust(48) + b"4".ljust(10) + b"`\ngo120", "no object of a compiler"),
    ],
)
def test_no_archive(tmp_path: Path, data: bytes, message: str) -> None:
    (tmp_path / "p.a").write_bytes(data)
    with pytest.raises(BuilderError, match=f"p.a: {message}"):
        imports_of(str(tmp_path / "p.a"))


def test_closure(tmp_path: Path) -> None:
    """Packages without an archive are left out, those that nothing imports too, and a cycle of a test is no problem."""
    imports = {"a": ["b", "c"], "b": ["d", "unknown"], "c": ["d"], "d": ["a"], "left": ["d"]}
    archives = {name: write_archive(tmp_path / f"{name}.a", names) for name, names in imports.items()}
    objects = Objects(archives=archives)
    assert sorted(objects.closure(["a", "unknown"])) == ["a", "b", "c", "d"]
    assert objects.closure([]) == []


@pytest.mark.parametrize(("digests", "imports"), [(("1", "1"), ["b"]), (("2", "3"), ["c"]), ((), ["c"])])
def test_an_archive_is_read_again_where_its_digest_is_another(
    tmp_path: Path, digests: tuple[str, ...], imports: list[str]
) -> None:
    archive = write_archive(tmp_path / "a.a", ["b"])
    first, second = ({archive: f"{tmp_path}{digest}"} for digest in digests or ("", ""))
    assert list(Objects(archives={}, digests=first if digests else {}).imports_of(archive)) == ["b"]
    write_archive(tmp_path / "a.a", ["c"])
    assert list(Objects(archives={}, digests=second if digests else {}).imports_of(archive)) == imports


def test_archives_of_the_go_command(tmp_path: Path, go: RealGo) -> None:
    folder = txtar.write(tmp_path / "m", PROGRAM)
    template = '{{.ImportPath}}\t{{.Export}}\t{{join .Imports " "}}'
    done = go.run("list", "-export", "-deps", "-f", template, "./...", cwd=folder)
    assert done.code == 0, done.err
    rows = [line.split("\t") for line in done.out.splitlines()]
    archives = {path: export for path, export, _ in rows if export}
    for path, export, imports in rows:
        if export and not path.startswith("vendor/"):
            expected = {name for name in imports.split() if name in archives}
            assert {name.removeprefix("vendor/") for name in imports_of(export)} >= expected, path
    linked = Objects(archives=archives).closure(["m"])
    assert {"m", "m/a", "m/a/deep", "m/b", "fmt", "runtime"} <= set(linked)
    assert "m/left" not in linked
    needed = go.run("list", "-deps", "-f", "{{if .Export}}{{end}}{{.ImportPath}}", ".", cwd=folder).out.split()
    assert sorted(linked) == sorted(path for path in needed if path in archives)
