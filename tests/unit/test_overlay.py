"""-overlay: what the file says, in the go command's words where it contradicts itself."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from support.realgo import RealGo
from support.samples import package

from gomod2bazel.errors import UsageError
from gomod2bazel.overlay import check_module_cache, read_overlay, recorded_names, settled


def test_paths_are_relative_to_the_users_folder(tmp_path: Path) -> None:
    (tmp_path / "o.json").write_text('{"replace": {"a/../b.go": "c/d", "gone.go": "", "/x/y.go": "/z"}, "Other": 1}')
    expected = {f"{tmp_path}/b.go": f"{tmp_path}/c/d", f"{tmp_path}/gone.go": "", "/x/y.go": "/z"}
    assert read_overlay("o.json", tmp_path) == expected
    written = settled("o.json", tmp_path, tmp_path / "kept")
    assert json.loads(Path(written).read_text()) == {"Replace": expected}
    assert settled("o.json", tmp_path, tmp_path / "kept") == written
    (tmp_path / "o.json").write_text("{}")
    assert settled("o.json", tmp_path, tmp_path / "kept") != written


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


def test_c_sources_of_cgo_are_refused() -> None:
    one = package("example.com/m", CgoFiles=["a.go"], CFiles=["b.c"])
    with pytest.raises(UsageError, match=r"b\.c of example\.com/m, which uses cgo"):
        recorded_names({"/src/example.com/m/b.c": "/elsewhere/b.c"}, one)
