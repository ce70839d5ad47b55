"""The command prebuild: dependencies alone are compiled, and what it exports is all that another machine needs."""

from __future__ import annotations

import json
import os
import shutil
from pathlib import Path

import pytest
from support import txtar
from support.driver import Driver
from support.namespace import inside
from support.shared import shared_disk_cache

pytestmark = pytest.mark.bazel

# Its own packages do not compile; the packages that they need are those of the runtime, and one of another module.
TREE = """
-- go.mod --
module example.com/tiny

go 1.24

require example.com/words v1.0.0

replace example.com/words => ../words
-- main.go --
package main

import "example.com/tiny/lib"

func main() { println(lib.Value()) }
-- lib/lib.go --
package lib

import "example.com/words"

func Value() int { return words.Word() }
"""

WORDS = """
-- go.mod --
module example.com/words

go 1.24
-- words.go --
package words

func Word() string { return "word" }
-- unused/unused.go --
package unused
"""


def _machine(driver: Driver, folder: Path) -> tuple[Driver, Path]:
    """Return a user with empty caches, and the tree in a folder of theirs."""
    txtar.write(folder / "words", WORDS)
    environment = {"CGO_ENABLED": "0", "XDG_CACHE_HOME": str(folder / "cache")}
    return driver.with_environment(**environment), txtar.write(folder / "tree", TREE)


def test_dependencies_for_another_machine(driver: Driver, tmp_path: Path) -> None:
    one, tree = _machine(driver, tmp_path / "one")
    disk, exported = tmp_path / "disk", tmp_path / "exported"
    if shared_disk_cache():
        # What other tests compiled need not be compiled again.
        shutil.copytree(shared_disk_cache(), disk, copy_function=os.link, ignore=shutil.ignore_patterns("tmp"))
    done = one.run("prebuild", "-disk-cache", disk, "-export", exported, ".", cwd=tree)
    assert done.code == 0, done.err
    assert f"gomod2bazel: {exported}: " in done.err
    packages = len(json.loads((exported / "manifest.json").read_text("utf-8"))["results"])
    assert f"{packages} packages compiled that 1 binary needs" in done.err
    assert {path.name for path in tree.iterdir()} == {"go.mod", "lib", "main.go"}, "nothing is installed"
    shutil.rmtree(disk)
    # Another user and folder, without a network.
    two, tree = _machine(driver, tmp_path / "another")
    lib = tree / "lib/lib.go"
    lib.write_text(lib.read_text("utf-8").replace("int", "string"), "utf-8")
    words = ("build", "-offline", "-import", exported, "-destination", tmp_path / "bin", ".")
    done = two.run(*words, cwd=tree, before=inside())
    two.run("shutdown", cwd=tree)
    assert done.code == 0, done.err
    total = f"{packages + 2} packages compiled, 0 up to date; 1 of 1 binary linked; {packages} results from a cache"
    assert total in done.err
    reference = two.go("build", "-trimpath", "-buildvcs=false", "-ldflags=-buildid=", "-o", tmp_path / "ref", cwd=tree)
    assert reference.code == 0, reference.err
    assert (tmp_path / "bin/tiny").read_bytes() == (tmp_path / "ref").read_bytes()
