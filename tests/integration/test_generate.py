"""What generate writes, before a real Bazel: labels lead somewhere, the lock is read, files are found."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from support import txtar
from support.driver import ROOT, Driver
from support.proxy import Proxy
from support.workspaces import Workspaces

pytestmark = pytest.mark.bazel

DEP = "-- go.mod --\nmodule example.com/dep\n\ngo 1.20\n-- dep.go --\npackage dep\n"

# A module that requires the one that requires it.
BACK = """
-- go.mod --
module example.com/back

go 1.20
-- back.go --
package back

import _ "example.com/mono/files"
"""

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

require example.com/back v1.0.0
require example.com/dep v1.0.0
-- cmd/hi/main.go --
package main

import (
	_ "example.com/back"
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


# As gazelle writes them, with both of its naming conventions.
GAZELLES = """
-- cmd/hi/BUILD.bazel --
load("@rules_go//go:def.bzl", "go_binary", "go_library")

go_library(
    name = "hi_lib",
    srcs = ["main.go"],
    importpath = "example.com/mono/cmd/hi",
    visibility = ["//visibility:private"],
    deps = [
        "//asm",
        "//files",
        "@com_example_back//:back",
        "@com_example_dep//:dep",
    ],
)

go_binary(
    name = "hi",
    embed = [":hi_lib"],
    visibility = ["//visibility:public"],
)
-- files/BUILD.bazel --
load("@io_bazel_rules_go//go:def.bzl", "go_library", "go_test")

go_library(
    name = "files",
    srcs = ["files.go"],
    embedsrcs = ["sub/a.txt"],
    importpath = "example.com/mono/files",
    visibility = ["//visibility:public"],
)

go_test(
    name = "files_test",
    srcs = ["files_test.go"],
    embed = [":files"],
    deps = ["@com_example_dep//:go_default_library"],
)
-- files/files_test.go --
package files

import (
	"testing"

	_ "example.com/dep"
)

func TestText(t *testing.T) {
	if Text != "" {
		t.Error(Text)
	}
}
-- asm/asm.s --
-- asm/BUILD.bazel --
load("@rules_go//go:def.bzl", "go_library")

go_library(
    name = "asm",
    srcs = [
        "asm.go",
        "asm.s",
    ],
    importpath = "example.com/mono/asm",
    visibility = ["//visibility:public"],
)
"""


# Of other Bazel packages, of a folder in none, and found on the way to the root.
READS = """
-- shared/table.csv --
-- files/files_test.go --
package files

import (
	"os"
	"path/filepath"
	"testing"
)

func TestFiles(t *testing.T) {
	for _, name := range []string{"../asm/asm.s", filepath.Join("..", "shared", "table.csv"), "../go.mod"} {
		if _, err := os.ReadFile(name); err != nil {
			t.Error(err)
		}
	}
}
-- caller/testdata/in.txt --
-- caller/caller_test.go --
package caller

import (
	"os"
	"path/filepath"
	"runtime"
	"testing"
)

func TestCaller(t *testing.T) {
	_, file, _, _ := runtime.Caller(0)
	found, err := os.Lstat(filepath.Join(filepath.Dir(file), "testdata", "in.txt"))
	if err != nil || !found.Mode().IsRegular() {
		t.Error(found, err)
	}
	if err := os.WriteFile("testdata/in.txt", []byte("changed"), 0o644); err != nil {
		t.Error(err)
	}
}
"""


@pytest.fixture
def monorepo(workspaces: Workspaces, tmp_path: Path) -> Iterator[tuple[Path, Proxy]]:
    """Make a repository without BUILD files and without a lock."""
    proxy = txtar.proxy(tmp_path, {"dep@v1.0.0": DEP, "back@v1.0.0": BACK})
    with workspaces.lend() as folder:
        txtar.write(folder, TREE % (ROOT, proxy.url))
        (folder / "go.sum").write_text(proxy.go_sum, encoding="utf-8")
        yield folder, proxy


def test_bazel_takes_what_is_generated(driver: Driver, monorepo: tuple[Path, Proxy]) -> None:
    folder, proxy = monorepo
    driver = driver.with_environment(CGO_ENABLED="0")
    made = driver.run("generate", "-goproxy", proxy.url, cwd=folder)
    assert made.code == 0, made.err
    # Analysis follows every label, of the SDK and of the other module too; asm needs the header to be there.
    for arguments in (("build", "--nobuild", "//..."), ("build", "//asm", "@com_example_back//:back")):
        done = driver.bazel(*arguments, cwd=folder)
        assert done.code == 0, done.err
    assert driver.run("generate", "-goproxy", proxy.url, "-check", cwd=folder).code == 0, "bazel-* links change nothing"


def test_tests_find_the_files_that_they_mention(driver: Driver, monorepo: tuple[Path, Proxy]) -> None:
    folder, proxy = monorepo
    driver = driver.with_environment(CGO_ENABLED="0")
    txtar.write(folder, READS)
    made = driver.run("generate", "-goproxy", proxy.url, cwd=folder)
    assert made.code == 0, made.err
    done = driver.bazel("test", "--test_output=errors", "//files:files_test", "//caller:caller_test", cwd=folder)
    assert done.code == 0, done.out
    assert (folder / "caller/testdata/in.txt").read_text() == "", "the test changed its copy"


@pytest.mark.nightly
def test_files_of_gazelle_need_other_load_lines_alone(driver: Driver, monorepo: tuple[Path, Proxy]) -> None:
    folder, proxy = monorepo
    driver = driver.with_environment(CGO_ENABLED="0")
    before = txtar.read(GAZELLES)
    txtar.write(folder, GAZELLES)
    made = driver.run("generate", "-loads", "-goproxy", proxy.url, cwd=folder)
    assert made.code == 0, made.err
    done = driver.bazel("test", "//cmd/hi", "//files:files_test", cwd=folder)
    assert done.code == 0, done.err
    built = next(folder.glob("bazel-bin/cmd/hi/hi_/hi"))
    flags = ("-trimpath", "-buildvcs=false", "-ldflags=-buildid=", f"-o={folder / 'hi'}")
    done = driver.with_environment(CGO_ENABLED="0", GOPROXY=proxy.url, GONOSUMDB="*").go(
        "build", *flags, "./cmd/hi", cwd=folder
    )
    assert done.code == 0, done.err
    assert built.read_bytes() == (folder / "hi").read_bytes()
    assert driver.run("generate", "-loads", "-rules=rules_go", cwd=folder).code == 0
    for name in ("cmd/hi/BUILD.bazel", "asm/BUILD.bazel"):
        assert (folder / name).read_text(encoding="utf-8") == before[name]


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
