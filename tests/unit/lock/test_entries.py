"""Entries of a lock: names of targets and binaries, language versions, sources, flags."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from support import txtar
from support.realgo import RealGo
from support.samples import package, packages

from gomod2bazel.golang.command.golist import Package
from gomod2bazel.golang.command.names import binary_name
from gomod2bazel.golang.command.patterns import PerPackage
from gomod2bazel.lock.entries import Flags, locked_modules, locked_package, locked_standard
from gomod2bazel.lock.lock import LockedModule

NO_FLAGS = Flags(gcflags=PerPackage(()), asmflags=PerPackage(()))
MODULE = {"Path": "example.com/m", "Main": True, "Dir": "/src"}


def _locked(listed: tuple[Package, ...], **fields: Any) -> tuple[LockedModule, ...]:
    return locked_modules(listed, NO_FLAGS, **{"go_version": "1.26.8", "verified": frozenset(), **fields})


@pytest.mark.parametrize(
    ("path", "name"),
    [
        ("example.com/m", "m"),
        ("example.com/m/v2", "m"),
        ("example.com/m/v10", "m"),
        ("example.com/m/v1", "v1"),
        ("example.com/m/v0", "v0"),
        ("example.com/m/v02", "v02"),
        ("example.com/m/cmd/v2", "cmd"),
        ("gopkg.in/tool.v3", "tool.v3"),
        ("v2", "v2"),
    ],
)
def test_binary_name(path: str, name: str) -> None:
    assert binary_name(path) == name


@pytest.mark.parametrize("path", ["cmd/one", "cmd/tool/v2", "cmd/v1", "."])
def test_binary_name_is_the_go_commands(path: str, tmp_path: Path, go: RealGo) -> None:
    folder = "" if path == "." else f"{path}/"
    txtar.write(tmp_path, f"-- go.mod --\nmodule example.com/root/v3\n\ngo 1.21\n-- {folder}a.go --\npackage main\n")
    import_path, _, target = go.run(
        "list", "-f", "{{.ImportPath}} {{.Target}}", f"./{folder}", cwd=tmp_path
    ).out.partition(" ")
    assert binary_name(import_path) == Path(target.strip()).name


def test_targets() -> None:
    rows: list[tuple[str, str, list[str]]] = [
        ("example.com/m", "main", []),
        ("example.com/m/a", "a", []),
        ("example.com/m/cmd/x", "main", []),
        ("example.com/m/cmd/x_lib", "x_lib", []),
        ("example.com/m/set-target", "main", []),
        ("example.com/m/data", "data", []),
    ]
    (module,) = _locked(
        tuple(
            package(
                p.import_path, Name=p.name, Dir=p.dir, Module=MODULE, EmbedFiles=["../data"] if p.name == "a" else []
            )
            for p in packages(MODULE, *rows)
        )
    )
    targets = {one.import_path.removeprefix("example.com/m"): one.target for one in module.packages}
    assert targets[""] == "m_lib"
    assert targets["/a"] == "a"
    assert targets["/cmd/x"] == "cmd/x_lib"
    assert targets["/cmd/x_lib"] == "cmd/x_lib_", "taken by the command's library"
    assert targets["/set-target"] == "set-target__lib", "a set's filegroup has the plain name"
    assert len(set(targets.values())) == len(targets)
    assert [one.dir for one in module.packages] == ["", "a/", "cmd/x/", "cmd/x_lib/", "data/", "set-target/"]


@pytest.mark.parametrize(
    ("line", "running", "lang"),
    [
        ("1.21", "1.26.8", "go1.21"),
        ("1.21.5", "1.26.8", "go1.21"),
        ("", "1.26.8", "go1.16"),
        ("1.27", "1.26.8", "go1.26"),
        ("1.9", "1.26.8", "go1.9"),
        ("1.26", "1.26rc1", "go1.26"),
    ],
)
def test_language(line: str, running: str, lang: str) -> None:
    listed = packages({**MODULE, "GoVersion": line}, ("example.com/m/a", "a", []))
    assert _locked(listed, go_version=running)[0].lang == lang


def test_modules() -> None:
    dep = {"Path": "b", "Version": "v1.0.0", "Dir": "/b", "Sum": "h1:b=", "GoModSum": "h1:bm="}
    fork = {"Path": "f", "Version": "v2.0.0", "Dir": "/f", "Sum": "h1:f=", "GoModSum": "h1:fm="}
    listed = (
        *packages({"Path": "c", "Version": "v1.0.0", "Dir": "/f", "Replace": fork}, ("c/z", "z", []), ("c/a", "a", [])),
        *packages(dep, ("b/x", "x", [])),
        *packages(MODULE, ("example.com/m", "m", [])),
        *packages(
            {"Path": "d", "Version": "v1.0.0", "Dir": "/d", "Replace": {"Path": "../d", "Dir": "/d"}}, ("d", "d", [])
        ),
        package("fmt", Standard=True),
    )
    found = _locked(listed, verified=frozenset({"b@v1.0.0", "c@v1.0.0"}))
    assert [(one.path, one.sum, one.go_mod_sum, one.verified, one.replaced_by, one.source) for one in found] == [
        ("b", "h1:b=", "h1:bm=", True, "", "b@v1.0.0"),
        ("c", "h1:f=", "h1:fm=", False, "f@v2.0.0", "f@v2.0.0"),
        ("d", "", "", False, "../d", "../d"),
        ("example.com/m", "", "", False, "", "example.com/m"),
    ]
    assert [one.import_path for one in found[1].packages] == ["c/a", "c/z"]
    assert found[1].packages[0].dir == "a/"


def test_a_vendored_module_has_its_folder_in_the_vendor_directory() -> None:
    vendored = {"Path": "b/c", "Version": "v1.0.0", "Dir": ""}
    listed = (
        package("b/c/d/e", Dir="/m/vendor/b/c/d/e", Module=vendored),
        package("b/c", Dir="/m/vendor/b/c", Module=vendored),
    )
    assert [one.dir for one in _locked(listed)[0].packages] == ["", "d/e/"]


def test_attributes(tmp_path: Path) -> None:
    names = "p/a.go p/c.go p/a_amd64.s p/a.c p/a.h inc/b.h inc/lib.a inc/readme.md nested/go.mod nested/n.h .git/x.h"
    txtar.write(tmp_path, "".join(f"-- {name} --\n" for name in names.split()))
    listed = package(
        "example.com/m/p",
        Dir=str(tmp_path / "p"),
        Imports=["C", "fmt"],
        GoFiles=["a.go"],
        CgoFiles=["c.go"],
        CFiles=["a.c"],
        SFiles=["a_amd64.s"],
        HFiles=["a.h"],
        EmbedPatterns=["*.txt"],
        EmbedFiles=["x.txt"],
        CgoCFLAGS=[f"-I{tmp_path}/p/inc", "-DX"],
        CgoLDFLAGS=["-lm"],
    )
    flags = Flags(gcflags=PerPackage.parse(["-N -l"], "gcflags"), asmflags=PerPackage.parse(["-D X"], "asmflags"))
    made = locked_package(listed, tmp_path, "p", flags)
    assert (made.dir, made.target, made.imports) == ("p/", "p", ("fmt", "runtime/cgo", "syscall"))
    assert {name: value for name, value in made.attributes.items() if value} == {
        "srcs": ["a.go", "a_amd64.s", "a.c", "a.h"],
        "cgo_srcs": ["c.go"],
        "embedsrcs": ["x.txt"],
        "embed_patterns": {"*.txt": ["x.txt"]},
        "gc_goopts": ["-N", "-l"],
        "asm_opts": ["-D", "X"],
        "copts": ["-I${SRCDIR}/inc", "-DX"],
        "clinkopts": ["-lm"],
        "module_hdrs": ["inc/b.h", "inc/lib.a"],
    }


@pytest.mark.parametrize(
    ("folder", "given", "locked"),
    [
        ("/app", ["-I/opt/app/include", "-I/app/include"], ["-I/opt/app/include", "-I${SRCDIR}/include"]),
        ("/usr/a", ["-I/usr/a", "-I/usr/ab", "-I/usr"], ["-I${SRCDIR}", "-I/usr/ab", "-I/usr"]),
        ("/", ["-I//inc", "-I/usr/include", "-I/"], ["-I${SRCDIR}/inc", "-I/usr/include", "-I${SRCDIR}"]),
    ],
)
def test_the_folder_of_a_package_inside_another_path_of_a_flag(
    folder: str, given: list[str], locked: list[str]
) -> None:
    module = {"Path": "example.com/m", "Version": "v1.0.0", "Dir": folder}
    listed = package("example.com/m", Dir=folder, CgoFiles=["c.go"], CgoCFLAGS=given, Module=module, Standard=True)
    assert locked_package(listed, Path(folder), "m", NO_FLAGS).attributes["copts"] == locked


@pytest.mark.parametrize(
    ("folder", "given", "locked"),
    [
        # go/build has made absolute paths of -I ../../inc, -I../q and -L../../../lib; -I${SRCDIR}/../q has its dots.
        ("/m", ["-I", "/m/inc", "-I/m/a/q"], ["-I", "${SRCDIR:../..}/inc", "-I${SRCDIR:../..}/a/q"]),
        ("/m", ["-I/m/a/p/../q", "-L/lib", "-I/mm"], ["-I${SRCDIR}/../q", "-L/lib", "-I/mm"]),
        ("/", ["-I/inc", "-I/a/p/x"], ["-I/inc", "-I${SRCDIR}/x"]),
    ],
)
def test_relative_paths_in_flags(folder: str, given: list[str], locked: list[str]) -> None:
    module = {"Path": "example.com/m", "Version": "v1.0.0", "Dir": folder}
    place = f"{folder.rstrip('/')}/a/p"
    listed = package("example.com/m/a/p", Dir=place, CgoFiles=["c.go"], CgoCFLAGS=given, Module=module, Standard=True)
    assert locked_package(listed, Path(folder), "a/p", NO_FLAGS).attributes["copts"] == locked


@pytest.mark.parametrize(
    ("files", "headers"),
    [({}, None), ({"SFiles": ["a.s"]}, ["inc/b.h"]), ({"CgoFiles": ["c.go"]}, ["inc/b.h", "inc/x.c", "p/unused.h"])],
)
def test_headers_only_where_something_can_include_them(
    files: dict[str, list[str]], headers: list[str] | None, tmp_path: Path
) -> None:
    txtar.write(tmp_path, "-- inc/b.h --\n-- inc/x.c --\n-- p/a.h --\n-- p/unused.h --\n")
    listed = package("example.com/m/p", Dir=str(tmp_path / "p"), HFiles=["a.h", "unused.h"][: 1 + len(files)], **files)
    made = locked_package(listed, tmp_path, "p", NO_FLAGS).attributes
    if "CgoFiles" in files:
        headers = ["inc/b.h", "inc/x.c"]
    assert made.get("module_hdrs") == headers
    assert ("a.h" in made["srcs"]) is bool(files)


def test_headers_of_any_name_are_found_by_who_includes_them(tmp_path: Path) -> None:
    text = """
-- p/c.go --
// #include "../deps/Eigen/Core"
import "C"
-- p/a.cc --
#include <table.gen>
#include "m"
-- m --
-- deps/Eigen/Core --
  # include "src/Core.tpl"
-- deps/Eigen/src/Core.tpl --
-- deps/other/Core --
-- deps/table.gen --
#include "table.gen"
#include "gone.gen"
-- deps/unused.gen --
-- deps/x.h --
__asm__(".incbin \\"deps/blob.bin\\"");
-- deps/blob.bin --
"""
    txtar.write(tmp_path, text)
    module = {"Path": "example.com/m", "Dir": str(tmp_path)}
    fields = {"CgoFiles": ["c.go"], "CXXFiles": ["a.cc"], "Module": module}
    listed = package("example.com/m/p", Dir=str(tmp_path / "p"), **fields)
    made = locked_package(listed, tmp_path, "p", NO_FLAGS).attributes
    wanted = ["deps/Eigen/Core", "deps/Eigen/src/Core.tpl", "deps/blob.bin", "deps/table.gen", "deps/x.h"]
    assert made["module_hdrs"] == wanted


def test_standard_library() -> None:
    listed = (
        package("vendor/golang.org/x/net/idna", Standard=True, Dir="/go/src/vendor/golang.org/x/net/idna"),
        package("net/http", Standard=True, Dir="/go/src/net/http", SFiles=["a.s"]),
        package("example.com/m/p"),
    )
    found = locked_standard(listed, NO_FLAGS, Path("/go"))
    assert [(one.import_path, one.source_path, one.dir, one.target) for one in found] == [
        ("net/http", "net/http", "src/net/http/", "net/http"),
        (
            "vendor/golang.org/x/net/idna",
            "golang.org/x/net/idna",
            "src/vendor/golang.org/x/net/idna/",
            "vendor/golang.org/x/net/idna",
        ),
    ]
    assert "module_hdrs" not in found[0].attributes


@pytest.mark.parametrize(
    ("given", "locked"),
    [
        ("-I /src/inc -D A", ["-I", "../../inc", "-D", "A"]),
        ("-I=/src/a/b/inc --I=/src", ["-I=inc", "--I=../.."]),
        ("-I=/srcs/inc -I=/opt/src/inc -I inc", ["-I=/srcs/inc", "-I=/opt/src/inc", "-I", "inc"]),
    ],
)
def test_the_assemblers_folders_are_relative_to_the_package(given: str, locked: list[str]) -> None:
    flags = Flags(gcflags=PerPackage(()), asmflags=PerPackage.parse([f"all={given}"], "asmflags"))
    listed = package("example.com/m/a/b", Name="b", Dir="/src/a/b", Module=MODULE)
    assert locked_package(listed, Path("/src"), "b", flags).attributes["asm_opts"] == locked
