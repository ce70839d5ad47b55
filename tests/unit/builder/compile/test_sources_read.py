"""What the builder reads in the sources of a package: its files, name, imports and embedded files."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from builder.base.tools import BuilderError
from builder.compile.excluded import ExcludedError
from builder.compile.sources import completed
from builder.requests.package import PackageRequest

STANDARD = ["embed", "fmt", "net/http", "runtime", "runtime/cgo", "runtime/coverage", "sync/atomic", "syscall"]


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return an execution root with the export data of a standard library, which is the working directory."""
    for name in STANDARD:
        path = tmp_path / "sdk" / f"{name}.x"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.touch()
    (tmp_path / "sdk" / "fmt.a").touch()
    monkeypatch.chdir(tmp_path)
    return tmp_path


def _request(files: dict[str, str], **changes: Any) -> PackageRequest:
    """Write files and return the request for the package that they are."""
    for name, text in files.items():
        Path(name).write_text(text, encoding="utf-8")
    kinds = {".go": "go", ".s": "s", ".c": "c", ".h": "h", ".syso": "syso", ".m": "m"}
    sources: dict[str, Any] = {kind: [] for kind in ("test_go", *kinds.values())}
    for name in files:
        sources["test_go" if name.endswith("_test.go") else kinds[Path(name).suffix]].append(name)
    values: dict[str, Any] = {
        "package": "x/p",
        "importpath": "x/p",
        "rewrite": "x/p",
        "standard_library": "sdk/runtime.x",
        "unused": "p.unused",
        "goos": "linux",
        "goarch": "amd64",
        "goversion": "go1.26.1",
        "arch": "GOAMD64=v1",
        "complete": True,
    }
    return PackageRequest(**(values | sources | changes))


def _unused() -> list[str]:
    return Path("p.unused").read_text(encoding="utf-8").splitlines()


def test_files_of_the_target(folder: Path) -> None:
    assert folder.is_dir()
    files = {
        "a.go": "package p\n",
        "a_windows.go": "package p\n",
        "b.go": "//go:build mine\n\npackage p\n",
        "c_arm64.s": "",
        "c_amd64.s": "",
        "d.c": "//go:build !linux\n",
        "e_linux.h": "",
        "e_darwin.h": "",
        "f_amd64.syso": "",
        "f_arm64.syso": "",
        "a_test.go": "//go:build ignore\n\npackage p\n",
    }
    made = completed(_request(files))
    assert (made.go, made.s, made.c, made.h, made.syso, made.test_go) == (
        ["a.go"],
        ["c_amd64.s"],
        [],
        ["e_linux.h"],
        ["f_amd64.syso"],
        [],
    )
    assert completed(_request(files, tags=["mine"])).go == ["a.go", "b.go"]
    assert not made.complete, "it has assembly"
    assert completed(_request({"a.go": "package p\n", "c_arm64.s": ""})).complete


@pytest.mark.parametrize(
    "text",
    ["//go:build windows\n\npackage p\n", "package documentation\n", 'package p\n\nimport "C"\n'],
)
def test_no_file_is_left(folder: Path, text: str) -> None:
    assert folder.is_dir()
    with pytest.raises(ExcludedError, match=r"^package x/p: build constraints exclude all Go files\n$"):
        completed(_request({"a.go": text}, may_import_c=True))


def test_files_of_no_package(folder: Path) -> None:
    """Of a file that go/build ignores, neither imports nor patterns count."""
    assert folder.is_dir()
    files = {
        "a.go": 'package documentation\n\nimport "gone"\n',
        "b.go": 'package p\n\nimport "C"\nimport _ "embed"\nimport "gone"\n\n//go:embed gone\nvar a string\n',
        "c.go": "package p\n",
    }
    made = completed(_request(files, may_import_c=True))
    assert (made.go, made.name, made.imports, made.patterns, made.complete) == (["c.go"], "p", [], {}, True)
    with pytest.raises(BuilderError, match="package gone is neither in deps"):
        completed(_request(files, may_import_c=True, cgo="sdk/cgo"))


def test_standard_packages_that_are_imported(folder: Path) -> None:
    assert folder.is_dir()
    text = 'package p\n\nimport (\n\t"fmt"\n\t"unsafe"\n\n\thttp "net/http"\n\t"x/q"\n\t"y"\n)\n\nvar _ = "embed"\n'
    made = completed(_request({"a.go": text}, imports=["x/q=q.x", "z/y=y.x"], importmap=["y=z/y"]))
    assert made.imports == ["x/q=q.x", "z/y=y.x", "fmt=sdk/fmt.x", "net/http=sdk/net/http.x"]
    assert _unused() == sorted(f"sdk/{name}.x" for name in STANDARD if name not in ("fmt", "net/http"))
    assert made.name == "p" and made.complete


def test_inputs_of_an_action_outside_the_sandbox(folder: Path) -> None:
    """A worker sees files of other actions too: only inputs count."""
    assert (folder / "sdk/fmt.x").exists()
    request = _request({"a.go": 'package p\n\nimport "net/http"\n'})
    inputs = ["a.go", "sdk/net/http.x", "sdk/runtime.x", "sdk/runtime.a", "sdk2/fmt.x"]
    assert completed(request, inputs).imports == ["net/http=sdk/net/http.x"]
    assert _unused() == ["sdk/runtime.x"]
    with pytest.raises(BuilderError, match="package net/http is neither in deps nor among the standard packages"):
        completed(request, ["a.go", "sdk/runtime.x"])


def test_imports_that_nothing_has(folder: Path) -> None:
    assert folder.is_dir()
    files = {
        "a.go": 'package p\n\nimport (\n\t"fmt"\n\t_ "gone/far"\n)\n',
        "b.go": 'package p\n\nimport "example.com/q"\n',
    }
    with pytest.raises(BuilderError) as caught:
        completed(_request(files))
    assert str(caught.value) == (
        "x/p/a.go:5:4: package gone/far is neither in deps nor among the standard packages of the lock; "
        "run gomod2bazel generate (or lock), or correct the import\n"
        "x/p/b.go:3:8: package example.com/q is not in deps; run gomod2bazel generate, or add it\n"
    )
    # The other compiler finds its standard library by itself, and says what it does not find.
    assert completed(_request(files, gccgo="gccgo")).imports == []
    assert _unused() == []


def test_what_cgo_and_counters_import(folder: Path) -> None:
    assert folder.is_dir()
    files = {"a.go": 'package p\n\nimport "C"\n'}
    made = completed(_request(files, may_import_c=True, cgo="sdk/cgo"))
    assert made.imports == ["runtime/cgo=sdk/runtime/cgo.x", "syscall=sdk/syscall.x"]
    assert not made.complete
    Path("a.swig").touch()
    made = completed(_request({"a.go": "package p\n"}, swig=["a.swig"]))
    assert made.imports == ["runtime/cgo=sdk/runtime/cgo.x", "syscall=sdk/syscall.x"]
    made = completed(_request({"a.go": "package p\n"}, cover_mode="atomic"))
    assert made.imports == ["sync/atomic=sdk/sync/atomic.x"]
    assert completed(_request({"a.go": "package p\n"}, cover_mode="set")).imports == []


def test_commands(folder: Path) -> None:
    """A command is compiled as main, and alone has a header for C."""
    more = {"main_path": "main", "header": "p.h", "pkgpath": "x/p"}
    made = completed(_request({"a.go": "// Words.\npackage main\n"}, **more))
    assert (made.name, made.package, made.header, made.pkgpath) == ("main", "main", "p.h", "")
    assert not (folder / "p.h").exists()
    # A plugin keeps its path.
    assert completed(_request({"a.go": "package main\n"}, **(more | {"main_path": ""}))).package == "x/p"
    made = completed(_request({"a.go": "package p\n"}, **more))
    assert (made.name, made.package, made.header, made.pkgpath) == ("p", "x/p", "", "x/p")
    assert (folder / "p.h").read_bytes() == b""


def test_commands_with_counters(folder: Path) -> None:
    """A command is instrumented where it imports what writes the counts, or can; other packages always are."""
    made = completed(_request({"a.go": "package main\n"}, cover_mode="set", cover_hook=True))
    assert (made.cover_mode, made.imports) == ("set", ["runtime/coverage=sdk/runtime/coverage.x"])
    test = _request({"a.go": "package main\n"}, cover_mode="set", cover_hook=True, test="internal")
    assert (completed(test).cover_mode, completed(test).imports) == ("set", [])
    hooked = 'package main\n\nimport _ "runtime/coverage"\n'
    for text, hook, mode in [
        (hooked, True, "set"),
        ("package main\n", True, ""),
        ("package main\n", False, "set"),
        ("package p\n", True, "set"),
    ]:
        request = _request({"a.go": text}, cover_mode="set", cover_hook=hook)
        if text != hooked:
            (folder / "sdk/runtime/coverage.x").unlink(missing_ok=True)
        assert completed(request).cover_mode == mode


def test_embedded_files(folder: Path) -> None:
    """Patterns are those of files that import embed; names are those that files have in the package's folder."""
    assert folder.is_dir()
    files = {
        "a.go": 'package p\n\nimport "embed"\n\n//go:embed *.txt dir\nvar files embed.FS\n',
        "b.go": "package p\n\n//go:embed gone\nvar b string\n",
    }
    embed = ["p/a.txt", "p/dir/b.txt", "p/dir/.c"]
    made = completed(_request(files, dir="p", embed=embed))
    assert made.patterns == {"*.txt": ["a.txt"], "dir": ["dir/b.txt"]}
    with pytest.raises(BuilderError, match=r"^x/p/a.go:5:12: pattern \*.txt: no matching files found\n"):
        completed(_request(files, dir="p", embed=embed[1:]))


def test_internal_and_external_tests(folder: Path) -> None:
    assert folder.is_dir()
    files = {
        "a.go": 'package p\n\nimport "fmt"\n',
        "in_test.go": 'package p\n\nimport "net/http"\n',
        "out_test.go": 'package p_test\n\nimport (\n\t"syscall"\n\t"x/p"\n)\n',
    }
    internal = completed(_request(files, test="internal"))
    assert (internal.name, internal.imports) == ("p", ["fmt=sdk/fmt.x", "net/http=sdk/net/http.x"])
    external = completed(_request({**files, "a.go": ""}, go=[], test="external", imports=["x/p=p.x"]))
    assert (external.name, external.imports) == ("p_test", ["x/p=p.x", "syscall=sdk/syscall.x"])
    # A package of external tests alone, and an import that the check for cycles reports.
    alone = {"out_test.go": files["out_test.go"], "in_test.go": 'package p\n\nimport "x/above"\n'}
    assert completed(_request(alone, test="internal", cycle=["x/above"])).name == "p"
    del alone["in_test.go"]
    assert completed(_request(alone, test="internal")).name == "p"


def test_tests_of_a_command(folder: Path) -> None:
    """Its package keeps its path: the program's main package is another."""
    assert folder.is_dir()
    made = completed(_request({"a.go": "package main\n"}, test="internal", main_path="main", cover_mode="set"))
    assert (made.name, made.package, made.cover_mode) == ("main", "x/p", "set")


def test_the_target_that_lacks_a_dep_is_named(folder: Path) -> None:
    assert folder.is_dir()
    request = replace(_request({"b.go": 'package p\n\nimport "example.com/q"\n'}), target="//p:q")
    with pytest.raises(
        BuilderError, match=r"example\.com/q is not in deps of //p:q; run gomod2bazel generate, or add it"
    ):
        completed(request)
