"""Build a round with the driver and with the go command, and compare."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from support.driver import Done, Driver

from names.odd import Round

__all__ = ["Outcome", "compare", "digest", "driver_of", "reference", "unexpected"]

_FLAGS = ("-trimpath", "-buildvcs=false", "-ldflags=-buildid=")
_NOT_OURS = re.compile(r"Traceback|internal error|Bazel crashed|exception|java\.|not built: $", re.IGNORECASE)


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What came of a round.

    Attributes:
        equal: Commands with the same bytes.
        refused: Commands that neither builds, or that we refuse by name, with the reason.
        problems: What differs, each for a person to read.
        refusals: What is said of those that are not built: by the go command, or by generate.
    """

    equal: int
    refused: int
    problems: tuple[str, ...]
    refusals: tuple[str, ...]


def driver_of(driver: Driver, made: Round, folder: Path) -> Driver:
    """Return the driver with the sources of a round, and a module cache for it alone below ``folder``."""
    driver = driver.with_environment(GOPROXY=f"file://{made.proxy}", GOSUMDB="off", GONOSUMDB="*", GOFLAGS="-mod=mod")
    # Another round has other content under the same names.
    return driver.with_environment(GOMODCACHE=str(folder / "mod"))


def reference(driver: Driver, tree: Path, command: str, target: Path) -> Done:
    """Build one command of ``tree`` with the go command."""
    target.parent.mkdir(exist_ok=True)
    return driver.go("build", *_FLAGS, "-o", target, f"./{command}", cwd=tree, GOFLAGS="-mod=mod -modcacherw")


def compare(driver: Driver, made: Round, folder: Path) -> Outcome:
    """Build ``made`` with both; outputs go below ``folder``."""
    driver = driver_of(driver, made, folder)
    driver.go("mod", "tidy", "-e", cwd=made.tree, GOFLAGS="-modcacherw")
    ours = folder / "ours"
    built = driver.run("build", "-as=...=target", "-keep-going", "-destination", ours, ".", cwd=made.tree, timeout=900)
    equal = refused = 0
    refusals: list[str] = []
    problems = [f"exit {built.code}: {text}" for text in unexpected(built)]
    for number, command in enumerate(made.commands):
        target = folder / "go" / str(number)
        done = reference(driver, made.tree, command, target)
        mine = ours / command.rpartition("/")[2]
        if done.code:
            refused += not mine.exists()
            refusals.append(done.err)
            problems += [f"{command!r}: go refuses it, we do not: {done.err}"] if mine.exists() else []
        elif not mine.exists():
            problems.append(f"{command!r}: go builds it, we do not: {built.err}")
        elif digest(mine) != digest(target):
            problems.append(f"{command!r}: other bytes")
        else:
            equal += 1
    return Outcome(equal=equal, refused=refused, problems=tuple(problems), refusals=tuple(refusals))


def unexpected(done: Done) -> Iterator[str]:
    """Yield what no error of ours says."""
    for line in done.err.splitlines():
        if _NOT_OURS.search(line):
            yield line
    if done.code not in (0, 1, 3):
        yield done.err


def digest(path: Path) -> str:
    """Return what the content of a file is compared by."""
    return hashlib.sha256(path.read_bytes()).hexdigest()
