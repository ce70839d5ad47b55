"""Scenarios with versions of modules as INPUT: a second module, many in one run, and drivers at once."""

from __future__ import annotations

import shutil
from collections.abc import Sequence

from bench.measure.errors import BenchError
from bench.measure.result import Result
from bench.scenarios.rounds import Contender, run_rounds
from bench.sides.go import Go
from bench.sides.gomod2bazel import Gomod2bazel
from bench.sides.side import Builder, Input

__all__ = ["drivers", "main_packages", "many", "second"]


def main_packages(ours: Gomod2bazel, modules: Sequence[str]) -> list[Input]:
    """Return the main packages of versions of modules that both sides build.

    Args:
        ours: Lists them: those of the set target.
        modules: MODULE@VERSION each.

    Raises:
        BenchError: A module has none.
    """
    inputs = [ours.main_packages(module) for module in modules]
    empty = [item.module for item in inputs if not item.packages]
    if empty:
        raise BenchError(f"no main package in the set target: {', '.join(empty)}")
    return inputs


def second(ours: Gomod2bazel, go: Go, before: Input, after: Input, rounds: int) -> Result:
    """Time a module when another one that shares dependencies has been built.

    Args:
        ours: One side.
        go: The other.
        before: What is built first, with everything empty.
        after: What is timed.
        rounds: How many.
    """

    def contender(builder: Builder) -> Contender:
        def prepare(_: int) -> None:
            builder.empty()
            _forget(builder)
            builder.side.run_all(builder.install([before]))
            _forget(builder)

        commands = builder.install([after])
        return Contender(
            name=builder.side.name,
            prepare=prepare,
            run=lambda: builder.side.measure(commands),
            binaries=builder.binaries,
        )

    subject = f"{after.module} after {before.module}"
    return run_rounds("second-module", subject, [contender(ours), contender(go)], rounds)


def many(ours: Gomod2bazel, go: Go, inputs: Sequence[Input], rounds: int) -> Result:
    """Time many modules in one call with `go install` of one after the other; everything is empty at first."""

    def contender(builder: Builder) -> Contender:
        def prepare(_: int) -> None:
            builder.empty()
            _forget(builder)

        commands = builder.install(inputs)
        return Contender(
            name=builder.side.name,
            prepare=prepare,
            run=lambda: builder.side.measure(commands),
            binaries=builder.binaries,
        )

    size = {"modules": len(inputs), "binaries": sum(len(item.packages) for item in inputs)}
    return run_rounds("many-modules", f"{len(inputs)} modules", [contender(ours), contender(go)], rounds, size)


def drivers(at_once: Gomod2bazel, in_a_row: Gomod2bazel, inputs: Sequence[Input], rounds: int) -> Result:
    """Time drivers that run at once, and the same drivers one after the other; everything is empty at first.

    Args:
        at_once: One side.
        in_a_row: The other, with other caches.
        inputs: One for each driver.
        rounds: How many.
    """

    def contender(builder: Gomod2bazel, *, together: bool) -> Contender:
        def prepare(_: int) -> None:
            builder.empty()
            _forget(builder)

        commands = builder.install_apart(inputs)
        return Contender(
            name=builder.side.name,
            prepare=prepare,
            run=lambda: builder.side.measure(commands, at_once=together),
            binaries=builder.binaries,
        )

    contenders = [contender(at_once, together=True), contender(in_a_row, together=False)]
    return run_rounds("drivers-at-once", f"{len(inputs)} drivers", contenders, rounds)


def _forget(builder: Builder) -> None:
    """Remove the binaries of earlier rounds, so that all are compared that a round makes and no other."""
    shutil.rmtree(builder.out, ignore_errors=True)
