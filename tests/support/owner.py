"""Someone who keeps a repository of Go packages, and runs generate in it."""

from __future__ import annotations

from pathlib import Path

from gomod2bazel.cli import run_command
from support import txtar
from support.realgo import RealGo
from support.user import User

__all__ = ["Owner"]

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
        found = sorted(path for path in self.root.rglob("BUILD*") if path.is_file())
        return {path.relative_to(self.root).as_posix(): path.read_text(encoding="utf-8") for path in found}
