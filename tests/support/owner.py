"""Someone who keeps a repository of Go packages, and runs generate in it."""

from __future__ import annotations

from pathlib import Path

from gomod2bazel.cli import run_command
from support import txtar
from support.realgo import RealGo
from support.user import User

__all__ = ["TREE", "Owner"]

TREE = """
-- MODULE.bazel --
go_modules = use_extension("@gomod2bazel//rules:extensions.bzl", "go_modules")
go_modules.from_file(lock = "//:go.lock.json")
use_repo(
    go_modules,
    "example.com_gone-av1.0.0",
    "go_sdk",
    mine = "com_example_dep_x",
)
-- go.mod --
module example.com/m

go 1.21

require example.com/dep-x v1.0.0
-- m.go --
package m
-- cmd/hi/main.go --
package main

import (
	"example.com/dep-x/sub"
	"example.com/m/internal/deep"
)

func main() { println(sub.Name, deep.Name) }
-- internal/deep/deep.go --
package deep

import _ "embed"

//go:embed data/name.txt
var Name string
-- internal/deep/data/name.txt --
deep
-- internal/deep/data/BUILD --
# Of another language.
-- examples/one/main.go --
package main

func main() {}
-- only_tests/x_test.go --
package only
-- testdata/src/x/x.go --
package x
-- windows/x_windows.go --
package windows
-- nested/go.mod --
module example.com/nested

go 1.22
-- nested/v2/x.go --
package x
-- other/MODULE.bazel --
-- other/x.go --
package other
"""
"""A repository of one module, as most tests have it."""

_DEP = """
-- go.mod --
module example.com/dep-x

go 1.20
-- sub/sub.go --
package sub

const Name = "dep"
"""


class Owner:
    """Someone who keeps a repository, with one other module in a goproxy."""

    def __init__(self, folder: Path, go: RealGo) -> None:
        self.user = User.with_go(folder, go)
        self.proxy = txtar.proxy(folder, {"dep@v1.0.0": _DEP})
        self.root = folder / "tree"

    def write(self, text: str) -> None:
        """Put files into the repository, with the go.sum that it needs."""
        txtar.write(self.root, text)
        (self.root / "go.sum").write_text(self.proxy.go_sum, encoding="utf-8")

    def run(self, *argv: str, code: int = 0) -> str:
        """Run generate in the repository's root and return what it printed."""
        self.user.out.clear()
        goproxy = f"-goproxy=file://{self.proxy.root}"
        assert run_command(["generate", goproxy, "-C", str(self.root), *argv], self.user.session) == code
        return "".join(self.user.out)

    @property
    def files(self) -> dict[str, str]:
        """The BUILD files, by path."""
        paths = sorted(path for path in self.root.rglob("BUILD*") if path.is_file())
        return {path.relative_to(self.root).as_posix(): path.read_text(encoding="utf-8") for path in paths}
