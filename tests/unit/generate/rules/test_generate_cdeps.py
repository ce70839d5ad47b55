"""Libraries of C code that a repository has for itself, in addition to packages that use them."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from support.owner import Owner
from support.realgo import RealGo

TREE = """
-- go.mod --
module example.com/m

go 1.21
-- c/sum.h --
int sum(int, int);
-- c/sum.c --
int sum(int a, int b) { return a + b; }
-- use/use.go --
package use

// #include "c/sum.h"
// #include "local/own.h"
import "C"

func Sum() int { return int(C.sum(1, 2)) }
-- use/local/own.h --
-- use/BUILD.bazel --
load("@gomod2bazel//rules:defs.bzl", "go_library")

go_library(
    name = "use",
    cdeps = ["//c:sum"],
    cgo = True,
    cgo_srcs = ["use.go"],
    importpath = "example.com/m/use",
)
"""


def test_headers_of_c_libraries_are_theirs(tmp_path: Path, go: RealGo) -> None:
    owner = Owner(tmp_path, go)
    session = owner.user.session
    owner.user.session = replace(session, environment={**session.environment, "CGO_ENABLED": "1"})
    owner.write(TREE)
    owner.run()
    files = owner.files
    assert sorted(files) == ["use/BUILD.bazel"]
    assert 'hdrs = ["local/own.h"],' in files["use/BUILD.bazel"]
    assert 'cdeps = ["//c:sum"],' in files["use/BUILD.bazel"]

    (owner.root / "use/BUILD.bazel").unlink()
    owner.run()
    assert '"//:go_hdrs"' in owner.files["use/BUILD.bazel"]


def test_c_around_the_module(tmp_path: Path, go: RealGo) -> None:
    owner = Owner(tmp_path, go)
    session = owner.user.session
    owner.user.session = replace(session, environment={**session.environment, "CGO_ENABLED": "1"})
    owner.write("""
-- .git/HEAD --
-- bindings/go/go.mod --
module example.com/m

go 1.21
-- bindings/go/m.go --
package m

// #cgo CFLAGS: -I${SRCDIR}/../../include
// #include "../../src/lib.c"
import "C"
-- src/lib.c --
-- include/lib.h --
""")
    owner.run()
    assert '"//:go_hdrs"' in owner.files["bindings/go/BUILD.bazel"]
    assert [name for name in ("include/lib.h", "src/lib.c") if f'"{name}"' in owner.files["BUILD.bazel"]] == [
        "include/lib.h",
        "src/lib.c",
    ]
