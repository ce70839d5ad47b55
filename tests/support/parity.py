"""Whether binaries are those of the go command, byte for byte and in what they say of themselves."""

from __future__ import annotations

import hashlib
from pathlib import Path

from gomod2bazel.errors import BuildError
from support.driver import Driver

__all__ = ["SAME", "compare", "install", "reference"]

SAME = ("-trimpath", "-buildvcs=false", "-ldflags=-buildid=")
"""Flags that make the go command's binaries independent of folders, version control and its own cache."""


def reference(driver: Driver, arguments: tuple[str, ...], out: Path, *, cwd: Path, **environment: str) -> None:
    """Let the go command make binaries.

    Args:
        driver: whose go command.
        arguments: ``install``, flags and PACKAGES@VERSION, or ``build``, flags and a pattern.
        out: the folder for the binaries.
        cwd: working directory.
        environment: variables.

    Raises:
        BuildError: it did not make them.
    """
    out.mkdir(parents=True)
    *head, pattern = arguments
    more = ["-o", f"{out}/"] if head[0] == "build" else []
    done = driver.go(*head, *SAME, *more, pattern, cwd=cwd, timeout=1500, **{"GOBIN": str(out), **environment})
    if done.code:
        raise BuildError(f"go {arguments[0]}: {done.err.strip()}")


def install(driver: Driver, module: str, version: str, out: Path, *, cwd: Path) -> None:
    """Let the go command make all binaries of a module out of the user's sources.

    Raises:
        BuildError: it did not make them.
    """
    # Some sources serve a version and refuse its list; the module cache, filled by exact version, answers for both.
    driver.go("mod", "download", f"{module}@{version}", cwd=cwd, GOFLAGS="")
    cache = Path(driver.environment["GOMODCACHE"], "cache", "download").as_uri()
    own = {"GOPROXY": f"{cache},{driver.environment['GOPROXY']}", "GOFLAGS": ""}
    reference(driver, ("install", f"{module}/...@{version}"), out, cwd=cwd, **own)


def compare(driver: Driver, theirs: Path, ours: Path) -> list[str]:
    """Return what is wrong with the binaries in folder ``ours``, which should be those in ``theirs``; one line each."""
    made = sorted(path.name for path in theirs.iterdir())
    problems = [f"{name}: not built" for name in made if not (ours / name).is_file()]
    there = [name for name in made if (ours / name).is_file()]
    problems += [f"{name}: other bytes" for name in there if _digest(theirs / name) != _digest(ours / name)]
    for name in there:
        wanted, found = (_settings(driver, folder / name) for folder in (theirs, ours))
        problems += [f"{name}: go version -m lacks {line!r}" for line in wanted if line not in found]
        problems += [f"{name}: go version -m has {line!r}" for line in found if line not in wanted]
    return problems


def _digest(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _settings(driver: Driver, path: Path) -> list[str]:
    done = driver.go("version", "-m", path, cwd=path.parent)
    assert done.code == 0, done.err
    return done.out.removeprefix(str(path)).splitlines()
