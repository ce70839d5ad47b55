"""The go command with gocacheprog, as docs/how-to/go-build-cache.md has it: nothing is compiled twice."""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterator
from pathlib import Path

import pytest
from support import txtar
from support.cache_client import prog
from support.cache_server import CacheServer, cache_server
from support.full_disk import with_full_disk
from support.realgo import RealGo

PAGE = Path(__file__).resolve().parents[2] / "docs/how-to/go-build-cache.md"

# Only main needs the standard library: what is compiled is little.
TREE = """
-- go.mod --
module example.org/app

go 1.25
-- main.go --
package main

import "example.org/app/a"

func main() { println(a.Name) }
-- a/a.go --
package a

import "example.org/app/b"

const Name = "a" + b.Name
-- b/b.go --
package b

const Name = "b"

var Table = [1 << 16]int{1<<16 - 1: 1}
-- b/b_test.go --
package b

import "testing"

func TestName(t *testing.T) {
	if Name != "b" {
		t.Fatal(Name)
	}
}
"""


@pytest.fixture(scope="module")
def tree(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return txtar.write(tmp_path_factory.mktemp("app"), TREE)


@pytest.fixture
def server() -> Iterator[CacheServer]:
    with cache_server() as running:
        yield running


def compiled(log: str) -> list[str]:
    """Return the packages that the output of -x says were compiled."""
    return re.findall(r"/compile\S* -o .* -p (\S+)", log)


class Machine:
    """The go command of a machine with empty caches."""

    def __init__(self, go: RealGo, folder: Path, *flags: str) -> None:
        self.go, self.folder, self.flags = go, folder, flags
        self.caches = 0

    def run(self, *arguments: str, cwd: Path, cache_program: str = "") -> str:
        """Run the go command with an empty GOCACHE, and return what it printed."""
        self.caches += 1
        variables = {
            "GOCACHE": str(self.folder / f"gocache{self.caches}"),
            "GOCACHEPROG": cache_program or shlex.join(prog(*self.flags)),
            "GOFLAGS": "-trimpath -buildvcs=false",
            "XDG_CACHE_HOME": str(self.folder / "xdg"),
        }
        done = self.go.run(*arguments, cwd=cwd, **variables)
        assert done.code == 0, done.describe()
        return done.out + done.err

    def bytes(self, tree: Path, cache_program: str = "") -> tuple[list[str], bytes]:
        """Build the program; return what was compiled, and the file."""
        log = self.run("build", "-x", "-o", str(self.folder / "app"), ".", cwd=tree, cache_program=cache_program)
        return compiled(log), (self.folder / "app").read_bytes()


def test_the_commands_of_the_page(go: RealGo, tree: Path, tmp_path: Path, server: CacheServer) -> None:
    page = PAGE.read_text("utf-8")
    plain, remote = re.findall(r'^    export GOCACHEPROG="(.*)"\n    go build -o app \.$', page, re.M)
    remote = remote.replace("http://cache.example.com:8080", server.url)
    reference = go.run("build", "-o", str(tmp_path / "app"), ".", cwd=tree, GOFLAGS="-trimpath -buildvcs=false")
    assert reference.code == 0, reference.describe()
    command = shlex.join(prog())
    first, second = Machine(go, tmp_path / "first"), Machine(go, tmp_path / "second")
    everything, built = first.bytes(tree, remote.replace("gomod2bazel gocacheprog", command))
    assert {"runtime", "example.org/app/a", "main"} <= set(everything)
    # Another GOCACHE, and then another machine.
    assert first.bytes(tree, plain.replace("gomod2bazel gocacheprog", command)) == ([], built)
    assert second.bytes(tree, remote.replace("gomod2bazel gocacheprog", command)) == ([], built)
    assert built == (tmp_path / "app").read_bytes()
    # After an edit, only what it reaches is compiled.
    (tree / "a/a.go").write_text((tree / "a/a.go").read_text("utf-8").replace('"a"', '"A"'), "utf-8")
    assert second.bytes(tree)[0] == ["example.org/app/a", "main"]


def test_vet(go: RealGo, tree: Path, tmp_path: Path, server: CacheServer) -> None:
    flags = ("-remote-cache", server.url)
    first, second = Machine(go, tmp_path / "first", *flags), Machine(go, tmp_path / "second", *flags)
    assert "/vet " in first.run("vet", "-x", "./a", cwd=tree)
    log = second.run("vet", "-x", "./a", cwd=tree)
    assert (compiled(log), "/vet " in log) == ([], False)


@pytest.mark.nightly
def test_results_of_tests(go: RealGo, tree: Path, tmp_path: Path, server: CacheServer) -> None:
    flags = ("-remote-cache", server.url)
    first, second = Machine(go, tmp_path / "first", *flags), Machine(go, tmp_path / "second", *flags)
    assert "(cached)" not in first.run("test", "./b", cwd=tree)
    assert "(cached)" in second.run("test", "./b", cwd=tree)


@pytest.mark.parametrize(
    ("fault", "message"),
    [
        ("cut", "sent a wrong body"),
        ("changed", "sent a wrong body"),
        ("garbled", "has a wrong entry"),
        ("hang", "did not answer within 1 s; the disk cache alone is used"),
    ],
)
def test_builds_succeed_whatever_the_server_does(
    go: RealGo, tree: Path, tmp_path: Path, server: CacheServer, fault: str, message: str
) -> None:
    flags = ("-remote-cache", server.url, *(("-deadline", "1") if fault == "hang" else ()))
    Machine(go, tmp_path / "first", *flags).run("build", "./a", cwd=tree)
    assert server.stored
    server.fault = fault
    second = Machine(go, tmp_path / "second", *flags)
    log = second.run("build", "-x", "./a", cwd=tree)
    assert compiled(log) == ["example.org/app/b", "example.org/app/a"]
    assert log.count("gomod2bazel: ") == log.count(message) == 1
    server.fault = ""
    assert compiled(second.run("build", "-x", "./a", cwd=tree)) == []


def test_builds_succeed_on_a_full_disk(go: RealGo, tree: Path, tmp_path: Path) -> None:
    disk = tmp_path / "disk"
    before = with_full_disk(disk)
    command = shlex.join((*before, *prog("-disk-cache", str(disk))))
    log = Machine(go, tmp_path).run("build", "-x", "./a", cwd=tree, cache_program=command)
    assert compiled(log) == ["example.org/app/b", "example.org/app/a"]
    assert log.count("No space left on device; what is compiled now is not kept") == 1
