"""Build a round with the driver and with the go command, and compare."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from support.driver import Done, Driver

from names.odd import Round

__all__ = ["Outcome", "compare"]

_FLAGS = ("-trimpath", "-buildvcs=false", "-ldflags=-buildid=")
_NOT_OURS = re.compile(r"Traceback|internal error|Bazel crashed|exception|java\.|not built: $", re.IGNORECASE)


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What came of a round.

    Attributes:
        equal: Commands with the same bytes.
        refused: Commands that neither builds.
        problems: What differs, each for a person to read.
        refusals: What the go command says of those that it does not build.
    """

    equal: int
    refused: int
    problems: tuple[str, ...]
    refusals: tuple[str, ...]


def compare(driver: Driver, made: Round, folder: Path) -> Outcome:
    """Build ``made`` with both; outputs go below ``folder``."""
    driver = driver.with_environment(GOPROXY=f"file://{made.proxy}", GOSUMDB="off", GONOSUMDB="*", GOFLAGS="-mod=mod")
    # Another round has other content under the same names.
    driver = driver.with_environment(GOMODCACHE=str(folder / "mod"))
    driver.go("mod", "tidy", "-e", cwd=made.tree, GOFLAGS="-modcacherw")
    ours = folder / "ours"
    built = driver.run("build", "-as=...=target", "-keep-going", "-destination", ours, ".", cwd=made.tree, timeout=900)
    told = _told(built)
    equal = refused = 0
    refusals: list[str] = []
    problems = [f"exit {built.code}: {text}" for text in told]
    for number, command in enumerate(made.commands):
        reference = folder / "go" / str(number)
        reference.parent.mkdir(exist_ok=True)
        done = driver.go(
            "build", *_FLAGS, "-o", reference, f"./{command}", cwd=made.tree, GOFLAGS="-mod=mod -modcacherw"
        )
        mine = ours / command.rpartition("/")[2]
        if done.code:
            refused += not mine.exists()
            refusals.append(done.err)
            problems += [f"{command!r}: go refuses it, we do not: {done.err}"] if mine.exists() else []
        elif not mine.exists():
            problems.append(f"{command!r}: go builds it, we do not: {built.err}")
        elif _digest(mine) != _digest(reference):
            problems.append(f"{command!r}: other bytes")
        else:
            equal += 1
    return Outcome(equal=equal, refused=refused, problems=tuple(problems), refusals=tuple(refusals))


def _told(done: Done) -> Iterator[str]:
    """Yield what no error of ours says."""
    for line in done.err.splitlines():
        if _NOT_OURS.search(line):
            yield line
    if done.code not in (0, 1):
        yield done.err


def _digest(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()
