"""Reading what go list prints."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from support.fake_programs import FakeRunner, completed

from gomod2bazel.base.errors import BuildError, MissingModuleError
from gomod2bazel.golang.command.gocommand import GoCommand
from gomod2bazel.golang.command.golist import Module, Package, list_packages

PACKAGE = {
    "ImportPath": "example.com/m/cmd/x",
    "Dir": "/src/cmd/x",
    "Name": "main",
    "Doc": "X does.",
    "Module": {"Path": "example.com/m", "Main": True, "Dir": "/src", "GoVersion": "1.21"},
    "GoFiles": ["x.go"],
    "SFiles": [],
    "Imports": ["fmt", "unsafe", "C", "example.com/dep"],
    "ImportMap": {"dep": "example.com/dep"},
    "DefaultGODEBUG": "panicnil=1",
    "EmbedPatterns": ["*.txt"],
    "EmbedFiles": ["a.txt"],
}


def test_package() -> None:
    package = Package.of(PACKAGE)
    assert (package.import_path, package.dir, package.name) == ("example.com/m/cmd/x", "/src/cmd/x", "main")
    assert (package.doc, package.standard, package.named, package.has_go) == ("X does.", False, True, True)
    assert package.imports == ("example.com/dep", "fmt")
    assert (package.files, package.import_map) == ({"GoFiles": ("x.go",)}, {"dep": "example.com/dep"})
    assert (package.embed_patterns, package.embed_files) == (("*.txt",), ("a.txt",))
    assert (package.godebug, package.errors, package.cgo) == ("panicnil=1", (), {})
    assert package.module == Module(
        path="example.com/m",
        version="",
        dir="/src",
        go_version="1.21",
        main=True,
        sum="",
        go_mod_sum="",
        replace=None,
    )


@pytest.mark.parametrize(
    ("fields", "imports"),
    [
        ({}, ("fmt",)),
        ({"CgoFiles": ["c.go"]}, ("fmt", "runtime/cgo", "syscall")),
        ({"CgoFiles": ["c.go"], "Standard": True, "ImportPath": "net"}, ("fmt", "runtime/cgo", "syscall")),
        ({"CgoFiles": ["c.go"], "Standard": True, "ImportPath": "runtime/cgo"}, ("fmt",)),
        ({"CgoFiles": ["c.go"], "Standard": True, "ImportPath": "runtime/race"}, ("fmt", "runtime/cgo")),
    ],
)
def test_what_cgo_adds(fields: dict[str, Any], imports: tuple[str, ...]) -> None:
    assert Package.of({"ImportPath": "m/p", "Imports": ["C", "fmt"], **fields}).imports == imports


def test_a_replacement_is_where_the_files_are() -> None:
    replaced = {"Path": "a", "Version": "v1.0.0", "Replace": {"Path": "../b", "Dir": "/b"}}
    assert Package.of({"ImportPath": "a", "Module": replaced}).home.dir == "/b"
    assert Package.of({"ImportPath": "a", "Module": {"Path": "a", "Dir": "/a"}}).home.dir == "/a"
    with pytest.raises(ValueError, match="fmt has no module"):
        _ = Package.of({"ImportPath": "fmt", "Standard": True}).home


def _go(**answer: Any) -> tuple[GoCommand, FakeRunner]:
    runner = FakeRunner({"go list": completed(**answer)})
    return GoCommand(path=Path("/sdk/go"), environment={"GOPROXY": "off"}, runner=runner), runner


def test_list_packages(tmp_path: Path) -> None:
    dep = {"ImportPath": "fmt", "Standard": True, "DepOnly": True, "Error": {"Pos": "a.go:1", "Err": "broken"}}
    go, runner = _go(out=json.dumps(dep) + "\n" + json.dumps(PACKAGE))
    found = list_packages(go, ["./...", "-x"], flags=["-tags=a"], cwd=tmp_path).packages
    assert [package.import_path for package in found] == ["fmt", "example.com/m/cmd/x"]
    assert (found[0].named, found[0].errors) == (False, ((str(tmp_path / "a.go:1"), "broken"),))
    assert runner.calls[0][:4] == ("/sdk/go", "list", "-deps", "-e")
    assert runner.calls[0][-4:] == ("-tags=a", "--", "./...", "-x"), "a pattern is never read as a flag"
    assert (runner.environments, runner.folders) == ([{"GOPROXY": "off"}], [tmp_path])


def test_nothing_listed(tmp_path: Path) -> None:
    go, _ = _go(err="example.com/x@v1.0.0: not found: module", code=1)
    with pytest.raises(MissingModuleError, match=r"example\.com/x"):
        list_packages(go, ["./..."], flags=[], cwd=tmp_path)
    go, _ = _go(err="")
    with pytest.raises(BuildError, match=r"no packages match \./\.\.\."):
        list_packages(go, ["./..."], flags=[], cwd=tmp_path)


def test_where_an_error_stands_is_said_whole(tmp_path: Path) -> None:
    cycle = {"ImportStack": ["m", "m/a", "m"], "Pos": "", "Err": "import cycle not allowed"}
    mixed = {"Pos": "../cache/m@v1.0.0/a.go:3:8", "Err": f"found packages a and b in {tmp_path}/cache/m@v1.0.0"}
    answer = "".join(json.dumps({"ImportPath": "m", "Error": error}) for error in (cycle, mixed))
    go, _ = _go(out=answer)
    go = go.with_environment(GOMODCACHE=str(tmp_path / "cache"))
    found = list_packages(go, ["./..."], flags=[], cwd=tmp_path / "here").packages
    assert found[0].errors == (("", "package m\n\timports m/a\n\timports m: import cycle not allowed"),)
    assert found[1].errors == (("m@v1.0.0/a.go:3:8", "found packages a and b in m@v1.0.0"),)
