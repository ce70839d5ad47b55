"""What all checks share: the servers' programs, the trees to build, and the go command's binaries of them."""

from __future__ import annotations

import hashlib
import json
import shutil
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path

from support import txtar
from support.driver import ROOT, Done, Driver
from support.matrix import FOLDER
from support.proxy import unpack

from gomod2bazel.base.process.programs import Say
from remote.machine import Machine, machine
from remote.programs import Programs
from remote.servers import Cache, Executor, cache_server

__all__ = ["CGO", "TINY", "Build", "World", "WrongError", "digest", "require"]

TINY = "tiny"
"""A tree of three packages, assembly among them, that needs few packages of the standard library."""

CGO = "cgo"
"""A tree with C in its main package: the module of that name in tests/parity."""

_TINY = f"""
-- MODULE.bazel --
module(name = "mono")

bazel_dep(name = "gomod2bazel")
local_path_override(module_name = "gomod2bazel", path = "{ROOT}")
go_modules = use_extension("@gomod2bazel//rules:extensions.bzl", "go_modules")
go_modules.from_file(lock = "//:gomod2bazel.lock.json")
register_toolchains("@go_sdk//:all")
-- WORKSPACE.bzlmod --
-- go.mod --
module example.com/tiny

go 1.24
-- tiny.go --
package main

import "example.com/tiny/asm"

func main() {{ println(asm.Value()) }}
-- second/second.go --
package main

import "example.com/tiny/asm"

func main() {{ println(-asm.Value()) }}
-- asm/asm.go --
package asm

func Value() int
-- asm/asm_amd64.s --
#include "textflag.h"

TEXT \u00b7Value(SB), NOSPLIT, $0-8
	MOVQ $7, ret+0(FP)
	RET
"""

_SAME = ("-trimpath", "-buildvcs=false", "-ldflags=-buildid=")
_SECONDS = 1800.0


class WrongError(Exception):
    """A check found something wrong."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Build:
    """What came of a build with gomod2bazel.

    Attributes:
        done: Its exit code and messages.
        binaries: SHA-256 of each binary by name.
    """

    done: Done
    binaries: dict[str, str]


@dataclass(slots=True, kw_only=True)
class World:
    """What all checks share.

    Attributes:
        folder: For everything that they write.
        sockets: A folder with a short name.
        programs: The servers'.
        driver: With the user's sources.
        say: Prints a line.
    """

    folder: Path
    sockets: Path
    programs: Programs
    driver: Driver
    say: Say
    _sources: dict[str, Path] = field(default_factory=dict)
    _references: dict[str, dict[str, str]] = field(default_factory=dict)

    @contextmanager
    def cache(self, name: str) -> Iterator[Cache]:
        """Run a cache server that keeps what it has under a name."""
        with cache_server(self.programs, self.folder / f"cache-{name}", self.sockets) as cache:
            yield cache

    def fill(self, name: str) -> None:
        """Let the cache of this name have all of the tiny tree."""
        filled = self.folder / "cache-filled"
        if not filled.exists():
            with self.cache("filled") as cache, self.machine(cache) as machine:
                self.check(self.build(machine, TINY, f"--remote_cache={machine.address}"), TINY)
        shutil.copytree(filled, self.folder / f"cache-{name}")

    @contextmanager
    def machine(self, server: Cache | Executor, *, other: bool = False, delay: float = 0.0) -> Iterator[Machine]:
        """Yield a machine that has built nothing yet and reaches a server; see `machine.machine`."""
        machines = self.folder / "machines"
        machines.mkdir(exist_ok=True)
        folder = machines / str(sum(1 for _ in machines.iterdir()))
        folder.mkdir()
        with machine(self.driver, folder, server.socket, other=other, delay=delay) as made:
            yield made

    def tree(self, module: str, folder: Path) -> Path:
        """Return a new copy below ``folder`` of the tree of MODULE@VERSION, `TINY` or `CGO`."""
        tree = folder / "tree"
        if tree.exists():
            return tree
        if module == TINY:
            return txtar.write(tree, _TINY)
        if module == CGO:
            unpack(FOLDER / f"{CGO}.txtar", tree)
            return tree
        shutil.copytree(self._source(module), tree)
        for path in (tree, *tree.rglob("*")):
            path.chmod(path.stat().st_mode | 0o200)
        return tree

    def _source(self, module: str) -> Path:
        if module not in self._sources:
            done = self.driver.go("mod", "download", "-json", module, cwd=self.folder, timeout=_SECONDS)
            require(done, f"go mod download {module}")
            source = Path(json.loads(done.out)["Dir"])
            # What it requires, too: machines have no network.
            require(self.driver.go("mod", "download", cwd=source, timeout=_SECONDS), f"modules of {module}")
            self._sources[module] = source
        return self._sources[module]

    def build(
        self, machine: Machine, module: str, *flags: str, cgo: str = "0", driver_flags: Sequence[str] = ()
    ) -> Build:
        """Build a module with gomod2bazel on a machine.

        Args:
            machine: Where.
            module: MODULE@VERSION, `TINY` or `CGO`.
            flags: Of Bazel, as a .bazelrc has them.
            cgo: CGO_ENABLED.
            driver_flags: Of gomod2bazel.
        """
        tree, destination = self.tree(module, machine.folder), machine.folder / "bin"
        shutil.rmtree(destination, ignore_errors=True)
        modules = Path(self.driver.environment["GOMODCACHE"], "cache", "download").as_uri()
        driver = machine.driver.with_environment(CGO_ENABLED=cgo, GOPROXY=modules, GOFLAGS="")
        there = replace(machine, driver=driver)
        arguments: tuple[str | Path, ...] = (
            "build",
            "-set",
            "all",
            *driver_flags,
            *_SAME,
            "-destination",
            destination,
            ".",
        )
        return Build(done=there.run(flags, *arguments, cwd=tree), binaries=_digests(destination))

    def check(self, build: Build, module: str, *, cgo: str = "0") -> int:
        """Check that a build succeeded with the bytes of `go build`, and return the number of binaries.

        Raises:
            WrongError: It did not.
        """
        require(build.done, module)
        reference = self.reference(module, cgo=cgo)
        different = [name for name, digest in reference.items() if build.binaries.get(name) != digest]
        if different or not reference:
            raise WrongError(f"{module}: not the bytes of go build: {', '.join(different) or 'no binaries'}")
        return len(reference)

    def reference(self, module: str, *, cgo: str = "0") -> dict[str, str]:
        """Return SHA-256 of each binary that `go build` makes, by name."""
        key = f"{module} {cgo}"
        if key not in self._references:
            folder = self.folder / "go" / str(len(self._references))
            folder.mkdir(parents=True)
            self._references[key] = self.go_build(self.tree(module, folder), cgo=cgo)
        return self._references[key]

    def go_build(self, tree: Path, *, cgo: str = "0") -> dict[str, str]:
        """Build all commands of a tree with the go command and return SHA-256 of each by name."""
        names = self.driver.go("list", "-f", '{{if eq .Name "main"}}{{.ImportPath}}{{end}}', "./...", cwd=tree)
        require(names, "go list")
        folder = Path(tempfile.mkdtemp(dir=self.folder))
        arguments = ("build", *_SAME, "-o", f"{folder}/", *names.out.split())
        require(self.driver.go(*arguments, cwd=tree, timeout=_SECONDS, CGO_ENABLED=cgo, GOFLAGS=""), "go build")
        return _digests(folder)


def digest(file: Path) -> str:
    """Return the SHA-256 of a file."""
    return hashlib.sha256(file.read_bytes()).hexdigest()


def _digests(folder: Path) -> dict[str, str]:
    if not folder.is_dir():
        return {}
    return {path.name: digest(path) for path in sorted(folder.iterdir())}


def require(done: Done, what: str) -> None:
    """Raise a WrongError unless a command succeeded."""
    if done.code:
        raise WrongError(f"{what}: exit {done.code}\n{done.err}")
