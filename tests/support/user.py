"""Someone at a terminal: the commands down to where Bazel begins, with all that they say."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

from gomod2bazel.base.disk.caches import Caches
from gomod2bazel.base.process.runner import Runner, SubprocessRunner
from gomod2bazel.base.process.session import Session
from gomod2bazel.cli import run_command
from support.realgo import RealGo

__all__ = ["User"]


class User:
    """Someone at a terminal, in a separate folder."""

    def __init__(self, folder: Path, runner: Runner, **changes: Any) -> None:
        self.out: list[str] = []
        self.messages: list[str] = []
        plain = Session(
            environment={},
            cwd=folder,
            caches=Caches(root=folder / "cache"),
            runner=runner,
            say=lambda message: self.messages.append(str(message)),
            progress=lambda _: None,
            out=self.out.append,
        )
        self.session = replace(plain, **changes)

    @classmethod
    def with_go(cls, folder: Path, go: RealGo) -> User:
        """Return a user with the real go command."""
        caches = Caches(root=folder / "cache")
        caches.root.mkdir()
        # What the go command computes of the standard library is the same for every test.
        (caches.root / "go-build").symlink_to(go.environment["GOCACHE"])
        environment = {**go.environment, "GOFLAGS": "", "GOMODCACHE": str(folder / "users")}
        return cls(folder, environment=environment, runner=SubprocessRunner(), caches=caches)

    def run(self, *argv: str) -> str:
        """Run a command that ends well and return what it printed."""
        self.out.clear()
        assert run_command(argv, self.session) == 0
        return "".join(self.out)
