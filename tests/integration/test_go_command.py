"""Tests that run the go command, and tests that write to their data, before a real Bazel: as under `go test`."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import pytest
from support import txtar
from support.driver import Driver
from support.workspaces import Workspaces

pytestmark = pytest.mark.bazel

_TREE = Path(__file__).with_name("go_command.txtar")

_DEP = '-- go.mod --\nmodule example.com/tinydep\n\ngo 1.20\n-- dep.go --\npackage dep\n\nconst Name = "dep"\n'


_PLUGIN = """
-- plug/plug.go --
package main

import "example.com/tested/lib"

func Twice(n int) int { return lib.Twice(n) + len(lib.Word) }
-- plug/plug_test.go --
package main_test

import (
	"os/exec"
	"path/filepath"
	"plugin"
	"testing"

	"example.com/tested/lib"
)

func TestPlugin(t *testing.T) {
	file := filepath.Join(t.TempDir(), "plug.so")
	if out, err := exec.Command("go", "build", "-buildmode=plugin", "-o", file).CombinedOutput(); err != nil {
		t.Fatalf("%s: %v", out, err)
	}
	opened, err := plugin.Open(file)
	if err != nil {
		t.Fatal(err)
	}
	twice, err := opened.Lookup("Twice")
	if err != nil || twice.(func(int) int)(4) != lib.Twice(4)+len(lib.Word) {
		t.Fatal(err)
	}
}
"""

# The module in tool is not that of the lock's folder, app, whose go.mod does not name tinydep either.
_JOINED = """
-- app/go.mod --
module example.com/app

go 1.24

require example.com/core v1.2.0

replace example.com/core => ../core
-- app/app.go --
package app

import _ "example.com/core"
-- core/go.mod --
module example.com/core

go 1.24

require example.com/tinydep v1.0.0
-- core/core.go --
package core
-- core/store/store.go --
package store

import dep "example.com/tinydep"

const Name = dep.Name
-- tool/go.mod --
module example.com/tool

go 1.24

require (
	example.com/core v1.2.0
	example.com/tinydep v1.0.0 // indirect
)

replace example.com/core => ../core
-- tool/cmd/main.go --
package main

import "example.com/core/store"

func main() { print(store.Name) }
-- tool/tool_test.go --
package tool

import (
	"os/exec"
	"testing"
)

func TestModule(t *testing.T) {
	for want, words := range map[string][]string{
		"example.com/tool\\n": {"list", "-m"},
		"v1.2.0\\n":           {"list", "-f", "{{.Module.Version}}", "example.com/core/store"},
		"dep":                {"run", "./cmd"},
	} {
		if out, err := exec.Command("go", words...).CombinedOutput(); err != nil || string(out) != want {
			t.Errorf("%s: %s, %v", words, out, err)
		}
	}
}
"""


def test_tests_run_as_under_go_test(driver: Driver, workspaces: Workspaces, tmp_path: Path) -> None:
    driver = driver.with_environment(CGO_ENABLED="0")
    with workspaces.lend() as folder:
        goproxy = _generate(driver, folder, tmp_path, _TREE.read_text(encoding="utf-8"))
        rule = (folder / "run/BUILD.bazel").read_text(encoding="utf-8")
        assert 'go_command = "@go_sdk//:go_command",\n    go_packages = ["//cmd/tool:tool"],' in rule
        done = driver.bazel("test", "--test_output=errors", "//...", cwd=folder, timeout=900)
        assert done.code == 0, done.out + done.err
        _writes_to_the_sources(driver, folder)
        theirs = driver.go("test", "-skip=TestIsHermetic", "./...", cwd=folder, GOPROXY=goproxy, GOFLAGS="-trimpath")
    assert "FAIL" not in theirs.out, "what passes with Bazel passes with the go command"


# At night, as the standard library is compiled once more for plugins.
@pytest.mark.nightly
@pytest.mark.skipif(not shutil.which("gcc"), reason="gcc, which plugins need, is not on PATH")
def test_a_test_builds_a_plugin_and_loads_it(driver: Driver, workspaces: Workspaces, tmp_path: Path) -> None:
    driver = driver.with_environment(CGO_ENABLED="1")
    with workspaces.lend() as folder:
        _generate(driver, folder, tmp_path, _TREE.read_text(encoding="utf-8") + _PLUGIN)
        done = driver.bazel("test", "--test_output=errors", "//...", cwd=folder, timeout=900)
        assert done.code == 0, done.out + done.err


# At night, as the standard library is compiled once more for another lock.
@pytest.mark.nightly
def test_a_test_of_one_of_several_modules_with_one_lock(driver: Driver, workspaces: Workspaces, tmp_path: Path) -> None:
    driver = driver.with_environment(CGO_ENABLED="0")
    with workspaces.lend() as folder:
        _generate(driver, folder, tmp_path, _JOINED, ("app", "core", "tool"))
        done = driver.bazel("test", "--test_output=errors", "//...", cwd=folder, timeout=900)
        assert done.code == 0, done.out + done.err


def _generate(driver: Driver, folder: Path, work: Path, text: str, modules: tuple[str, ...] = (".",)) -> str:
    """Make a repository with BUILD files in a folder, with modules in these folders; return its goproxy."""
    proxy = txtar.proxy(work, {"tinydep@v1.0.0": _DEP})
    txtar.write(folder, text)
    for module in modules:
        (folder / module / "go.sum").write_text(proxy.go_sum, encoding="utf-8")
    made = driver.run("generate", "-init", "-goproxy", proxy.url, cwd=folder)
    assert made.code == 0, made.err
    return proxy.url


def _writes_to_the_sources(driver: Driver, folder: Path) -> None:
    """Run a test that writes to its data as `bazel run` does: `bazel test` has left the sources alone."""
    golden, found = (folder / "writes/testdata" / name for name in ("golden", "fuzz/FuzzX/found"))
    assert (golden.read_text(encoding="utf-8"), found.exists()) == ("old\n", False)
    launcher = folder / "bazel-bin/writes/writes_test_/writes_test"
    environment = {**driver.environment, "BUILD_WORKSPACE_DIRECTORY": str(folder)}
    done = subprocess.run([launcher], env=environment, capture_output=True, encoding="utf-8", check=True)
    assert done.stdout == "PASS\n"
    assert done.stderr == ("go_test: wrote writes/testdata/golden\ngo_test: wrote writes/testdata/fuzz/FuzzX/found\n")
    assert (golden.read_text(encoding="utf-8"), found.read_text(encoding="utf-8")) == ("written\n", "written\n")
