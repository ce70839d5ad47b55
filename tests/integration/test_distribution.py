"""-docs and -debug-files: what a package gets of a module besides its binaries, from a goproxy and from a tree."""

from __future__ import annotations

import json
import shutil
import subprocess
from pathlib import Path

import pytest
from support import txtar
from support.driver import Driver

pytestmark = [pytest.mark.bazel, pytest.mark.skipif(not shutil.which("objcopy"), reason="no objcopy")]

_TREE = """
-- go.mod --
module example.com/pair

go 1.24
-- LICENSE --
Permission is granted to all.
-- cmd/pair/main.go --
package main

func main() { println("pair") }
-- internal/cmd/pair-check/main.go --
// Pair-check tests pair.
package main

func main() { println("check") }
-- doc/pair.1 --
.TH PAIR 1
-- doc/pair-check.1 --
.TH PAIR-CHECK 1
-- doc/pair.service --
[Unit]
Description=pairs
"""


def _readelf(*arguments: str | Path) -> str:
    done = subprocess.run(["readelf", "-W", *arguments], check=True, capture_output=True, text=True, errors="replace")
    return done.stdout


def test_a_package_gets_documents_and_debug_files(driver: Driver, tmp_path: Path) -> None:
    tree, prefix = txtar.write(tmp_path / "tree", _TREE), tmp_path / "prefix"
    words = (
        *("build", "-docs", "all", "-debug-files", "/usr/lib/debug", "-binary", "example.com/pair/cmd/pair"),
        *("-set", "-maintenance,-test-helper,-integration", "-prefix", prefix, "-destination", "/usr/bin"),
    )
    listed = tmp_path / "files.json"
    done = driver.run(*words, "-result-file", listed, "-result-format", "json", tree, cwd=tmp_path)
    assert done.code == 0, done.err
    kinds = {file["path"]: file["kind"] for file in json.loads(listed.read_text())["binaries"]}
    (debug,) = (path for path, kind in kinds.items() if kind == "debug")
    assert kinds == {
        "/usr/bin/pair": "executable",
        debug: "debug",
        "/usr/lib/systemd/system/pair.service": "unit",
        "/usr/share/doc/pair/LICENSE": "license",
        "/usr/share/man/man1/pair.1": "man-page",
    }
    assert sorted(f"/{path.relative_to(prefix)}" for path in prefix.rglob("*") if path.is_file()) == sorted(kinds)
    binary = prefix / "usr/bin/pair"
    assert subprocess.run([binary], check=True, capture_output=True, text=True).stderr == "pair\n"
    assert ".debug_info" not in _readelf("-S", binary)
    assert ".debug_info" in _readelf("-S", prefix / debug[1:])
    identifier = debug.removeprefix("/usr/lib/debug/.build-id/").removesuffix(".debug").replace("/", "")
    assert f"Build ID: {identifier}" in _readelf("-n", binary)
    assert f"{identifier[2:]}.debug" in _readelf("--string-dump=.gnu_debuglink", binary)
    if gdb := shutil.which("gdb"):
        folder = f"set debug-file-directory {prefix}/usr/lib/debug"
        command = [gdb, "-batch", "-nx", "-ex", folder, "-ex", f"file {binary}", "-ex", "info line main.main"]
        assert 'main.go"' in subprocess.run(command, check=True, capture_output=True, text=True).stdout
    # Another page of the same tree: what documents there are is not among what a run notes.
    (tree / "doc" / "pair.5").write_text(".TH PAIR 5\n")
    done = driver.run(*words, tree, cwd=tmp_path)
    assert done.code == 0, done.err
    assert (prefix / "usr/share/man/man5/pair.5").is_file()
