"""Other Go releases than the one that is found: a module with Go, assembly and cgo, and what compilers say of it."""

from __future__ import annotations

import re
import shutil
from pathlib import Path

import pytest
from support import txtar
from support.driver import Driver
from support.go_releases import RELEASES
from support.parity import compare, reference

NEWEST = RELEASES[-1]

MODULE = """
-- go.mod --
module example.com/all

go 1.24
-- main.go --
package main

// int twice(int x);
import "C"

import "example.com/all/asm"

func main() { println(C.twice(C.int(asm.Value()))) }
-- twice.c --
int twice(int x) { return 2 * x; }
-- asm/asm.go --
package asm

func Value() int
-- asm/asm_amd64.s --
#include "textflag.h"
#include "data.h"

TEXT \u00b7Value(SB), NOSPLIT, $0-8
	MOVQ value<>(SB), AX
	MOVQ AX, ret+0(FP)
	RET
-- asm/data.h --
DATA value<>+0(SB)/8, $21
GLOBL value<>(SB), RODATA, $8
"""

PLAIN = "-- go.mod --\nmodule example.com/plain\n\ngo 1.24\n-- main.go --\npackage main\n\nfunc main() {}\n"


@pytest.mark.bazel
@pytest.mark.network
def test_the_newest_release(driver: Driver, tmp_path: Path) -> None:
    if not shutil.which("cc"):
        pytest.skip("there is no C compiler")
    newest = driver.with_release(NEWEST).with_environment(CGO_ENABLED="1", GOARCH="amd64", GOOS="linux")
    tree = txtar.write(tmp_path / "tree", MODULE)
    done = newest.run("build", "-ldflags=-buildid=", "-destination", tmp_path / "ours", ".", cwd=tree)
    assert done.code == 0, done.err
    reference(newest, ("build", "."), tmp_path / "theirs", cwd=tree)
    assert compare(newest, tmp_path / "theirs", tmp_path / "ours") == []
    main = tree / "main.go"
    main.write_text(main.read_text().replace("asm.Value()))", 'asm.Value() + C.int("x")))'))
    theirs = newest.go("build", "-trimpath", ".", cwd=tree).err.replace("./main.go", "main.go").splitlines()
    ours = newest.run("build", "-destination", tmp_path / "ours", ".", cwd=tree).err.splitlines()
    said = [line for line in theirs if line.startswith("main.go:")]
    assert said == [line for line in ours if line.startswith("main.go:")]
    assert any(re.search(r"\bC\.int\b", line) for line in said), theirs


@pytest.mark.bazel
@pytest.mark.network
@pytest.mark.nightly
def test_flags_of_its_linker(driver: Driver, tmp_path: Path) -> None:
    """The versions of macOS and its SDK that a binary names (cmd/link, macho.go)."""
    newest = driver.with_release(NEWEST).with_environment(CGO_ENABLED="0", GOARCH="arm64", GOOS="darwin")
    tree = txtar.write(tmp_path / "tree", PLAIN)
    flags = "-ldflags=-buildid= -macos=12.4 -macsdk=15.1.2"
    done = newest.run("build", flags, "-destination", tmp_path / "ours", ".", cwd=tree)
    assert done.code == 0, done.err
    reference(newest, ("build", flags, "."), tmp_path / "theirs", cwd=tree)
    assert compare(newest, tmp_path / "theirs", tmp_path / "ours") == []
    assert bytes([2, 1, 15, 0]) in (tmp_path / "ours" / "plain").read_bytes(), "the SDK's version, as LC_BUILD_VERSION"


@pytest.mark.bazel
@pytest.mark.network
@pytest.mark.nightly
def test_an_experiment_that_it_has_by_default(driver: Driver, tmp_path: Path) -> None:
    """Without encoding/json/v2, which Go 1.27 has by default."""
    newest = driver.with_release(NEWEST).with_environment(CGO_ENABLED="0", GOEXPERIMENT="nojsonv2")
    text = PLAIN.replace("func main() {}", 'import "encoding/json"\n\nfunc main() { println(json.Valid(nil)) }')
    tree = txtar.write(tmp_path / "tree", text)
    done = newest.run("build", "-ldflags=-buildid=", "-destination", tmp_path / "ours", ".", cwd=tree)
    assert done.code == 0, done.err
    reference(newest, ("build", "."), tmp_path / "theirs", cwd=tree)
    assert compare(newest, tmp_path / "theirs", tmp_path / "ours") == []
    assert b"GOEXPERIMENT=nojsonv2" in (tmp_path / "ours" / "plain").read_bytes()
