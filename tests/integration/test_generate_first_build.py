"""From a Go module without any Bazel file to Bazel, in one command: the bytes are those of the go command."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from support import profile, txtar
from support.driver import Driver
from support.proxy import Proxy
from support.workspaces import Workspaces

pytestmark = pytest.mark.bazel

DEP = '-- go.mod --\nmodule example.com/tinydep\n\ngo 1.20\n-- dep.go --\npackage dep\n\nconst Name = "dep"\n'

TREE = """
-- go.mod --
module example.com/tiny

go 1.24

require example.com/tinydep v1.0.0
-- main.go --
package main

import (
	dep "example.com/tinydep"
	"example.com/tiny/arch"
	"example.com/tiny/lib"
)

func main() { println(dep.Name, lib.Twice(2), arch.Name) }
-- arch/arch_amd64.go --
package arch

const Name = "amd64"
-- arch/arch_arm64.go --
package arch

import "example.com/tiny/only/arm"

const Name = arm.Name
-- only/arm/arm_arm64.go --
package arm

const Name = "arm64"
-- main_test.go --
package main

import "testing"

func TestMain_(t *testing.T) { main() }
-- lib/lib.go --
package lib

func Twice(n int) int { return 2 * n }
-- lib/lib_test.go --
package lib

import (
	"os"
	"testing"
)

func TestTwice(t *testing.T) {
	data, err := os.ReadFile("testdata/four")
	if err != nil || len(data) != Twice(2) {
		t.Fatal(err, len(data))
	}
}
-- lib/x_test.go --
package lib_test

import (
	"testing"

	"example.com/tiny/lib"
	"example.com/tiny/uses"
)

func TestUses(t *testing.T) {
	if uses.Eight != 2*lib.Twice(2) {
		t.Fatal(uses.Eight)
	}
}
-- lib/testdata/four --
abc
-- lib/testdata/foreign/BUILD --
this is not Starlark
-- uses/uses.go --
package uses

import "example.com/tiny/lib"

var Eight = lib.Twice(4)
-- cmd/plug/plug.go --
package main

var Nothing = "loads this, and nothing links it"
-- only/only_test.go --
package only

import "testing"

func TestLoops(t *testing.T) {
	var all []*int
	for i := range 2 {
		all = append(all, &i)
	}
	if *all[0] == *all[1] {
		t.Fatal("compiled as before go 1.22")
	}
}
"""

WITH_PROFILE = """
-- go.mod --
module example.com/tiny

go 1.24
-- main.go --
package main

import "example.com/tiny/lib"

func Often(n int) (sum int) {
	for i := range n { sum += lib.Twice(i) }
	return sum
}

func main() { println(Often(3)) }
-- main_test.go --
package main

import "testing"

func TestOften(t *testing.T) {
	if Often(3) != 6 {
		t.Fatal(Often(3))
	}
}
-- lib/lib.go --
package lib

func Twice(n int) int {
	if n > 1000 { panic("too many") }
	return 2 * n
}
-- lib/lib_test.go --
package lib

import "testing"

func TestTwice(t *testing.T) { t.Log(Twice(2)) }
"""

ROOT_WITH_C = """
-- go.mod --
module example.com/tiny

go 1.24
-- main.go --
package main

// static int twice(int n) { return 2 * n; }
import "C"

func main() { println(C.twice(21)) }
-- more.c --
int more(void) { return 1; }
-- host/host.go --
package host

import "plugin"

var Open = plugin.Open
-- cmd/plug/plug.go --
package main

var Answer = 42
"""


@pytest.fixture
def folder(workspaces: Workspaces) -> Iterator[Path]:
    """Return the folder of a module, which is empty so far."""
    with workspaces.lend() as lent:
        yield lent


@pytest.fixture
def module(folder: Path, tmp_path: Path) -> tuple[Path, Proxy]:
    """Make a Go module without a Bazel file."""
    proxy = txtar.proxy(tmp_path, {"tinydep@v1.0.0": DEP})
    txtar.write(folder, TREE)
    (folder / "go.sum").write_text(proxy.go_sum, encoding="utf-8")
    return folder, proxy


def _bazel(driver: Driver, folder: Path, *arguments: str) -> None:
    """Run Bazel, with its caches where the tests have theirs."""
    done = driver.bazel(*arguments, cwd=folder, timeout=600)
    assert done.code == 0, done.err + done.out


def _same(driver: Driver, folder: Path, goproxy: str, package: str, built: str, *command: str, arch: str = "") -> None:
    flags = ("-trimpath", "-buildvcs=false", "-ldflags=-buildid=")
    reference = folder.parent / "reference"
    done = driver.go(*command, *flags, "-o", reference, package, cwd=folder, GOPROXY=goproxy, GOARCH=arch)
    assert done.code == 0, done.err
    assert (folder / "bazel-bin" / built).read_bytes() == reference.read_bytes(), built


def test_one_command_before_bazel(driver: Driver, module: tuple[Path, Proxy]) -> None:
    folder, proxy = module
    driver = driver.with_environment(CGO_ENABLED="0")
    own = driver.go("env", "GOARCH", cwd=folder).out.strip()
    other = "arm64" if own == "amd64" else "amd64"
    platforms = f"-platform=linux/{own},linux/{other}"
    made = driver.run("generate", "-init", "-goproxy", proxy.url, platforms, cwd=folder)
    assert made.code == 0, made.err
    _bazel(driver, folder, "build", "//...")
    _bazel(driver, folder, "test", "//...")
    _same(driver, folder, proxy.url, ".", "tiny_/tiny", "build")
    _same(driver, folder, proxy.url, ".", "tiny_test_/tiny.test", "test", "-c")
    _same(driver, folder, proxy.url, "./lib", "lib/lib_test_/lib.test", "test", "-c")
    _same(driver, folder, proxy.url, "./only", "only/only_test_/only.test", "test", "-c")
    _bazel(driver, folder, "build", "//:tiny", f"--platforms=@gomod2bazel//rules/platforms:linux_{other}")
    _same(driver, folder, proxy.url, ".", "tiny_/tiny", "build", arch=other)
    again = driver.run("generate", "-goproxy", proxy.url, "-check", cwd=folder)
    assert (again.code, again.out) == (0, ""), again.err


@pytest.mark.skipif(not shutil.which("gcc"), reason="there is no gcc")
@pytest.mark.nightly
def test_c_in_the_root_of_a_repository_and_a_plugin(driver: Driver, folder: Path) -> None:
    # The folders that tools write to are below it, and names of both reach the binary.
    txtar.write(folder, ROOT_WITH_C)
    driver = driver.with_environment(CGO_ENABLED="1")
    made = driver.run("generate", "-init", cwd=folder)
    assert made.code == 0, made.err
    _bazel(driver, folder, "build", "//...")
    _same(driver, folder, "off", ".", "tiny_/tiny", "build")
    # What linkmode asks for is a separate configuration, with its own folder.
    asked = driver.bazel("cquery", "--output=files", "//cmd/plug", cwd=folder)
    plugin = str(folder / asked.out.strip())
    _same(driver, folder, "off", "./cmd/plug", plugin, "build", "-buildmode=plugin")


@pytest.mark.nightly
def test_tests_of_a_command_with_a_profile(driver: Driver, folder: Path) -> None:
    txtar.write(folder, WITH_PROFILE)
    (folder / "default.pgo").write_bytes(profile.encode("example.com/tiny/lib.Twice:5 main.Often:6 100\n"))
    driver = driver.with_environment(CGO_ENABLED="0")
    made = driver.run("generate", "-init", cwd=folder)
    assert made.code == 0, made.err
    _bazel(driver, folder, "test", "//...")
    for label, package in (("//:tiny_test", "."), ("//lib:lib_test", "./lib")):
        # What pgo_profile asks for is a separate configuration, with its own folder.
        asked = driver.bazel("cquery", "--output=files", "--output_groups=program", label, cwd=folder)
        program = str(folder / asked.out.split()[0])
        _same(driver, folder, "off", package, program, "test", "-c")
