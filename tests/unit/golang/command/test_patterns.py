"""Per-package flags reach the packages that the go command would give them to."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from support.realgo import RealGo
from support.samples import package
from support.txtar import write

from gomod2bazel.base.errors import UsageError
from gomod2bazel.golang.command.golist import Package
from gomod2bazel.golang.command.patterns import PerPackage, Scope, matches

TREE = """
-- go.mod --
module example.com/m

go 1.24

tool example.com/m/lib/inner
-- main.go --
package main

import (
	_ "crypto/tls"
	_ "example.com/m/lib"
	_ "example.com/m/lib/inner"
	_ "example.com/m/library"
)

func main() {}
-- lib/lib.go --
package lib
-- lib/inner/inner.go --
package inner
-- library/library.go --
package library
"""

VALUES = [
    ["-N"],
    ["-N", ""],
    ["", "-N"],
    ["all=-N"],
    ["std=-N"],
    ["...=-N"],
    ["vendor/...=-N"],
    ["vendor/golang.org/...=-N"],
    ["golang.org/...=-N"],
    ["example.com/m=-N"],
    ["example.com/m/lib=-N"],
    ["example.com/m/lib...=-N"],
    ["example.com/m/lib/...=-N"],
    ["example.com/.../inner=-N"],
    ["crypto/...=-N", "crypto/tls="],
    ["crypto/tls=", "crypto/...=-N"],
    ["crypto=-N"],
    ["all=-N", "example.com/m/lib=-l -m"],
    [" example.com/m/lib = -N "],
    ["exampleXcom/m=-N"],
    ["crypto/.../...=-N"],
    ["fmt=-N", "-N"],
    ["./...=-N"],
    [".=-N"],
    ["./lib=-N"],
    ["./lib...=-N"],
    ["./lib/...=-N", "./lib="],
    ["./.../inner=-N"],
    ["../...=-N"],
    ["./nosuch=-N"],
    ["/...=-N"],
    ["cmd=-N"],
    ["tool=-N"],
    ["work=-N"],
    ["nosuch/...=-N"],
]


@pytest.fixture(scope="module")
def tree(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write(tmp_path_factory.mktemp("patterns"), TREE)


@pytest.fixture(scope="module")
def listed(tree: Path, go: RealGo) -> list[Package]:
    form = "{{.ImportPath}} {{.Standard}} {{.DepOnly}} {{.Dir}} {{with .Module}}{{.Main}}{{end}}"
    rows = [line.split() for line in go.run("list", "-deps", "-f", form, cwd=tree).out.splitlines()]
    main = {"Path": "example.com/m", "Main": True}
    return [
        package(path, Standard=std == "true", DepOnly=dep == "true", Dir=folder, Module=main if own else None)
        for path, std, dep, folder, *own in rows
        if path != "unsafe"
    ]


@pytest.mark.parametrize("values", VALUES, ids=" , ".join)
def test_same_packages_as_go_build(values: list[str], tree: Path, listed: list[Package], go: RealGo) -> None:
    shown = go.run("build", "-n", "-a", *(f"-gcflags={value}" for value in values), ".", cwd=tree).err
    commands = re.findall(r"/compile -o .* -p (\S+) .*", shown)
    with_flag = {
        line.split(" -p ")[1].split()[0] for line in shown.splitlines() if "/compile -o" in line and " -N " in line
    }
    assert len(commands) == len(listed)
    scope = Scope(folder=str(tree), tools=["example.com/m/lib/inner"])
    flags = PerPackage.parse(values, "gcflags", scope)
    chosen = {
        "main" if one.import_path == "example.com/m" else one.import_path for one in listed if "-N" in flags.of(one)
    }
    assert chosen == with_flag


@pytest.mark.parametrize("value", ["x", "=-N", " =-N", "'-N'", '"fmt"=-N', "-N 'a", 'fmt=-N "a'])
def test_what_the_go_command_refuses(value: str, tree: Path, go: RealGo) -> None:
    assert go.run("build", "-n", f"-gcflags={value}", ".", cwd=tree).code == 2
    with pytest.raises(UsageError):
        PerPackage.parse([value], "gcflags")


@pytest.mark.parametrize("count", [5, 200])
def test_many_wildcards_cost_no_more_than_few(count: int) -> None:
    one = package("a/" * 400 + "a")
    assert matches("a..." * count + "a", one)
    assert not matches("a..." * count + "b", one)


def test_arguments_keep_their_order_and_quotes() -> None:
    flags = PerPackage.parse(["fmt=-N  '-X a b'", "-l"], "gcflags")
    assert flags.of(package("fmt", DepOnly=True)) == ("-N", "-X a b")
    assert flags.of(package("example.com/m")) == ("-l",)
    assert flags.of(package("os", DepOnly=True)) == ()


@pytest.mark.parametrize(
    ("pattern", "path", "answer"),
    [
        ("net/...", "net", True),
        ("net/...", "net/http", True),
        ("net/...", "nets", False),
        ("net...", "nets", True),
        ("all", "anything", True),
        ("a.b/c", "axb/c", False),
        ("m/...", "m/vendor/x", False),
        ("m/vendor/...", "m/vendor/x", True),
        ("m/vendor/...", "m/vendor", True),
        ("m/vendor/...", "m/vendored", False),
        ("m/vendor/x", "m/vendor/x", True),
        ("cmd/...", "cmd/vendor", True),
    ],
)
def test_matches(pattern: str, path: str, answer: bool) -> None:
    assert matches(pattern, package(path)) is answer
