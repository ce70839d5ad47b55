"""Build modes beyond executables: what comes of them is the go command's, and works where it is meant to be used."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
from pathlib import Path

import pytest
from support import txtar
from support.driver import Done, Driver

pytestmark = pytest.mark.bazel

_TREE = """
-- go.mod --
module example.com/m

go 1.26
-- clib/main.go --
package main

// static int one(void) { return 1; }
import "C"

import "example.com/m/names"

//export Twice
func Twice(n C.int) C.int { return 2 * n * C.one() }

//export Length
func Length() C.int { return C.int(len(names.Name)) }

func main() {}
-- names/names.go --
package names

const Name = "seven77"

func Upper(letter byte) byte { return letter &^ 0x20 }
-- plug/main.go --
package main

import "example.com/m/names"

func Answer() byte { return names.Upper('x') }

func main() {}
-- host/main.go --
package main

import (
	"os"
	"plugin"
)

func main() {
	loaded, err := plugin.Open(os.Args[1])
	if err != nil {
		panic(err)
	}
	answer, err := loaded.Lookup("Answer")
	if err != nil {
		panic(err)
	}
	println(string(rune(answer.(func() byte)())))
}
"""

_LINKED = """
#include <stdio.h>
#include "libtwice.h"
int main(void) { printf("%d %d\\n", (int)Twice(21), (int)Length()); return 0; }
"""

_LOADS = """
#include <dlfcn.h>
#include <stdio.h>
int main(int count, char **words) {
    void *library = dlopen(words[1], RTLD_NOW);
    if (!library) { puts(dlerror()); return 1; }
    int (*twice)(int) = (int (*)(int))dlsym(library, "Twice");
    printf("%d\\n", twice(21));
    return 0;
}
"""


@pytest.fixture
def tree(tmp_path: Path) -> Path:
    """Return a module with a library for C, a plugin and its host."""
    if not shutil.which("cc"):
        pytest.skip("there is no C compiler")
    return txtar.write(tmp_path / "tree", _TREE)


def _build(driver: Driver, tree: Path, out: Path, mode: str, name: str, *more: str) -> Done:
    """Build one package of the tree, in both ways; the go command's files lie in the folder ``theirs`` beside."""
    theirs = out.with_name("theirs")
    flags = (f"-buildmode={mode}", "-ldflags=-buildid=")
    output = f"{theirs}/{Path(more[more.index('-o') + 1]).name}" if "-o" in more else f"{theirs}/"
    asked = ("build", *flags, "-trimpath", "-buildvcs=false", "-o", output, f"./{name}")
    theirs.mkdir(exist_ok=True)
    done = driver.go(*asked, cwd=tree, CGO_ENABLED="1")
    assert done.code == 0, done.err
    ours = driver.with_environment(CGO_ENABLED="1")
    wanted = ("build", *flags, "-destination", str(out), "-binary", f"example.com/m/{name}", *more, str(tree))
    done = ours.run(*wanted, cwd=tree.parent)
    assert done.code == 0, done.err
    return done


def _same(ours: Path, theirs: Path, *names: str) -> None:
    assert sorted(path.name for path in ours.iterdir()) == sorted(names)
    for name in names:
        assert (ours / name).read_bytes() == (theirs / name).read_bytes(), f"{name}: other bytes"
        assert (ours / name).stat().st_mode == (theirs / name).stat().st_mode


def _run(*command: str | Path) -> str:
    done = subprocess.run(command, check=True, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, timeout=60)
    return done.stdout.decode()


def test_a_c_program_is_linked_with_an_archive(driver: Driver, tree: Path, tmp_path: Path) -> None:
    lib = tmp_path / "lib"
    _build(driver, tree, lib, "c-archive", "clib", "-o", "libtwice.a")
    _same(lib, tmp_path / "theirs", "libtwice.a", "libtwice.h")
    (tmp_path / "main.c").write_text(_LINKED, encoding="utf-8")
    _run("cc", "-o", tmp_path / "main", "-I", lib, tmp_path / "main.c", lib / "libtwice.a", "-lpthread")
    assert _run(tmp_path / "main") == "42 7\n"


def test_a_c_program_loads_a_shared_library(driver: Driver, tree: Path, tmp_path: Path) -> None:
    lib, listed = tmp_path / "lib", tmp_path / "result"
    _build(driver, tree, lib, "c-shared", "clib", "-result-file", str(listed), "-result-format", "json")
    _same(lib, tmp_path / "theirs", "clib", "clib.h")
    made = json.loads(listed.read_text(encoding="utf-8"))["binaries"]
    assert [(Path(one["path"]).name, one["kind"], one["mode"]) for one in made] == [
        ("clib", "c-shared", 0o644),
        ("clib.h", "header", 0o644),
    ]
    (tmp_path / "main.c").write_text(_LOADS, encoding="utf-8")
    _run("cc", "-o", tmp_path / "main", tmp_path / "main.c", "-ldl")
    assert _run(tmp_path / "main", lib / "clib") == "42\n"


@pytest.mark.nightly
def test_a_host_loads_a_plugin(driver: Driver, tree: Path, tmp_path: Path) -> None:
    lib = tmp_path / "lib"
    _build(driver, tree, lib, "plugin", "plug")
    _same(lib, tmp_path / "theirs", "plug.so")
    done = driver.with_environment(CGO_ENABLED="1").run(
        "build", "-o", f"{tmp_path}/loader", "-binary", "example.com/m/host", str(tree), cwd=tmp_path
    )
    assert done.code == 0, done.err
    assert _run(tmp_path / "loader", lib / "plug.so") == "X\n"


def test_an_archive_is_that_of_the_go_command_but_for_its_build_id(driver: Driver, tree: Path, tmp_path: Path) -> None:
    _build(driver, tree, tmp_path / "lib", "archive", "names", "-o", "names.a")
    assert _members(tmp_path / "lib" / "names.a") == _members(tmp_path / "theirs" / "names.a")
    done = driver.run("build", "-buildmode=archive", "-destination", str(tmp_path / "all"), str(tree), cwd=tmp_path)
    assert done.code == 0, done.err
    files = [path.relative_to(tmp_path / "all").as_posix() for path in (tmp_path / "all").rglob("*.*")]
    assert files == ["example.com", "example.com/m/names.a"]


def _members(path: Path) -> list[tuple[bytes, bytes]]:
    """Return name and content of each member of a Go archive, without the build ID that the go command writes."""
    data, at, found = path.read_bytes(), 8, []
    assert data.startswith(b"!<arch>\n")
    while at < len(data):
        header, size = data[at : at + 60], int(data[at + 48 : at + 58])
        found.append((header[:16], re.sub(rb'\nbuild id "[^"]*"', b"", data[at + 60 : at + 60 + size])))
        at += 60 + size + size % 2
    return found


def test_several_main_packages_are_refused(driver: Driver, tree: Path, tmp_path: Path) -> None:
    for flags, said in (
        (("-buildmode=c-archive",), "-buildmode=c-archive requires exactly one main package"),
        (("-buildmode=exe", "-o", "x"), "-buildmode=exe requires exactly one main package"),
        (("-o", "x"), "cannot write multiple packages to non-directory x"),
    ):
        done = driver.with_environment(CGO_ENABLED="1").run("build", "-set", "all", *flags, str(tree), cwd=tmp_path)
        assert (done.code, said in done.err) == (2, True), done.err
        assert "hint: " in done.err
    assert not (tmp_path / "x").exists()


def test_without_cgo_there_is_no_plugin(driver: Driver, tree: Path, tmp_path: Path) -> None:
    flags = ("-buildmode=plugin", "-binary", "example.com/m/plug")
    done = driver.with_environment(CGO_ENABLED="0").run("build", "-set", "all", *flags, str(tree), cwd=tmp_path)
    assert done.code == 2
    assert "-buildmode=plugin requires external (cgo) linking, but cgo is not enabled" in done.err
