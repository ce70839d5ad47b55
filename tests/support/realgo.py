"""The real go command, for tests that ask whether we answer as it does."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from gomod2bazel.base.disk.caches import Caches
from gomod2bazel.base.process.runner import Completed, SubprocessRunner
from gomod2bazel.base.process.steps import ShownSteps
from gomod2bazel.provision.go import find_go
from support.shared import go_build_cache

__all__ = ["RealGo"]


@dataclass(frozen=True, slots=True, kw_only=True)
class RealGo:
    """A go command that reads nothing of the user's settings and has no network.

    Attributes:
        path: the program.
        environment: its whole environment.
        version: its release.
    """

    path: Path
    environment: Mapping[str, str]
    version: str = ""

    @classmethod
    def with_cache(cls, folder: Path) -> RealGo:
        """Return the go command that the driver would find, with its modules in ``folder``."""
        caches = Caches.from_environment(os.environ)
        tool = find_go(os.environ, SubprocessRunner(), caches, ShownSteps(say=lambda _: None))
        environment = {
            "PATH": f"{tool.path.parent}{os.pathsep}{os.environ.get('PATH', os.defpath)}",
            "HOME": str(folder),
            "GOCACHE": str(go_build_cache()),
            "GOMODCACHE": str(folder / "modules"),
            "GOENV": "off",
            "GOFLAGS": "-modcacherw",
            "GOPROXY": "off",
            "GOSUMDB": "off",
            "GOTOOLCHAIN": "local",
            "CGO_ENABLED": "0",
        }
        return cls(path=tool.path, environment=environment, version=tool.version)

    def run(self, *arguments: str, cwd: Path, **changes: str) -> Completed:
        """Run ``go ARGUMENTS`` in ``cwd``; ``changes`` are variables of the environment."""
        return SubprocessRunner().run([self.path, *arguments], env={**self.environment, **changes}, cwd=cwd)
