"""docs/how-to/tools.md before a real Bazel: the tools of go.mod, where the user is, with the bytes of `go build`."""

from __future__ import annotations

import re
import shlex
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest
from support import txtar
from support.driver import ROOT, Driver
from support.proxy import Proxy
from support.workspaces import Workspaces

pytestmark = pytest.mark.bazel

PAGE = ROOT / "docs/how-to/tools.md"

DEP = """
-- go.mod --
module golang.org/x/tools

go 1.20
-- words/words.go --
package words

const Hello = "hello"
-- cmd/fast/main.go --
package main

func main() {
	for n := 0; n < 9; n++ {
		println(often(n))
	}
}

// Too long to be inlined but for a profile that says that it is worth it.
func often(n int) int {
	sum := 0
	for i := 0; i < n; i++ {
		if i%3 == 0 {
			sum += i * n
		}
		if i%5 == 0 {
			sum += i ^ n
		}
		if i%7 == 0 {
			sum -= i | n
		}
		if i%11 == 0 {
			sum -= i & n
		}
	}
	return sum
}
-- cmd/fast/default.pgo --
main.often:4 main.main:5 9000
-- cmd/stringer/main.go --
package main

import (
	"fmt"
	"os"

	"golang.org/x/tools/words"
)

func main() {
	folder, _ := os.Getwd()
	fmt.Println(words.Hello, os.Args[1:], folder)
	if os.Args[len(os.Args)-1] == "-fail" {
		os.Exit(3)
	}
}
"""

TREE = """
-- go.mod --
module example.org/app

go 1.22

godebug panicnil=1

tool example.org/app/cmd/app
-- cmd/app/main.go --
package main

func main() { println("app") }
"""

EMPTY = f"""
-- MODULE.bazel --
bazel_dep(name = "gomod2bazel")
local_path_override(module_name = "gomod2bazel", path = "{ROOT}")
-- WORKSPACE.bzlmod --
"""

COMMANDS = [
    shlex.split(line) for line in re.findall(r"^    ((?:go|gomod2bazel|bazel) .*)$", PAGE.read_text("utf-8"), re.M)
]


def test_without_an_sdk(driver: Driver, workspaces: Workspaces) -> None:
    # Before the fixture that keeps the folder for the other tests.
    with workspaces.lend() as folder:
        txtar.write(folder, EMPTY)
        done = driver.bazel("run", "@gomod2bazel//go", "--", "version", cwd=folder)
    assert done.code == 5
    assert "this workspace has no Go SDK\nhint: MODULE.bazel needs a lock" in done.err


@pytest.fixture(scope="module")
def module(
    driver: Driver, workspaces: Workspaces, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[tuple[Path, Proxy]]:
    """Set up a repository, and a module with the path of a well-known tool's."""
    proxy = txtar.proxy(tmp_path_factory.mktemp("tools"), {"tools@v0.38.0": DEP})
    with workspaces.lend() as tree:
        txtar.write(tree, TREE)
        made = driver.run("generate", "-init", "-goproxy", proxy.url, cwd=tree)
        assert made.code == 0, made.err
        yield tree, proxy


def test_the_page(driver: Driver, module: tuple[Path, Proxy]) -> None:
    tree, proxy = module
    get, generate, run, build = COMMANDS
    done = driver.go(*get[1:], cwd=tree, GOPROXY=proxy.url, GOSUMDB="off")
    assert done.code == 0, done.err
    done = driver.run(*generate[1:], "-goproxy", proxy.url, cwd=tree)
    assert done.code == 0, done.err
    (rule,) = re.findall(r"^```starlark\n(load.*?)^```$", PAGE.read_text("utf-8"), re.M | re.S)
    assert rule.partition("\n\n")[2] in (tree / "BUILD.bazel").read_text("utf-8")
    done = driver.bazel(*run[1:], "one two", cwd=tree / "cmd")
    assert (done.code, done.out) == (0, f"hello [-type=Colour one two] {tree / 'cmd'}\n"), done.err
    assert driver.bazel(*run[1:], "-fail", cwd=tree).code == 3
    assert "app\n" in driver.bazel("run", "//:tools.app", cwd=tree).err
    # What is built can be started without Bazel.
    words = ["bazel-bin/tools.stringer_/tools.stringer", "x"]
    plain = subprocess.run(words, cwd=tree, capture_output=True, text=True, check=False)
    assert plain.stdout == f"hello [x] {tree}\n", plain.stderr
    _same(driver, tree, proxy, *build[1:])


def test_the_go_command(driver: Driver, module: tuple[Path, Proxy]) -> None:
    tree, _ = module
    page = (ROOT / "docs/how-to/go-command.md").read_text("utf-8")
    version, tidy = (shlex.split(line) for line in re.findall(r"^    (bazel .*)$", page, re.M))
    done = driver.bazel(*version[1:], cwd=tree, GOTOOLCHAIN="go1.99.1")
    assert (done.code, done.out) == (0, driver.go("version", cwd=tree).out), done.err
    text = (tree / "go.mod").read_text("utf-8")
    (tree / "go.mod").write_text(text + "\nrequire example.org/unused v1.0.0\n", encoding="utf-8")
    done = driver.bazel(*tidy[1:], cwd=tree / "cmd")
    assert (done.code, (tree / "go.mod").read_text("utf-8")) == (0, text), done.err
    assert driver.bazel("run", "@gomod2bazel//go", "--", "no-such-command", cwd=tree).code == 2
    words = ("env", "GOROOT", "GOTOOLCHAIN", "GOMOD")
    done = driver.bazel("run", "@gomod2bazel//go", "--", *words, cwd=tree / "cmd")
    goroot = driver.go("env", "GOROOT", cwd=tree).out.strip()
    assert done.out.split() == [goroot, "local", str(tree / "go.mod")], done.err


@pytest.mark.nightly
def test_a_tool_with_a_profile(driver: Driver, module: tuple[Path, Proxy]) -> None:
    tree, proxy = module
    for words in (("get", "-tool", "golang.org/x/tools/cmd/fast@v0.38.0"), ("tool", "fast")):
        done = driver.go(*words, cwd=tree, GOPROXY=proxy.url, GOSUMDB="off")
        assert done.code == 0, done.err
    made = driver.run("generate", "-goproxy", proxy.url, cwd=tree)
    assert made.code == 0, made.err
    program = _same(driver, tree, proxy, "build", "@org_golang_x_tools//cmd/fast")
    assert "\t-pgo=default.pgo\n" in driver.go("version", "-m", program, cwd=tree).out
    # The profile is that of this tool alone.
    other = driver.bazel("aquery", "mnemonic(GoPreprofile, deps(//cmd/app))", cwd=tree)
    assert (other.code, other.out) == (0, ""), other.err


def _same(driver: Driver, tree: Path, proxy: Proxy, command: str, label: str) -> Path:
    """Build the tool alone with Bazel and with go, compare, and return what go built."""
    done = driver.bazel(command, label, cwd=tree)
    assert done.code == 0, done.err
    (built,) = driver.bazel("cquery", "--output=files", label, cwd=tree).out.split()
    reference = tree.parent / "reference"
    (build,) = re.findall(r"`(go build .*?)`", PAGE.read_text("utf-8"))
    path = build.split()[-1].replace("stringer", label.rpartition("/")[2])
    done = driver.go(*build.split()[1:-1], "-o", reference, path, cwd=tree, GOPROXY=proxy.url)
    assert done.code == 0, done.err
    assert "panicnil=1" in driver.go("version", "-m", reference, cwd=tree).out
    execution_root = driver.bazel("info", "execution_root", cwd=tree).out.strip()
    assert Path(execution_root, built).read_bytes() == reference.read_bytes()
    return reference
