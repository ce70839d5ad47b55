"""A module in bindings/go, its C code in ../../src: the bytes are the go command's, and an edit is noticed."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from support import txtar
from support.driver import Driver

pytestmark = [pytest.mark.bazel, pytest.mark.skipif(not shutil.which("gcc"), reason="there is no gcc")]

_DEP = "example.com/dep"

REPOSITORY = """
-- .git/HEAD --
-- bindings/go/go.mod --
module example.com/bind

go 1.22
-- bindings/go/main.go --
package main

// #cgo CFLAGS: -I${SRCDIR}/../../include
// #include "../../src/lib.c"
import "C"

import (
	_ "embed"

	"example.com/bind/sub"
)

//go:embed note.txt
var note string

func main() { println(C.lib(), sub.F(), note) }
-- bindings/go/note.txt --
note
-- bindings/go/sub/sub.go --
package sub

// #cgo CPPFLAGS: -I${SRCDIR}/../../../include
// int sub(void);
import "C"

func F() int { return int(C.sub()) }
-- bindings/go/sub/sub.c --
#include <lib/lib.h>
#include "../../../src/deep/deep.c"

int sub(void) { return deep() + LIB; }
-- src/lib.c --
#include <lib/lib.h>
#include "deep/deep.c"

static int lib(void) { return LIB * 10 + deep(); }
-- src/deep/deep.c --
static int deep(void) { return 5; }
-- include/lib/lib.h --
#define LIB 3
"""


def test_c_around_the_module(driver: Driver, tmp_path: Path) -> None:
    root = txtar.write(tmp_path / "repo", REPOSITORY)
    module = root / "bindings" / "go"
    own = driver.with_environment(CGO_ENABLED="1")

    def built() -> bytes:
        done = own.run("build", "-destination", tmp_path / "ours", module, cwd=tmp_path)
        assert done.code == 0, done.err
        return (tmp_path / "ours" / "bind").read_bytes()

    first = built()
    theirs = tmp_path / "theirs"
    done = driver.go(
        "build", "-trimpath", "-buildvcs=false", "-ldflags=-buildid=", "-o", theirs, ".", cwd=module, CGO_ENABLED="1"
    )
    assert done.code == 0, done.err
    assert theirs.read_bytes() == first
    assert built() == first
    (root / "src" / "deep" / "deep.c").write_text("static int deep(void) { return 6; }\n", encoding="utf-8")
    assert built() != first


def test_a_module_behind_a_link(driver: Driver, tmp_path: Path) -> None:
    """``..`` of a C file is found behind the link, that of a replacement by the link's name: as go finds them."""
    root = txtar.write(tmp_path / "repo", REPOSITORY)
    txtar.write(tmp_path, f"-- dep/go.mod --\nmodule {_DEP}\n-- dep/dep.go --\npackage dep\n\nconst Name = 1\n")
    txtar.write(root / "bindings", f"-- dep/go.mod --\nmodule {_DEP}\n-- dep/dep.go --\npackage dep\n")
    module = root / "bindings" / "go"
    (module / "go.mod").write_text(
        f"module example.com/bind\n\ngo 1.22\n\nrequire {_DEP} v1.0.0\n\nreplace {_DEP} => ../dep\n", encoding="utf-8"
    )
    main = module / "main.go"
    text = main.read_text(encoding="utf-8").replace('"example.com/bind/sub"', f'"example.com/bind/sub"\n\t"{_DEP}"')
    main.write_text(text.replace("note)", "note, dep.Name)"), encoding="utf-8")
    link = tmp_path / "link"
    link.symlink_to("repo/bindings/go")
    here = driver.with_environment(CGO_ENABLED="1", PWD=str(link))
    done = here.run("build", "-destination", "../ours", ".", cwd=link)
    assert done.code == 0, done.err
    # Under the driver's name of the folder: -destination, as all files, is found behind the link.
    ours = root / "bindings" / "ours" / "bind"
    theirs = tmp_path / "theirs"
    flags = ("-trimpath", "-buildvcs=false", "-ldflags=-buildid=")
    done = here.go("build", *flags, "-o", theirs, ".", cwd=link)
    assert done.code == 0, done.err
    assert theirs.read_bytes() == ours.read_bytes()
    refused = driver.with_environment(CGO_ENABLED="1").run("build", "-destination", tmp_path / "no", ".", cwd=module)
    assert refused.code == 1
    assert "undefined: dep.Name" in refused.err
