"""The lock of a tree: how long it takes to write, its size, and how long Bazel takes to read it."""

from __future__ import annotations

import gzip
import json
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

from bench.measure.result import Result
from bench.measure.usage import Usage
from bench.scenarios.monorepo import Repository
from bench.scenarios.rounds import Contender, run_rounds
from bench.sides.gomod2bazel import DRIVER
from bench.subjects.tree import Tree

__all__ = ["extension_seconds", "lock_scenarios"]

_LOCK = "gomod2bazel.lock.json"


def lock_scenarios(tree: Tree, repository: Repository, rounds: int) -> list[Result]:
    """Return the results of writing the lock and of reading it in a new server and after a change.

    Args:
        tree: What the side has a copy of, with a MODULE.bazel.
        repository: The side.
        rounds: How many.
    """
    folder = repository.side.folder / "tree"
    (folder / "BUILD.bazel").touch()  # Bazel reads no file of a folder without one
    size = tree.size
    numbers = {"packages": size.packages, "modules": size.modules, "binaries": size.binaries} if size else {}

    def write() -> Usage:
        used = repository.side.measure(
            [repository.side.command(DRIVER, "lock", "-result-file", _LOCK, ".", cwd=folder)]
        )
        return replace(used, figures={"lock_bytes": (folder / _LOCK).stat().st_size})

    def read() -> Usage:
        profile = repository.side.folder / "profile.gz"
        query = repository.bazel("query", "--noshow_progress", f"--profile={profile}", "@go_sdk//:all")
        used = repository.side.measure([query])
        return replace(used, figures={"extension_seconds": extension_seconds(profile)})

    def change(number: int) -> None:
        lock = json.loads((folder / _LOCK).read_text(encoding="utf-8"))
        (folder / _LOCK).write_text(json.dumps(lock, indent=number % 3) + "\n", encoding="utf-8")

    def new_server(_: int) -> None:
        repository.side.run(repository.bazel("shutdown"))

    name = repository.side.name
    steps = [
        ("lock: written", Contender(name=name, prepare=lambda _: None, run=write)),
        ("lock: read by a new server", Contender(name=name, prepare=new_server, run=read)),
        ("lock: read after a change", Contender(name=name, prepare=change, run=read)),
    ]
    results = [run_rounds(scenario, tree.name, [contender], rounds, numbers) for scenario, contender in steps]
    repository.side.run(repository.bazel("shutdown"))
    return results


def extension_seconds(profile: Path) -> float:
    """Return how long Bazel took to evaluate the module extension go_modules, from a JSON profile.

    The profile has no event where the extension was not evaluated: the result is 0 then.
    """
    with gzip.open(profile, "rt", encoding="utf-8") as file:
        events: list[Mapping[str, object]] = json.load(file)["traceEvents"]
    spans = [event["dur"] for event in events if "go_modules" in str(event.get("name", "")) and "dur" in event]
    return max((float(str(span)) for span in spans), default=0.0) / 1e6
