"""What the bench builds, how it edits that, and what it keeps results in."""

from __future__ import annotations

import gzip
import json
import runpy
import urllib.error
import urllib.request
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest
from support import txtar

from bench.measure.errors import BenchError
from bench.scenarios.lock import extension_seconds
from bench.sides.cache_server import cache_server
from bench.sides.gomod2bazel import ROOT
from bench.subjects.edits import Edits, prepare_edits
from bench.subjects.tree import Size, checkout

_PACKAGES = """
-- low/low.go --
package low

import "fmt"

func short() {
}

func Long() {
	fmt.Println(1)
	fmt.Println(2)
}
-- high/high.go --
package high

func Longer() {
	println(1)
	println(2)
	println(3)
	println(4)
}
"""


def _listed(**imports: Sequence[str]) -> list[dict[str, Any]]:
    module = {"Main": True, "Dir": "/elsewhere"}
    low: dict[str, Any] = {
        "ImportPath": "m/low",
        "Dir": "/elsewhere/low",
        "GoFiles": ["low.go"],
        "Deps": ["fmt"],
        "Module": module,
    }
    high: dict[str, Any] = {"ImportPath": "m/high", "Dir": "/elsewhere/high", "GoFiles": ["high.go"], "Module": module}
    high |= {"Deps": ["m/low", "fmt"], "Imports": ["m/low", *imports.get("high", ())]}
    others = [{"ImportPath": path, "Module": {"Path": path}} for path in imports.get("others", ())]
    return [low, high, {"ImportPath": "fmt", "Standard": True}, *others]


@pytest.mark.parametrize(
    ("imports", "added"),
    [
        ({}, "container/ring"),
        ({"high": ["x/b", "x/a"], "others": ["x/a", "x/b", "x/c"]}, "x/a"),
        ({"high": ["x/internal/a"], "others": ["x/internal/a"]}, "container/ring"),
    ],
)
def test_the_edit_is_where_most_depend_on_it(tmp_path: Path, imports: dict[str, list[str]], added: str) -> None:
    edits = prepare_edits(_listed(**imports), txtar.write(tmp_path, _PACKAGES))
    assert edits.path == tmp_path / "low" / "low.go"
    assert edits.imported == added
    edits.write(body=7, api=8, imports=True)
    text = edits.path.read_text()
    body = text[text.index("func Long()") :]
    assert "edit 7" in body[: body.index("fmt.Println(1)")]
    assert "const BenchEdit = 8\n" in text
    assert f'\nimport (\n\t_ "{added}"\n)\n' in text
    edits.write()
    assert added not in edits.path.read_text()


@pytest.mark.parametrize(
    ("head", "expected"),
    [
        ('import (\n\t"fmt"\n)\n', 'package p\n\nimport (\n\t_ "x"\n\t"fmt"\n)\n'),
        ('import "fmt"\n', 'package p\n\nimport (\n\t_ "x"\n)\n\nimport "fmt"\n'),
        ("", 'package p\n\nimport (\n\t_ "x"\n)\n\n'),
    ],
)
def test_where_an_import_is_added(tmp_path: Path, head: str, expected: str) -> None:
    text = f"package p\n\n{head}func F() {{\n}}\n"
    edits = Edits(path=tmp_path / "p.go", text=text, body=text.index("{\n") + 2, imported="x")
    edits.write(imports=True)
    assert edits.path.read_text().startswith(expected)


def test_a_tree_without_a_function_cannot_be_edited(tmp_path: Path) -> None:
    txtar.write(tmp_path, "-- low/low.go --\npackage low\n-- high/high.go --\npackage high\n")
    with pytest.raises(BenchError, match="no function to edit"):
        prepare_edits(_listed(), tmp_path)


def test_sizes() -> None:
    assert Size.parse("400") == Size(packages=400, modules=0, binaries=40)
    assert str(Size.parse("400x20x7")) == "400x20x7"
    for text in ("", "x", "0", "4x", "4x1x5", "1x2x3x4", "-4", "4,5"):
        with pytest.raises(BenchError):
            Size.parse(text)


def test_copies_have_no_files_of_bazel_and_are_writable(tmp_path: Path) -> None:
    source = txtar.write(tmp_path / "source", "-- go.mod --\n-- a/BUILD.bazel --\n-- .bazelrc --\n-- a/a.go --\n")
    (source / "a" / "a.go").chmod(0o444)
    (source / "a" / "dangling").symlink_to("nowhere")
    (source / ".git").mkdir()
    checkout(source).copy(tmp_path / "copy")
    names = {path.relative_to(tmp_path / "copy").as_posix() for path in (tmp_path / "copy").rglob("*")}
    assert names == {"go.mod", "a", "a/a.go", "a/dangling"}
    (tmp_path / "copy" / "a" / "a.go").write_text("written")
    with pytest.raises(BenchError, match=r"no go\.mod"):
        checkout(source / "a")


def test_synthetic_binaries(tmp_path: Path) -> None:
    make = runpy.run_path(str(ROOT / "tools" / "make_packages"))["make"]
    for count, commands, expected in ((20, 0, 2), (20, 4, 4), (7, 7, 7), (10, 3, 3)):
        folder = tmp_path / f"{count}-{commands}"
        make(folder, count, 0, commands)
        mains = [path for path in folder.rglob("more.go") if path.read_text().startswith("package main\n")]
        assert len(mains) == expected
        assert len([*folder.rglob("more.go")]) == count


def _request(url: str, data: bytes | None = None) -> bytes:
    request = urllib.request.Request(url, data, method="PUT" if data is not None else "GET")  # noqa: S310
    with urllib.request.urlopen(request, timeout=10) as response:  # noqa: S310
        content: bytes = response.read()
    return content


def test_the_cache_server_stores_entries(tmp_path: Path) -> None:
    with cache_server(tmp_path / "stored") as server:
        _request(f"{server.url}/cas/ab12", b"x" * 3_000_000)
        _request(f"{server.url}/ac/ab12", b"")
        assert _request(f"{server.url}/cas/ab12") == b"x" * 3_000_000
        assert _request(f"{server.url}/ac/ab12") == b""
        assert server.size() == (2, 3_000_000)
        for path in ("cas/00", "cas/../../etc", "other/ab12"):
            with pytest.raises(urllib.error.HTTPError, match="404"):
                _request(f"{server.url}/{path}")
    assert {path.name for path in (tmp_path / "stored").rglob("*") if path.is_file()} == {"ab12"}


def test_the_time_of_the_module_extension(tmp_path: Path) -> None:
    events = [{"name": "x", "dur": 9e9}, {"name": "evaluate go_modules", "dur": 250_000}, {"name": "go_modules"}]
    for some, expected in ((events, 0.25), (events[:1], 0.0)):
        with gzip.open(tmp_path / "profile.gz", "wt") as file:
            json.dump({"traceEvents": some}, file)
        assert extension_seconds(tmp_path / "profile.gz") == expected
