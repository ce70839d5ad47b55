"""-compiler gccgo: binaries are those of the go command, and errors are gccgo's own."""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path

import pytest
from support.driver import ROOT, Driver
from support.parity import compare, reference
from support.proxy import unpack

pytestmark = [
    pytest.mark.bazel,
    pytest.mark.skipif(not shutil.which("gccgo"), reason="there is no gccgo"),
]

TREE = ROOT / "tests" / "parity" / "gccgo.txtar"

# Without it the go command writes a build ID that it makes of its cache's keys.
FLAGS = ("-compiler=gccgo", "-gccgoflags=all=-O1 -Wl,--build-id=none")


def _build(driver: Driver, tree: Path, ours: Path, *flags: str) -> Path:
    done = driver.run("build", *FLAGS, *flags, "-destination", ours, tree, cwd=tree)
    assert done.code == 0, done.err
    return ours / "other"


def test_the_same_bytes_as_go(driver: Driver, tmp_path: Path) -> None:
    unpack(TREE, tmp_path / "tree")
    ours, theirs = tmp_path / "ours", tmp_path / "theirs"
    program = _build(driver, tmp_path / "tree", ours)
    done = subprocess.run([program], env={"PATH": os.defpath}, capture_output=True, check=True, timeout=60)
    assert done.stderr == b"hello\n 4 8 gccgo\n"
    reference(driver, ("build", *FLAGS, "."), theirs, cwd=tmp_path / "tree")
    assert compare(driver, theirs, ours) == []


def test_what_n_shows_makes_the_same(driver: Driver, tmp_path: Path) -> None:
    unpack(TREE, tmp_path / "tree")
    script = driver.run("build", *FLAGS, "-n", "-destination", tmp_path / "shown", tmp_path / "tree", cwd=tmp_path)
    assert script.code == 0, script.err
    (tmp_path / "work").mkdir()
    environment = {**driver.environment, "WORK": str(tmp_path / "work")}
    subprocess.run(["sh", "-e"], input=script.err, env=environment, cwd=tmp_path, encoding="utf-8", check=True)
    assert (tmp_path / "shown/other").read_bytes() == _build(driver, tmp_path / "tree", tmp_path / "ours").read_bytes()


def test_no_folder_of_this_machine_and_gccgos_own_words(driver: Driver, tmp_path: Path) -> None:
    tree = tmp_path / "tree"
    unpack(TREE, tree)
    # A body that gccgo exports for inlining goes with the name of its file.
    (tree / "double/plus/plus.go").write_text("package plus\n\nfunc One(n int) int { return n + 1 }\n")
    binary = _build(driver, tree, tmp_path / "ours").read_bytes()
    assert b" ./double/plus/plus.go:3" in binary
    assert b"execroot" not in binary
    assert str(tmp_path).encode() not in binary
    (tree / "double/plus/plus.go").write_text("package plus\n\nfunc One[T int](n T) T { return n }\n")
    done = driver.run("build", *FLAGS, "-destination", tmp_path / "ours", tree, cwd=tmp_path)
    assert done.code == 1
    assert "# example.com/other/double/plus\ntree/double/plus/plus.go:3:9: error: " in done.err
