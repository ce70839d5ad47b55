"""-overlay: what the file says, in the go command's words where it contradicts itself."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from support.realgo import RealGo
from support.samples import package

from gomod2bazel.base.errors import BuildError, UsageError
from gomod2bazel.golang.command.golist import Package
from gomod2bazel.golang.command.overlay import (
    check_module_cache,
    check_readable,
    copied,
    in_place,
    read_overlay,
    recorded_names,
    settled,
)


def test_paths_are_relative_to_the_users_folder(tmp_path: Path) -> None:
    (tmp_path / "o.json").write_text('{"replace": {"a/../b.go": "c/d", "gone.go": "", "/x/y.go": "/z"}, "Other": 1}')
    expected = {f"{tmp_path}/b.go": f"{tmp_path}/c/d", f"{tmp_path}/gone.go": "", "/x/y.go": "/z"}
    assert read_overlay("o.json", tmp_path) == expected
    written, overlaid = settled("o.json", tmp_path, tmp_path / "kept")
    assert overlaid == expected
    assert json.loads(Path(written).read_text()) == {"Replace": expected}
    assert settled("o.json", tmp_path, tmp_path / "kept") == (written, expected)
    (tmp_path / "o.json").write_text("{}")
    assert settled("o.json", tmp_path, tmp_path / "kept")[0] != written


@pytest.mark.parametrize(
    ("text", "words"),
    [
        (None, "reading overlay: open o.json: no such file or directory"),
        ("{", "parsing overlay JSON: "),
        ("[]", "parsing overlay JSON: "),
        ('{"Replace": {"a": 1}}', "parsing overlay JSON: "),
        ('{"Replace": {"": "x"}}', "empty string key in overlay map"),
        ('{"Replace": {"a": "x", "./a": "y"}}', "duplicate paths ./a and a in overlay map"),
        ('{"Replace": {"a": "x", "a/b": "y"}}', "inconsistent files "),
    ],
)
def test_what_the_go_command_refuses(text: str | None, words: str, tmp_path: Path, go: RealGo) -> None:
    (tmp_path / "go.mod").write_text("module example.com/m\n")
    if text is not None:
        (tmp_path / "o.json").write_text(text)
    theirs = go.run("list", "-overlay=o.json", cwd=tmp_path)
    assert theirs.code
    assert words in theirs.err
    with pytest.raises(UsageError) as caught:
        read_overlay("o.json", tmp_path)
    assert words in caught.value.what


def test_files_of_the_module_cache_are_not_replaced(tmp_path: Path, go: RealGo) -> None:
    cache = Path(go.environment["GOMODCACHE"])
    (tmp_path / "go.mod").write_text("module example.com/m\n")
    (tmp_path / "o.json").write_text(json.dumps({"Replace": {f"{cache}/m@v1.0.0/a.go": "b.go"}}))
    theirs = go.run("list", "-overlay=o.json", cwd=tmp_path)
    with pytest.raises(UsageError) as caught:
        check_module_cache(read_overlay("o.json", tmp_path), cache)
    assert caught.value.what in theirs.err
    check_module_cache({f"{cache}s/m@v1.0.0/a.go": "b.go"}, cache)


def test_a_source_below_its_package_keeps_its_own_name() -> None:
    one = package("example.com/m", GoFiles=["a.go", "b.go", "c.go"])
    overlay = {"/src/example.com/m/a.go": "/src/example.com/m/new/a.txt", "/src/example.com/m/b.go": "/elsewhere/b.go"}
    assert recorded_names(overlay, one) == {"a.go": "new/a.txt"}


OVERLAY = {f"/src/example.com/m/{name}": f"/src/example.com/m/new/{name}" for name in (
    "a.go", "c.go", "x.c", "x.h", "x.s", "x.m", "data", "other.h",
)}  # fmt: skip


def _sources(**more: list[str]) -> Package:
    files = {"CFiles": ["x.c", "y.c"], "HFiles": ["x.h", "y.h"], "SFiles": ["x.s"], "EmbedFiles": ["data"]}
    return package("example.com/m", GoFiles=["a.go", "b.go"], **{**files, **more})


def test_of_a_package_with_cgo_c_compilers_read_copies() -> None:
    one = _sources(CgoFiles=["c.go"])
    assert sorted(in_place(OVERLAY, one)) == ["a.go", "c.go", "data"]
    assert sorted(copied(OVERLAY, one)) == ["x.c", "x.h", "x.s"]
    assert recorded_names(OVERLAY, one) == {"a.go": "new/a.go"}


def test_go_s_assembler_reads_headers_as_they_are() -> None:
    one = _sources(CFiles=[])
    assert sorted(in_place(OVERLAY, one)) == ["a.go", "data", "x.s"]
    assert copied(OVERLAY, one) == {}
    assert recorded_names(OVERLAY, one) == {"a.go": "new/a.go", "x.s": "new/x.s"}


def test_runtime_cgo_has_assembly_for_both() -> None:
    files = ("asm.s", "gcc_x.S")
    overlay = {f"/src/runtime/cgo/{name}": f"/new/{name}" for name in files}
    one = package("runtime/cgo", CgoFiles=["cgo.go"], SFiles=list(files))
    assert (in_place(overlay, one), copied(overlay, one)) == ({"asm.s": "/new/asm.s"}, {"gcc_x.S": "/new/gcc_x.S"})


def test_what_the_go_command_reads_from_the_disk_alone() -> None:
    one = _sources(CgoFiles=["c.go"], MFiles=["x.m", "y.m"])
    with pytest.raises(BuildError, match=r"^example\.com/m: /src/example\.com/m/x\.m: no such file or directory$"):
        check_readable(OVERLAY, [one])
    check_readable({}, [one])
