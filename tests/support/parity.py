"""Whether binaries are those of the go command, byte for byte and in their module information."""

from __future__ import annotations

from pathlib import Path

from gomod2bazel.base.errors import BuildError
from gomod2bazel.commands.verify.compare import first_difference
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
    what, *flags, pattern = arguments
    more = ["-o", f"{out}/"] if what == "build" else []
    # The go command wants -C first of all.
    folder, flags = (flags[:2], flags[2:]) if flags[:1] == ["-C"] else ([], flags)
    done = driver.go(
        what, *folder, *SAME, *flags, *more, pattern, cwd=cwd, timeout=1500, **{"GOBIN": str(out), **environment}
    )
    if done.code:
        raise BuildError(f"go {what}: {done.err.strip()}")


def install(driver: Driver, module: str, version: str, out: Path, *, cwd: Path) -> None:
    """Let the go command make all binaries of a module from the user's sources.

    Raises:
        BuildError: it did not make them.
    """
    # Some sources serve a version and refuse its list; the module cache, filled by exact version, answers for both.
    driver.go("mod", "download", f"{module}@{version}", cwd=cwd, GOFLAGS="")
    cache = Path(driver.environment["GOMODCACHE"], "cache", "download").as_uri()
    changes = {"GOPROXY": f"{cache},{driver.environment['GOPROXY']}", "GOFLAGS": ""}
    reference(driver, ("install", f"{module}/...@{version}"), out, cwd=cwd, **changes)


def compare(driver: Driver, theirs: Path, ours: Path) -> list[str]:
    """Return what is wrong with the binaries in folder ``ours``, which should be those in ``theirs``; one line each."""
    problems = []
    for path in sorted(theirs.iterdir()):
        if not (ours / path.name).is_file():
            problems.append(f"{path.name}: not built")
            continue
        difference = first_difference(driver.go_command(), ours / path.name, path)
        problems += [f"{path.name}: {difference.text}"] if difference else []
    return problems
