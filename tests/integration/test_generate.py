"""What generate writes, before a real Bazel: labels lead somewhere, the lock is read, files are found."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from support import txtar
from support.driver import ROOT, Driver
from support.proxy import Proxy

pytestmark = pytest.mark.bazel

DEP = "-- go.mod --\nmodule example.com/dep\n\ngo 1.20\n-- dep.go --\npackage dep\n"

TREE = """
-- WORKSPACE.bzlmod --
-- MODULE.bazel --
module(name = "mono")

bazel_dep(name = "gomod2bazel")
local_path_override(module_name = "gomod2bazel", path = "%s")
go_modules = use_extension("@gomod2bazel//rules:extensions.bzl", "go_modules")
go_modules.from_file(goproxy = ["%s"], lock = "//:gomod2bazel.lock.json")
register_toolchains("@go_sdk//:toolchain")
-- go.mod --
module example.com/mono

go 1.22

require example.com/dep v1.0.0
-- cmd/hi/main.go --
package main

import (
	_ "example.com/dep"
	_ "example.com/mono/asm"
	_ "example.com/mono/files"
)

func main() {}
-- files/files.go --
package files

import _ "embed"

//go:embed sub/a.txt
var Text string
-- files/sub/a.txt --
-- files/sub/sub.go --
package sub
-- asm/asm.go --
package asm
-- asm/asm.s --
#include "../files/sub/n.h"
-- files/sub/n.h --
#define N 3
"""


@pytest.fixture
def monorepo(driver: Driver, tmp_path: Path) -> Iterator[tuple[Path, Proxy]]:
    """Make a repository without BUILD files and without a lock."""
    proxy = txtar.proxy(tmp_path, {"dep@v1.0.0": DEP})
    folder = txtar.write(tmp_path / "mono", TREE % (ROOT, proxy.url))
    (folder / "go.sum").write_text(proxy.go_sum, encoding="utf-8")
    yield folder, proxy
    driver.bazel("shutdown", cwd=folder)


def test_bazel_takes_what_is_generated(driver: Driver, monorepo: tuple[Path, Proxy]) -> None:
    folder, proxy = monorepo
    driver = driver.with_environment(CGO_ENABLED="0")
    made = driver.run("generate", "-goproxy", proxy.url, cwd=folder)
    assert made.code == 0, made.err
    # Analysis follows every label, of the SDK and of the other module too; asm needs the header to be there.
    for arguments in (("build", "--nobuild", "//..."), ("build", "//asm")):
        done = driver.bazel(*arguments, cwd=folder)
        assert done.code == 0, done.err
    assert driver.run("generate", "-goproxy", proxy.url, "-check", cwd=folder).code == 0, "bazel-* links change nothing"
