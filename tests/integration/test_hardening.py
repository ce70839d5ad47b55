"""-hardening and -gnu-build-id: what readelf sees, and the bytes of go build with the flags that they stand for."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import pytest
from support import txtar
from support.driver import Driver

pytestmark = [pytest.mark.bazel, pytest.mark.skipif(not shutil.which("readelf"), reason="no readelf")]

_TREE = """
-- go.mod --
module example.com/hard

go 1.24
-- cmd/plain/main.go --
package main

func main() { println("plain") }
-- cmd/mixed/main.go --
package main

// static int one(void) { return 1; }
import "C"

func main() { println("mixed", C.one()) }
"""
_GO = ("build", "-trimpath", "-buildvcs=false", "-buildmode=pie")
_PROGRAMS = ("plain", "mixed") if shutil.which("gcc") else ("plain",)


def _readelf(*arguments: str | Path) -> str:
    return subprocess.run(["readelf", "-W", *arguments], check=True, capture_output=True, text=True).stdout


def _build_id(path: Path) -> str:
    (line,) = (line for line in _readelf("-n", path).splitlines() if "Build ID:" in line)
    return line.split()[-1]


def test_hardened_programs_are_those_of_go_build(driver: Driver, tmp_path: Path) -> None:
    tree = txtar.write(tmp_path / "tree", _TREE)
    flags = ("-hardening", "-gnu-build-id", "-ldflags=-X main.unused=x")
    done = driver.run("build", *flags, "-destination", tmp_path / "bin", tree, cwd=tmp_path)
    assert done.code == 0, done.err
    identifiers = set()
    for name in _PROGRAMS:
        binary, reference = tmp_path / "bin" / name, tmp_path / f"{name}.go"
        assert subprocess.run([binary], check=True, capture_output=True, text=True).stderr.startswith(name)
        assert "DYN (Position-Independent Executable" in _readelf("-h", binary)
        assert "GNU_RELRO" in _readelf("-l", binary)
        assert "BIND_NOW" in _readelf("-d", binary)
        identifiers.add(_build_id(binary))
        linker = f"-ldflags=-buildid= -bindnow -compressdwarf=false -B=0x{_build_id(binary)} -X main.unused=x"
        done = driver.go(*_GO, linker, "-o", reference, f"./cmd/{name}", cwd=tree)
        assert done.code == 0, done.err
        assert reference.read_bytes() == binary.read_bytes()
    assert len(identifiers) == len(_PROGRAMS)


def test_verify_compares_hardened_programs(driver: Driver, tmp_path: Path) -> None:
    tree = txtar.write(tmp_path / "tree", _TREE)
    done = driver.run("verify", "-hardening", "./cmd/plain", cwd=tree)
    assert (done.code, done.out.split()[:2]) == (0, ["equal", "example.com/hard/cmd/plain"]), done.err


def test_other_platforms_have_no_gnu_build_id(driver: Driver, tmp_path: Path) -> None:
    tree = txtar.write(tmp_path / "tree", _TREE)
    done = driver.run("build", "-gnu-build-id", "-platform=windows/amd64", "./cmd/plain", cwd=tree)
    assert (done.code, "programs for windows are not ELF files" in done.err) == (2, True), done.err
