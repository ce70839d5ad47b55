"""A tiny module for many platforms, built by the driver in one run and by the go command one by one."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from gomod2bazel.base.errors import BuildError
from support import txtar
from support.driver import Driver
from support.parity import compare, reference

__all__ = ["TINY", "platforms", "problems_of"]

TINY = "tiny"
"""The binary's name without a suffix."""

_MODULE = f"""
-- go.mod --
module example.com/{TINY}

go 1.22
-- main.go --
package main

func main() {{ println("tiny") }}
"""


def platforms(driver: Driver, cwd: Path) -> list[str]:
    """Return every GOOS/GOARCH that the go command knows and that links without cgo (internal/platform)."""
    names = driver.go("tool", "dist", "list", cwd=cwd).out.split()
    return [name for name in names if name == "android/arm64" or not name.startswith(("android/", "ios/"))]


def problems_of(driver: Driver, names: Sequence[str], work: Path) -> list[str]:
    """Build the module for platforms ``names`` and return what is wrong, one line each.

    Args:
        driver: of both.
        names: GOOS/GOARCH of each.
        work: an empty folder; ours come into ``ours``, the go command's into ``theirs``.
    """
    tree = txtar.write(work / "tree", _MODULE)
    plain = driver.with_environment(CGO_ENABLED="0")
    flags = ("-ldflags=-buildid=", "-platform", ",".join(names), "-destination", work / "ours")
    done = plain.run("build", *flags, tree / "go.mod", cwd=work, timeout=3600)
    if done.code:
        return [done.err.strip()]
    problems = []
    for name in names:
        goos, _, goarch = name.partition("/")
        theirs = work / "theirs" / name
        environment = {"CGO_ENABLED": "0", "GOOS": goos, "GOARCH": goarch}
        try:
            reference(plain, ("build", "./..."), theirs, cwd=tree, **environment)
        except BuildError as error:
            problems.append(f"{name}: {error}")
            continue
        ours = work / "ours" / name.replace("/", "_") if len(names) > 1 else work / "ours"
        problems += [f"{name}: {problem}" for problem in compare(plain, theirs, ours)]
    return problems
