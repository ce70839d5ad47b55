"""Tests that run the go command: what generate gives them for that."""

from __future__ import annotations

from pathlib import Path

import pytest
from support.owner import Owner
from support.realgo import RealGo

TREE = """
-- MODULE.bazel --
go_modules = use_extension("@gomod2bazel//rules:extensions.bzl", "go_modules")
go_modules.from_file(lock = "//:go.lock.json")
-- go.mod --
module example.com/m

go 1.26
-- cmd/tool/tool.go --
package main

func main() {}
-- lib/lib.go --
package lib
-- lib/lib_test.go --
package lib

import "testing"

func TestLib(t *testing.T) { t.Log("../cmd/tool") }
-- runs/runs_test.go --
package runs

import (
	"os/exec"
	"testing"

	"example.com/m/lib"
)

func TestRuns(t *testing.T) {
	exec.Command("go", "run", "../cmd/tool").Run()
	exec.Command("go", "vet", "../lib", "example.com/m/compile").Run()
}
-- compile/compile.go --
package compile

import "os/exec"

func Compile() { exec.Command("go", "build").Run() }
-- compile/compile_test.go --
package compile

import "testing"

func TestCompile(t *testing.T) { Compile() }
-- program/program.go --
package program

import "example.com/m/compile"

var Compile = compile.Compile
-- program/program_test.go --
package program

import "testing"

func TestProgram(t *testing.T) {}
-- harness/harness.go --
package harness

import (
	"testing"

	"example.com/m/compile"
)

func Compile(t *testing.T) { compile.Compile() }
-- helped/helped_test.go --
package helped

import (
	"testing"

	"example.com/m/harness"
)

func TestHelped(t *testing.T) { harness.Compile(t) }
"""

COMMAND = '    go_command = "@go_sdk//:go_command",\n'


@pytest.fixture
def owner(tmp_path: Path, go: RealGo) -> Owner:
    """Return the owner of a repository whose tests run the go command."""
    owner = Owner(tmp_path, go)
    owner.write(TREE)
    return owner


def test_tests_that_run_the_go_command(owner: Owner) -> None:
    owner.run()
    files = owner.files
    rule = '    srcs = ["runs_test.go"],\n' + COMMAND
    rule += '    go_packages = [\n        "//cmd/tool:tool",\n        "//compile:compile",\n    ],\n'
    assert rule in files["runs/BUILD.bazel"], "the sources of lib are there, as the test imports it"
    running = {path.partition("/")[0] for path, text in files.items() if COMMAND in text}
    assert running == {"compile", "helped", "runs"}, "program is not tested by running the go command"
    told = "".join(owner.user.messages)
    assert "runs/runs_test.go" not in told
    assert "lib/lib_test.go:5: the test mentions the folder cmd/tool, which is a Bazel package" in told
    owner.run("-check")


def test_who_wants_no_go_command_says_so(owner: Owner) -> None:
    owner.run()
    path = owner.root / "compile/BUILD.bazel"
    path.write_text(path.read_text().replace(COMMAND, "    go_command = None,\n"))
    path = owner.root / "runs/BUILD.bazel"
    path.write_text(path.read_text().replace('"//cmd/tool:tool",', '"//cmd/tool:tool",\n        "//mine",  # keep'))
    owner.run("-check")


def test_the_rules_of_others_have_no_such_attribute(owner: Owner) -> None:
    owner.run("-rules=rules_go")
    assert not [path for path, text in owner.files.items() if "go_command" in text]
    assert "runs/runs_test.go:11: the test runs the go command, which needs" in "".join(owner.user.messages)
