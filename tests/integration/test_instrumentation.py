"""Instrumented binaries are those of the go command, and do what they were instrumented for."""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path

import pytest
from support import txtar
from support.driver import Driver
from support.parity import compare, reference
from support.proxy import unpack
from support.sanitizer import sanitizer_problem

pytestmark = pytest.mark.bazel

TREE = Path(__file__).with_name("instrumentation.txtar")


def _build(driver: Driver, folder: Path, *flags: str) -> Path:
    """Build the folder's tree as the go command does, see that the bytes are the same, and return ours."""
    tree, theirs, ours = folder / "tree", folder / "theirs", folder / "ours"
    done = driver.run("build", *flags, "-ldflags=-buildid=", "-buildvcs=false", "-destination", ours, tree, cwd=folder)
    assert done.code == 0, done.err
    cgo = driver.environment["CGO_ENABLED"]
    reference(driver, ("build", *flags, "."), theirs, cwd=tree, CGO_ENABLED=cgo)
    assert compare(driver, theirs, ours) == []
    return ours / "watched"


def _run(program: Path, *arguments: str, **environment: str) -> str:
    done = subprocess.run(
        [program, *arguments],
        env={"PATH": os.defpath, **environment},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        encoding="utf-8",
        timeout=60,
        check=False,
    )
    return done.stdout


def test_coverage(driver: Driver, tmp_path: Path) -> None:
    unpack(TREE, tmp_path / "tree")
    counted = driver.with_environment(CGO_ENABLED="0")
    program = _build(counted, tmp_path, "-covermode=count", "-coverpkg=./...")
    (tmp_path / "data").mkdir()
    assert _run(program, GOCOVERDIR=str(tmp_path / "data")) == "sum 3\n"
    printed = driver.go("tool", "covdata", "percent", "-i", tmp_path / "data", cwd=tmp_path)
    covered = {line.split()[0]: line.split()[2] for line in printed.out.splitlines()}
    assert covered["example.com/watched/sum"] == "50.0%", printed


RACES = """
-- go.mod --
module example.com/watched

go 1.24
-- main.go --
package main

import "example.com/watched/sum"

func main() {
	done := make(chan bool)
	go func() { sum.Add(1); done <- true }()
	sum.Add(2)
	<-done
}
-- sum/sum.go --
package sum

var Total int

func Add(n int) { Total += n }
"""
"""It imports nothing: all that it links is compiled with -race, by both."""


@pytest.mark.skipif(not shutil.which("cc"), reason="there is no C compiler")
def test_race_detector(driver: Driver, tmp_path: Path) -> None:
    txtar.write(tmp_path / "tree", RACES)
    printed = _run(_build(driver.with_environment(CGO_ENABLED="1"), tmp_path, "-race"))
    assert "WARNING: DATA RACE" in printed
    assert "example.com/watched/sum.Add()" in printed


@pytest.mark.nightly
@pytest.mark.skipif(not shutil.which("cc"), reason="there is no C compiler")
def test_race_detector_with_coverage(driver: Driver, tmp_path: Path) -> None:
    unpack(TREE, tmp_path / "tree")
    racing = driver.with_environment(CGO_ENABLED="1")
    program = _build(racing, tmp_path, "-race", "-cover")
    (tmp_path / "data").mkdir()
    printed = _run(program, "race", GOCOVERDIR=str(tmp_path / "data"))
    assert "WARNING: DATA RACE" in printed
    assert "example.com/watched/sum.Add()" in printed
    assert sorted(file.name.partition(".")[0] for file in (tmp_path / "data").iterdir()) == ["covcounters", "covmeta"]


@pytest.mark.parametrize(
    ("flags", "cgo", "what"),
    [
        (["-race"], "0", "-race requires cgo; enable cgo by setting CGO_ENABLED=1"),
        (["-race", "-msan"], "1", "may not use -race and -msan simultaneously"),
        (["-race", "-covermode=set"], "1", '-covermode must be "atomic", not "set", when -race is enabled'),
        (["-asan", "-platform=linux/386"], "1", "-asan is not supported on linux/386"),
        (["-race", "-buildmode=pie"], "1", "-buildmode=pie not supported when -race is enabled on linux/amd64"),
        (["-covermode=wrong"], "0", 'valid modes are "set", "count", or "atomic"'),
    ],
)
def test_refused(flags: list[str], cgo: str, what: str, driver: Driver, tmp_path: Path) -> None:
    unpack(TREE, tmp_path / "tree")
    done = driver.with_environment(CGO_ENABLED=cgo).run("build", *flags, tmp_path / "tree", cwd=tmp_path)
    assert (done.code, what in done.err) == (2, True), done.err
    theirs = driver.go("list", *[f for f in flags if "platform" not in f], cwd=tmp_path / "tree", CGO_ENABLED=cgo)
    assert "-platform" in " ".join(flags) or what in theirs.err, theirs.err


@pytest.mark.skipif(not shutil.which("gcc"), reason="there is no gcc")
def test_memory_sanitizer_needs_clang(driver: Driver, tmp_path: Path) -> None:
    unpack(TREE, tmp_path / "tree")
    asked = driver.with_environment(CGO_ENABLED="1", CC="gcc")
    done = asked.run("build", "-msan", tmp_path / "tree", cwd=tmp_path)
    assert (done.code, "-fsanitize=" in done.err) == (2, True), done.err


C_MEMORY = """
-- go.mod --
module example.com/memory

go 1.24
-- main.go --
package main

// #include <stdlib.h>
// static int *freed(void) { int *p = calloc(1, sizeof(int)); free(p); return p; }
// static int *unset(void) { return malloc(sizeof(int)); }
import "C"

func main() {
	if *C.CHOICE() == 99 {
		println("read")
	}
}
"""


@pytest.mark.nightly
@pytest.mark.parametrize(
    ("flag", "compiler", "name", "function", "report"),
    [
        ("-asan", "gcc", "address", "freed", "AddressSanitizer: heap-use-after-free"),
        pytest.param(
            *("-msan", "clang", "memory", "unset", "MemorySanitizer: use-of-uninitialized-value"),
            marks=pytest.mark.nightly,
        ),
    ],
)
def test_sanitizers_report_what_go_code_reads(
    flag: str, compiler: str, name: str, function: str, report: str, driver: Driver, tmp_path: Path
) -> None:
    problem = sanitizer_problem(compiler, name)
    if problem:
        pytest.skip(f"{compiler} -fsanitize={name} does not work here: {problem}")
    txtar.write(tmp_path / "tree", C_MEMORY.replace("CHOICE", function))
    asked = driver.with_environment(CGO_ENABLED="1", CC=compiler)
    done = asked.run("build", flag, "-destination", tmp_path / "out", tmp_path / "tree", cwd=tmp_path)
    assert done.code == 0, done.err
    assert report in _run(tmp_path / "out" / "memory")
