"""What the lock of generate tells of the repository's own modules, and of the standard library that they use."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from support import txtar
from support.lock_value import lock_value
from support.owner import Owner
from support.realgo import RealGo

MODULE = """
-- MODULE.bazel --
go_modules = use_extension("@gomod2bazel//rules:extensions.bzl", "go_modules")
go_modules.from_file(lock = "//:go.lock.json")
-- go.mod --
module example.com/m

go 1.22.1

require example.com/near v1.2.3

replace example.com/near => ./near

godebug (
	default=go1.21
	panicnil=1
)
-- main.go --
package main

import (
	_ "unsafe"

	_ "example.com/near"
)

func main() {}
-- main_test.go --
package main

import "testing"

func TestMain(m *testing.M) {}
-- near/go.mod --
module example.com/near

go 1.20
-- near/near.go --
package near

import _ "errors"
"""

WORKSPACE = """
-- MODULE.bazel --
go_modules = use_extension("@gomod2bazel//rules:extensions.bzl", "go_modules")
go_modules.from_file(lock = "//:go.lock.json")
-- go.work --
go 1.23

use (
	./a
	./b
)

godebug panicnil=1
-- a/go.mod --
module example.com/a

go 1.22

godebug http2client=0
-- a/a.go --
package a
-- b/go.mod --
module example.com/b
-- b/b.go --
package b
"""

# A module that requires one that requires it; gazelle's name for a package, and rules written by hand.
CIRCLE = """
-- MODULE.bazel --
go_modules = use_extension("@gomod2bazel//rules:extensions.bzl", "go_modules")
go_modules.from_file(lock = "//:go.lock.json")
-- go.mod --
module example.com/m

go 1.22

require example.com/back v1.0.0
-- m.go --
package m

import _ "example.com/back"
-- low/low.go --
package low
-- low/BUILD.bazel --
load("@gomod2bazel//rules:defs.bzl", "go_library")

go_library(
    name = "go_default_library",
    srcs = ["low.go"],
    importpath = "example.com/m/low",
)
-- ignored/ignored.go --
package ignored
-- ignored/BUILD.bazel --
# gomod2bazel:ignore
"""

BACK = """
-- go.mod --
module example.com/back

go 1.20
-- back.go --
package back

import (
	_ "fmt"

	_ "example.com/m/ignored"
	_ "example.com/m/low"
)
"""


@pytest.fixture
def owner(tmp_path: Path, go: RealGo) -> Owner:
    return Owner(tmp_path, go)


def locked(owner: Owner, tree: str, cgo: str = "1") -> dict[str, Any]:
    environment = {**owner.user.session.environment, "CGO_ENABLED": cgo}
    owner.user.session = replace(owner.user.session, environment=environment)
    owner.write(tree)
    owner.run()
    return lock_value((owner.root / "go.lock.json").read_text(encoding="utf-8"))


def test_a_module_and_what_replaces_another(owner: Owner) -> None:
    lock = locked(owner, MODULE)
    settings = {"go": "1.22.1", "godebug": {"default": "go1.21", "panicnil": "1"}}
    assert lock["main_modules"] == [
        {"path": "example.com/m", "lang": "go1.22", **settings},
        {"path": "example.com/near", "lang": "go1.20", "version": "v1.2.3", "replaced_by": "./near", **settings},
    ]
    assert lock["standard"]["imports"] == ["errors"]
    assert lock["standard"]["test_imports"] == ["testing"]


def test_a_workspace(owner: Owner) -> None:
    assert locked(owner, WORKSPACE)["main_modules"] == [
        {"path": "example.com/a", "lang": "go1.22", "go": "1.23", "godebug": {"panicnil": "1"}},
        {"path": "example.com/b", "lang": "go1.16", "go": "1.23", "godebug": {"panicnil": "1"}},
    ]


@pytest.mark.parametrize(("cgo", "held"), [("1", True), ("0", False)])
def test_what_the_linker_may_add(owner: Owner, cgo: str, held: bool) -> None:
    lock = locked(owner, WORKSPACE, cgo)
    standard = {package["import_path"] for package in lock["standard"]["packages"]}
    assert "runtime" in standard
    assert ("runtime/cgo" in standard) == held
    assert lock["standard"]["imports"] == []


@pytest.mark.parametrize("flags", [(), ("-loads",)])
def test_packages_of_the_repository_that_another_module_imports(
    owner: Owner, tmp_path: Path, flags: tuple[str, ...]
) -> None:
    owner.proxy = txtar.proxy(tmp_path, {"back@v1.0.0": BACK})
    owner.write(CIRCLE)
    owner.run(*flags)
    text = (owner.root / "go.lock.json").read_text(encoding="utf-8")
    assert lock_value(text)["repository_packages"] == {
        "example.com/m/ignored": {"label": "//ignored:ignored"},
        "example.com/m/low": {"label": "//low:go_default_library"},
    }
    assert '"imports":{"":"example.com/m/ignored example.com/m/low","std":"fmt"}' in text
    owner.run("-check", *flags)
