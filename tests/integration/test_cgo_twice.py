"""A module with cgo, built by two users in two folders: our bytes are equal, and what the go command's are."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import pytest
from support import txtar
from support.driver import Driver
from support.twice import other_user

pytestmark = [
    pytest.mark.bazel,
    pytest.mark.skipif(not shutil.which("gcc"), reason="there is no gcc"),
]

MODULE = """
-- go.mod --
module example.com/m

go 1.24
-- main.go --
package main

// #cgo CFLAGS: -g
// #cgo LDFLAGS: -Wl,-rpath,${SRCDIR}
// #include "where.h"
import "C"

func main() { println(C.GoString(C.where())) }
-- where.h --
const char *where(void);
-- where.c --
#include <assert.h>
#include "where.h"

const char *where(void)
{
	assert(sizeof(int) == 4);
	return __FILE__;
}
"""


def _by_go(driver: Driver, tree: Path, out: Path, *flags: str) -> bytes:
    """Return what the go command makes of a tree."""
    done = driver.go("build", "-buildvcs=false", *flags, "-o", str(out), ".", cwd=tree, timeout=900)
    assert done.code == 0, done.err
    return out.read_bytes()


def test_two_users(driver: Driver, tmp_path: Path) -> None:
    ours = driver.with_environment(CGO_ENABLED="1")
    theirs = other_user(ours, tmp_path / "other")
    binaries, trimmed, plain = [], [], []
    for user, folder in ((ours, tmp_path / "one"), (theirs, tmp_path / "other" / "of another name")):
        tree = txtar.write(folder / "tree", MODULE)
        done = user.run("build", "-destination", "bin", "tree", cwd=folder)
        assert done.code == 0, done.err
        binaries.append((folder / "bin" / "m").read_bytes())
        trimmed.append(_by_go(user, tree, folder / "trimmed", "-trimpath"))
        plain.append(_by_go(user, tree, folder / "plain"))
    results = {"ours": binaries, "go build -trimpath": trimmed, "go build": plain}
    print({name: "equal" if one == two else "different" for name, (one, two) in results.items()})  # noqa: T201
    assert binaries[0] == binaries[1]
    assert str(tmp_path).encode() not in binaries[0]
    # The folder of the tree is in #cgo LDFLAGS, and without -trimpath in file names, too.
    assert all(str(tmp_path).encode() in data for data in (*trimmed, *plain))
    assert trimmed[0] != trimmed[1]
    assert plain[0] != plain[1]
    ran = subprocess.run([tmp_path / "one" / "bin" / "m"], capture_output=True, encoding="utf-8", check=True)
    assert ran.stderr == "where.c\n"
