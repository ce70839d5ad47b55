"""Programs of others that tests use: built once from the Go module proxy, and kept."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from gomod2bazel.base.disk.caches import Caches
from support.driver import Driver

__all__ = ["DELVE", "GOPLS", "go_program"]

GOPLS = "golang.org/x/tools/gopls@v0.23.0"
DELVE = "github.com/go-delve/delve/cmd/dlv@v1.27.2"


def go_program(driver: Driver, package: str) -> Path:
    """Return the program of PACKAGE@VERSION, built by the user's go command; skip the test where it cannot be."""
    path, _, version = package.partition("@")
    folder = Caches.from_environment(os.environ).root / "tests" / "programs" / f"{path.rpartition('/')[2]}-{version}"
    program = folder / path.rpartition("/")[2]
    if not program.is_file():
        user = driver.with_users_sources()
        made = user.go("install", package, cwd=Path("/"), timeout=600, GOBIN=str(folder), GOFLAGS="")
        if made.code:
            pytest.skip(f"{package} cannot be built here: {made.err.strip().splitlines()[-1]}")
    return program
