"""A tree that was built before: nothing is done again until a file changes, and then no more than the change needs."""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest
from support import txtar
from support.driver import Driver

pytestmark = pytest.mark.bazel

TREE = """
-- go.mod --
module example.com/m

go 1.21
-- main.go --
package main

func main() {}
-- README.md --
A program.
-- internal/testdata/prog/main.go --
package main

func main() {}
"""


def _append(path: Path) -> None:
    path.write_text(f"{path.read_text(encoding='utf-8')}\n", encoding="utf-8")


CHANGES: dict[str, Callable[[Path], object]] = {
    "a file that is only evidence": lambda tree: _append(tree / "README.md"),
    "a program that ./... skips": lambda tree: _append(tree / "internal/testdata/prog/main.go"),
    "a file added where ./... does not look": lambda tree: (tree / "internal/testdata/prog/more.go").touch(),
    "rules of the user's": lambda tree: (tree / "gomod2bazel.toml").touch(),
    "rules in the working folder": lambda tree: (tree.parent / "gomod2bazel.toml").touch(),
}


@pytest.mark.parametrize("what", CHANGES)
def test_a_change_is_noticed(what: str, driver: Driver, tmp_path: Path) -> None:
    tree = txtar.write(tmp_path / "tree", TREE)

    def build() -> str:
        done = driver.run("build", "-goproxy=off", "-destination=bin", "-as=.=target", "tree", cwd=tmp_path)
        assert done.code == 0, done.err
        return done.err

    build()
    assert "nothing changed since the last run" in build()
    CHANGES[what](tree)
    assert "nothing changed since the last run" not in build()


EDITED = """
-- go.mod --
module example.com/edited

go 1.21
-- main.go --
package main

import "example.com/edited/greet"

func main() { println(greet.Whom()) }
-- greet/greet.go --
package greet

//go:noinline
func Whom() string { return "you" }
-- helper/main.go --
// Helper writes the changelog of a release.
package main

func main() {
	println("fake")
}
-- main_test.go --
package main

import (
	"os/exec"
	"testing"
)

func TestMain_(t *testing.T) { exec.Command("ls").Run() }
"""


class _Edited:
    """A tree, and a go command that notes how often it is called."""

    def __init__(self, driver: Driver, folder: Path) -> None:
        self.tree = txtar.write(folder / "tree", EDITED)
        self.calls = folder / "calls"
        wrapper = folder / "bin" / "go"
        wrapper.parent.mkdir()
        go = shutil.which("go", path=driver.environment["PATH"])
        wrapper.write_text(f'#!/bin/sh\necho "$@" >> {self.calls}\nexec {go} "$@"\n')
        wrapper.chmod(0o755)
        path = f"{wrapper.parent}{os.pathsep}{driver.environment['PATH']}"
        self.driver = driver.with_environment(PATH=path, CGO_ENABLED="0")

    def build(self, code: int = 0) -> tuple[str, bool]:
        """Build; return what was printed, and whether the go command ran."""
        self.calls.unlink(missing_ok=True)
        words = ("-goproxy=off", "-destination=bin", "-set=target,test-helper", "tree")
        done = self.driver.run("build", *words, cwd=self.tree.parent)
        assert done.code == code, done.err
        return done.err, self.calls.exists()

    def edit(self, name: str, old: str, new: str) -> None:
        """Replace a file as editors do: by another one of its name."""
        file = self.tree / name
        text = file.read_text()
        assert old in text
        (self.tree / "new").write_text(text.replace(old, new))
        (self.tree / "new").rename(file)

    def output(self, name: str = "edited") -> str:
        """Run what was installed."""
        done = subprocess.run([self.tree.parent / "bin" / name], capture_output=True, text=True, check=True)
        return done.stderr

    def theirs(self) -> bytes:
        """Return the bytes of go build."""
        words = ("build", "-trimpath", "-buildvcs=false", "-ldflags=-buildid=", "-o", "../theirs", ".")
        assert self.driver.go(*words, cwd=self.tree).code == 0
        return (self.tree.parent / "theirs").read_bytes()


def test_after_an_edit_of_a_body_nothing_is_loaded(driver: Driver, tmp_path: Path) -> None:
    edited = _Edited(driver, tmp_path)
    assert edited.build()[1], "loaded the first time"
    for whom in ("him", "her"):
        edited.edit("greet/greet.go", edited.output().strip(), whom)
        text, has_loaded = edited.build()
        assert not has_loaded, text
        assert "1 package compiled" in text
        assert edited.output() == f"{whom}\n"
        assert (tmp_path / "bin" / "edited").read_bytes() == edited.theirs()
    assert "nothing changed since the last run" in edited.build()[0]
    # What does not compile is reported with its place, and mended without loading either.
    edited.edit("greet/greet.go", '"her"', "her")
    text, has_loaded = edited.build(code=1)
    assert "tree/greet/greet.go:4:29: undefined: her" in text
    assert not has_loaded
    edited.edit("greet/greet.go", "her", '"us"')
    assert not edited.build()[1]
    assert edited.output() == "us\n"
    # An import is loaded.
    edited.edit("greet/greet.go", "package greet\n", 'package greet\n\nimport "strings"\n\nvar _ = strings.ToUpper\n')
    assert edited.build()[1]
    assert (tmp_path / "bin" / "edited").read_bytes() == edited.theirs()


def test_an_edit_may_change_a_set(driver: Driver, tmp_path: Path) -> None:
    """Sets are found again though nothing need be loaded, and decide what is built."""
    edited = _Edited(driver, tmp_path)
    edited.build()
    assert not (tmp_path / "bin" / "helper").exists()
    edited.edit("main_test.go", 'exec.Command("ls")', 'exec.Command("go", "build", "-o", t.TempDir(), "./helper")')
    edited.build()
    assert edited.output("helper") == "fake\n"
    edited.edit("helper/main.go", "fake", "counterfeit")
    assert not edited.build()[1]
    assert edited.output("helper") == "counterfeit\n"
