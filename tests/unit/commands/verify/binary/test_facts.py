"""What is read of a binary, and the files that are none; the go command makes and reads them."""

from __future__ import annotations

import os
import struct
from pathlib import Path

import pytest
from support import txtar
from support.realgo import RealGo

from gomod2bazel.base.errors import FileError, ToolError, UsageError
from gomod2bazel.base.process.runner import SubprocessRunner
from gomod2bazel.commands.verify.binary.facts import read_facts
from gomod2bazel.golang.command.gocommand import GoCommand

TREE = """
-- go.mod --
module example.com/m

go 1.22
-- main.go --
package main

import "example.com/m/lib.v2"

var version = "unset"

func main() { println(version, lib.Name) }
-- lib.v2/lib.go --
package lib

var Name = "lib"
"""


def _reader(go: RealGo) -> GoCommand:
    return GoCommand(path=go.path, environment=go.environment, runner=SubprocessRunner())


def test_what_a_binary_says(go: RealGo, tmp_path: Path) -> None:
    tree = txtar.write(tmp_path / "tree", TREE)

    def build(name: str, *flags: str, **environment: str) -> Path:
        done = go.run("build", "-trimpath", *flags, "-o", str(tmp_path / name), ".", cwd=tree, **environment)
        assert done.code == 0, done.err
        return tmp_path / name

    ldflags = "-ldflags=-X main.version=1 -X 'example.com/m/lib.v2.Name=a b'"
    facts = read_facts(_reader(go), build("plain", ldflags, "-tags=x"), "plain")
    assert (facts.import_path, facts.go_version) == ("example.com/m", f"go{go.version}")
    assert facts.main is not None
    assert (facts.main.path, facts.main.version, facts.main.sum) == ("example.com/m", "(devel)", "")
    assert facts.settings["-tags"] == "x"
    # The linker keeps the order of their lengths, not that of the command line.
    assert set(facts.variables) == {("main.version", "1"), ("example.com/m/lib.v2.Name", "a b")}
    assert facts.build_id.count("/") == 3
    assert (facts.format, facts.has_symbols, facts.has_dwarf) == ("ELF", True, True)
    stripped = read_facts(_reader(go), build("stripped", "-ldflags=-s -buildid="), "stripped")
    assert (stripped.build_id, stripped.has_symbols, stripped.has_dwarf) == ("", False, False)
    assert stripped.main_file == "example.com/m/main.go"
    assert stripped.runtime_file == "runtime/proc.go"


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "x is empty"),
        (b"#!/bin/sh\nexit 0\n", "x is a script"),
        (b"text\n", "x is not a Go executable: "),
        (b"\x7fELF", "x is not a Go executable: "),
        (b"MZ" + bytes(200), "x is not a Go executable: "),
        (b"\xcf\xfa\xed\xfe" + bytes(10), "x is not a Go executable: "),
    ],
)
def test_files_that_are_not_go_executables(content: bytes, words: str, go: RealGo, tmp_path: Path) -> None:
    (tmp_path / "x").write_bytes(content)
    with pytest.raises(UsageError) as caught:
        read_facts(_reader(go), tmp_path / "x", "x")
    assert caught.value.what.startswith(words)
    assert "go version -m" in caught.value.hint


def test_a_truncated_executable(go: RealGo, tmp_path: Path) -> None:
    data = go.path.read_bytes()
    for size in (20, 64, 1000, len(data) // 2):
        (tmp_path / "x").write_bytes(data[:size])
        with pytest.raises(UsageError, match="x is not a Go executable: "):
            read_facts(_reader(go), tmp_path / "x", "x")


def test_sections_that_are_where_nothing_is(go: RealGo, tmp_path: Path) -> None:
    data = bytearray(go.path.read_bytes())
    # The offset of the table of sections, and the number of its entries (elf(5), Elf64_Ehdr).
    struct.pack_into("<Q", data, 40, 1 << 60)
    struct.pack_into("<H", data, 60, 65535)
    (tmp_path / "x").write_bytes(data)
    with pytest.raises(UsageError, match="x is not a Go executable: "):
        read_facts(_reader(go), tmp_path / "x", "x")


def test_what_is_not_a_file(go: RealGo, tmp_path: Path) -> None:
    reader = _reader(go)
    for path, words in ((tmp_path, "is a folder"), (Path("/dev/zero"), "is not a regular file")):
        with pytest.raises(UsageError, match=words):
            read_facts(reader, path, path.name)
    for name in ("missing", "\0", "x" * 300):
        with pytest.raises((UsageError, FileError)):
            read_facts(reader, tmp_path / name, name)


def test_a_reader_that_does_not_compile(go: RealGo, tmp_path: Path) -> None:
    (tmp_path / "x").write_bytes(b"x")
    with pytest.raises(ToolError, match="GOROOT"):
        read_facts(_reader(go).with_environment(GOROOT=str(tmp_path)), tmp_path / "x", "x")


@pytest.mark.skipif(os.geteuid() == 0, reason="root may read all")
def test_what_may_not_be_read(go: RealGo, tmp_path: Path) -> None:
    (tmp_path / "x").write_bytes(b"x")
    (tmp_path / "x").chmod(0)
    with pytest.raises(FileError, match="x"):
        read_facts(_reader(go), tmp_path / "x", "x")
