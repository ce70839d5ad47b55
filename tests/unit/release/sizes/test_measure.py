"""Which bytes of a binary come from which package, of binaries that the go command builds."""

from __future__ import annotations

import random
import subprocess
from pathlib import Path

import pytest
from _pytest.mark import ParameterSet
from support import txtar
from support.realgo import RealGo

from gomod2bazel.release.sizes.elf import read_elf
from gomod2bazel.release.sizes.function_table import read_function_table
from gomod2bazel.release.sizes.measure import sizes_of

TREE = """
-- go.mod --
module example.com/measured

go 1.21
-- main.go --
package main

import "example.com/measured/table.v1"

func main() { println(table.Sum()) }
-- table.v1/table.go --
package table

var Numbers = [4096]byte{1, 2, 3, 4095: 1}

//go:noinline
func Sum() (sum int) {
	for _, number := range Numbers {
		sum += int(number)
	}
	return sum
}
"""

KNOWN = ("example.com/measured", "example.com/measured/table.v1", "runtime")


BUILDS: dict[str, tuple[str, dict[str, str]]] = {
    "plain": ("-tags=", {}),
    "stripped": ("-ldflags=-s -w", {}),
    "pie": ("-buildmode=pie", {}),
    "darwin": ("-tags=", {"GOOS": "darwin", "GOARCH": "arm64"}),
    "windows": ("-ldflags=-s -w", {"GOOS": "windows"}),
    "big-endian": ("-tags=", {"GOARCH": "mips"}),
}


def nightly(name: str) -> ParameterSet:
    """Return a build that compiles the runtime again."""
    return pytest.param(name, marks=pytest.mark.nightly)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return txtar.write(tmp_path_factory.mktemp("measured"), TREE)


def content(go: RealGo, folder: Path, name: str) -> bytes:
    """Return the content of a binary."""
    flag, environment = BUILDS[name]
    changes = {"CGO_ENABLED": "0", **environment}
    done = go.run("build", "-trimpath", flag, "-o", name, ".", cwd=folder, **changes)
    assert done.code == 0, done.err
    return (folder / name).read_bytes()


@pytest.mark.parametrize("name", ["plain", nightly("pie"), nightly("big-endian")])
def test_code_and_data_by_symbols(go: RealGo, folder: Path, name: str) -> None:
    data = content(go, folder, name)
    sizes = sizes_of(data, "example.com/measured", KNOWN)
    assert sizes
    assert sizes.method.startswith("code and data")
    assert sum(sizes.packages.values()) + sum(sizes.other.values()) == sizes.total == len(data)
    assert set(sizes.packages) == set(KNOWN)
    assert 4096 < sizes.packages["example.com/measured/table.v1"] < 4600
    assert sizes.packages["runtime"] > 100_000
    assert sizes.other["debug information"] > 100_000


@pytest.mark.parametrize("name", ["stripped", nightly("darwin"), nightly("windows")])
def test_code_by_the_function_table(go: RealGo, folder: Path, name: str) -> None:
    data = content(go, folder, name)
    sizes = sizes_of(data, "example.com/measured", KNOWN)
    assert sizes
    assert sizes.method.startswith("code by the function table")
    assert sum(sizes.packages.values()) + sum(sizes.other.values()) == sizes.total == len(data)
    assert 0 < sizes.packages["example.com/measured/table.v1"] < 500
    assert sizes.packages["runtime"] > 50_000


def test_the_function_table_has_what_the_symbols_have(go: RealGo, folder: Path) -> None:
    data = content(go, folder, "plain")
    table, elf = read_function_table(data), read_elf(data)
    assert table
    assert elf
    functions = dict(table.functions)
    symbols = {symbol.name.removesuffix(".abi0"): symbol.size for symbol in elf.symbols}
    assert len(functions.keys() - symbols.keys()) < 10
    # A function's end is where the next one begins.
    name = "example.com/measured/table%2ev1.Sum"
    assert symbols[name] <= functions[name] < symbols[name] + 64


def test_what_is_not_a_go_binary_is_not_known() -> None:
    assert sizes_of(b"", "m", KNOWN) is None
    assert sizes_of(b"\x7fELF" + bytes(100), "m", KNOWN) is None
    assert sizes_of(b"\xf1\xff\xff\xff\0\0\x01\x08" * 20, "m", KNOWN) is None
    assert sizes_of(Path(subprocess.__file__).read_bytes(), "m", KNOWN) is None


def test_a_damaged_binary_ends_in_no_error(go: RealGo, folder: Path) -> None:
    data = content(go, folder, "plain")
    table = data.index(b"\xf1\xff\xff\xff\0\0")
    random_numbers = random.Random(1)  # noqa: S311 - which bytes does not matter
    for at in (*range(0, 64, 5), *range(table, table + 72, 3), len(data) - 500):
        damaged = bytearray(data)
        damaged[at : at + 4] = random_numbers.randbytes(4)
        sizes = sizes_of(bytes(damaged), "example.com/measured", KNOWN)
        assert sizes is None or sum(sizes.packages.values()) + sum(sizes.other.values()) == len(data)
    for end in (70, table, table + 40, len(data) // 2):
        sizes_of(data[:end], "example.com/measured", KNOWN)
