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
register_toolchains("@go_sdk//:all")
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


def test_a_go_release_that_is_not_supported_is_refused_by_bazel(
    driver: Driver, monorepo: tuple[Path, Proxy], tmp_path: Path
) -> None:
    """Bazel says which releases are supported, where no driver runs; one attribute goes on."""
    folder, proxy = monorepo
    assert driver.run("generate", "-goproxy", proxy.url, cwd=folder).code == 0
    goroot, lock, module = tmp_path / "go", folder / "gomod2bazel.lock.json", folder / "MODULE.bazel"
    for tool in ("asm", "cgo", "compile", "cover", "link", "preprofile"):
        txtar.write(goroot, f"-- pkg/tool/linux_amd64/{tool} --\n")
    txtar.write(goroot, "-- VERSION --\ngo1.99.1\n-- src/x --\n-- pkg/include/x --\n")
    go = txtar.write(tmp_path / "bin", f"-- go --\n#!/bin/sh\necho {goroot}\n") / "go"
    go.chmod(0o755)
    version = driver.go("env", "GOVERSION", cwd=folder).out.strip()
    lock.write_text(lock.read_text(encoding="utf-8").replace(f'"{version}"', '"go1.99.1"'), encoding="utf-8")
    path = f"--repo_env=PATH={go.parent}:{driver.environment['PATH']}"
    done = driver.bazel("query", path, "@go_sdk//:go_toolchain", cwd=folder)
    assert done.code != 0
    assert "Go 1.99.1 is not supported; supported releases are 1.23, " in done.err
    text = module.read_text(encoding="utf-8").replace("from_file(", "from_file(allow_untested_go = True, ")
    module.write_text(text, encoding="utf-8")
    done = driver.bazel("query", path, "@go_sdk//:go_toolchain", cwd=folder)
    assert done.code == 0, done.err
