"""A user's machine: a goproxy of small modules, a folder to work in, caches, and the real go command."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from gomod2bazel.base.disk.caches import Caches
from gomod2bazel.base.process.programs import Tool
from gomod2bazel.base.process.runner import SubprocessRunner
from gomod2bazel.base.process.session import Session
from gomod2bazel.baseline.load_input import load_all, missing_of
from gomod2bazel.load.input.read_input import read_input
from gomod2bazel.load.load import Loaded
from gomod2bazel.lock.lock import Lock
from gomod2bazel.lock.makelock import make_lock
from support import txtar
from support.given import options_of
from support.realgo import RealGo

__all__ = ["DEP", "MAIN", "MODULES", "World"]

DEP = """
-- go.mod --
module example.com/dep

go 1.20
-- dep.go --
package dep

const Version = "%s"
"""

MAIN = """
-- go.mod --
module example.com/m

go 1.21

require example.com/dep v1.0.0
-- main.go --
package main

import "example.com/dep"

func main() { println(dep.Version) }
"""

MODULES = {"dep@v1.0.0": DEP % "v1.0.0", "dep@v1.1.0": DEP % "v1.1.0", "dep@v1.2.0-rc.1": DEP % "rc", "m@v1.0.0": MAIN}


class World:
    """Loads and locks modules as the driver does."""

    def __init__(self, folder: Path, go: RealGo) -> None:
        self.folder = folder
        self.messages: list[str] = []
        self.go = go
        self.sums = ""
        self.caches = Caches(root=folder / "cache")
        self.caches.root.mkdir()
        # What the go command computes of the standard library is the same for every test.
        (self.caches.root / "go-build").symlink_to(go.environment["GOCACHE"])

    def serve(self, modules: dict[str, str]) -> None:
        """Put modules into the goproxy."""
        self.sums = txtar.proxy(self.folder, modules).go_sum

    def tree(self, text: str, *, sums: bool = True) -> Path:
        """Write a module tree, with a go.sum for all that the goproxy has."""
        root = txtar.write(self.folder / "tree", text)
        if sums:
            (root / "go.sum").write_text(self.sums, encoding="utf-8")
        return root

    def load(self, text: str, platform: tuple[str, str] | None = None, **options: Any) -> Loaded:
        """Load INPUT ``text``, as the driver does, and refuse what cannot be trusted."""
        every = options.pop("all_sets", False)
        environment = {**self.go.environment, "GOMODCACHE": str(self.folder / "users"), "GOFLAGS": "-modcacherw"}
        session = Session(
            environment=environment,
            cwd=self.folder,
            caches=self.caches,
            runner=SubprocessRunner(),
            say=lambda message: self.messages.append(str(message)),
            progress=lambda _: None,
            out=lambda _: None,
        )
        goproxy = options.pop("goproxy", f"file://{self.folder}/goproxy")
        given = options_of(
            input=read_input(text, self.folder), goproxy=goproxy, platforms=(platform,) if platform else (), **options
        )
        tool = Tool(name="go", path=self.go.path, version=self.go.version, origin="")
        choose = given.choose.from_every_set() if every else given.choose
        return load_all(session, given.module, choose, tool)[0]

    def lock(self, text: str, **given: Any) -> Lock:
        """Load INPUT ``text`` and lock it; what keeps its binaries from being built is raised."""
        loaded, choose = self.load(text, **given), options_of(**given).choose
        made = make_lock(loaded, choose)
        error = missing_of(loaded, made, choose)
        if error:
            raise error
        return made
