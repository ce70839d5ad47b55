"""-buildvcs: a tree in git is stamped as the go command stamps it, the version from its tags among it."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import pytest
from support import txtar
from support.driver import Driver

pytestmark = [pytest.mark.bazel, pytest.mark.skipif(not shutil.which("git"), reason="there is no git")]

TREE = """
-- go.mod --
module example.com/m

go 1.26
-- cmd/tool/main.go --
package main

func main() { println("stamped") }
"""


def _git(folder: Path, *arguments: str) -> None:
    who = ["-c", "user.name=Nobody", "-c", "user.email=nobody@example.com", "-c", "init.defaultBranch=main"]
    subprocess.run(["git", *who, *arguments], cwd=folder, check=True, capture_output=True)


def test_as_go_build(driver: Driver, tmp_path: Path) -> None:
    tree, ours = txtar.write(tmp_path / "tree", TREE), driver.with_environment(CGO_ENABLED="0", GOPROXY="off")
    flags = ("-trimpath", "-ldflags=-buildid=")

    def same(*more: str) -> str:
        done = ours.run("build", "-destination", tmp_path / "ours", *flags, *more, tree, cwd=tmp_path)
        assert done.code == 0, done.err
        theirs = more or ("-buildvcs=false",)
        done = ours.go("build", *flags, *theirs, "-o", tmp_path / "theirs" / "tool", "./cmd/tool", cwd=tree)
        assert done.code == 0, done.err
        assert (tmp_path / "ours" / "tool").read_bytes() == (tmp_path / "theirs" / "tool").read_bytes()
        return ours.go("version", "-m", tmp_path / "ours" / "tool", cwd=tree).out

    _git(tree, "init", ".")
    _git(tree, "add", ".")
    _git(tree, "commit", "-m", "first")
    _git(tree, "tag", "v1.4.0")
    assert "mod\texample.com/m\tv1.4.0\t\n" in same("-buildvcs=true")
    (tree / "edited").touch()
    shown = same("-buildvcs=auto")
    assert "mod\texample.com/m\tv1.4.0+dirty\t\n" in shown
    assert shown.rstrip().endswith("build\tvcs.modified=true")
    # Nothing is stamped unless it is asked for: what is built depends on its sources alone.
    assert "vcs" not in same()


def test_what_cannot_be_told_is_an_error(driver: Driver, tmp_path: Path) -> None:
    tree = txtar.write(tmp_path / "tree", TREE)
    (tree / ".git").mkdir()
    theirs = driver.go("build", "-buildvcs=true", "./cmd/tool", cwd=tree)
    done = driver.run("build", "-destination", tmp_path / "ours", "-buildvcs=true", tree, cwd=tmp_path)
    for words in ("error obtaining VCS status: exit status 128", "Use -buildvcs=false to disable VCS stamping."):
        assert words in theirs.err
        assert words in done.err
    assert (theirs.code, done.code) == (1, 1)
    assert not (tmp_path / "ours").exists()
