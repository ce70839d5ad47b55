"""C compilers are inputs: another one, or another version of one, compiles again."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import pytest
from support import txtar
from support.driver import Driver

MODULE = """
-- go.mod --
module example.com/m

go 1.22
-- main.go --
package main

// static int level(void) { return LEVEL; }
import "C"

func main() { println(int(C.level())) }
"""


@pytest.mark.bazel
@pytest.mark.skipif(not shutil.which("gcc"), reason="there is no gcc")
def test_a_changed_compiler_compiles_anew(driver: Driver, tmp_path: Path) -> None:
    tree = txtar.write(tmp_path / "tree", MODULE)
    # By the name of the usual one: what does not use cgo is compiled already.
    compiler, usual = tmp_path / "bin" / "gcc", shutil.which("gcc")
    compiler.parent.mkdir()
    path = f"{compiler.parent}:{driver.environment['PATH']}"
    own = driver.with_environment(CGO_ENABLED="1", CC=compiler.name, PATH=path)

    def built(level: int) -> str:
        compiler.write_text(f'#!/bin/sh\nexec {usual} -DLEVEL={level} "$@"\n', encoding="utf-8")
        compiler.chmod(0o755)
        done = own.run("build", "-ldflags=-linkmode=external", "-destination", "bin", tree / "go.mod", cwd=tmp_path)
        assert done.code == 0, done.err
        ran = subprocess.run([tmp_path / "bin" / "m"], capture_output=True, encoding="utf-8", check=True)
        return ran.stderr.strip()

    assert [built(3), built(4)] == ["3", "4"]
