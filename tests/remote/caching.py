"""Two machines and one cache: everything is shared, and only what is needed is downloaded."""

from __future__ import annotations

import time
from collections import Counter
from pathlib import Path

from remote.machine import Machine
from remote.servers import Cache
from remote.world import TINY, World, WrongError, digest, require

__all__ = ["mapped", "minimal", "monorepo", "share"]

_HIT = "remote cache hit"


def share(world: World, modules: list[str]) -> list[str]:
    """Build on two machines of two users: the second runs no action itself."""
    lines = []
    for module in modules:
        with world.cache("share") as cache:
            with world.machine(cache) as one:
                before, first = time.monotonic(), world.build(one, module, driver_flags=_flags(one))
                seconds = time.monotonic() - before
                number, compiled = world.check(first, module), one.actions()
            hits, misses = cache.lookups()
            with world.machine(cache, other=True) as two:
                before, second = time.monotonic(), world.build(two, module, driver_flags=_flags(two))
                again = time.monotonic() - before
                world.check(second, module)
                _require_all_found(two, compiled, cache, (hits, misses))
                found = two.actions()[_HIT]
        asked = f"first {_text(compiled)} in {seconds:.0f} s, second {found} hits and no miss in {again:.0f} s"
        lines.append(f"{module}: {asked}; {number} binaries equal")
    return lines


def _require_all_found(machine: Machine, before: Counter[str], cache: Cache, lookups: tuple[int, int]) -> None:
    """Compare what Bazel logged with what the server counted.

    Raises:
        WrongError: An action was run, or the server did not have a result.
    """
    actions = machine.actions()
    if set(actions) != {_HIT} or actions.total() != before.total():
        raise WrongError(f"second machine: {_text(actions)}; the first had {_text(before)}")
    hits, misses = (now - then for now, then in zip(cache.lookups(), lookups, strict=True))
    if misses or hits < actions.total():
        raise WrongError(f"the server counts {hits} hits and {misses} misses for {actions.total()} actions")


def monorepo(world: World, _modules: list[str]) -> list[str]:
    """Run `bazel build //...` in a monorepo on three machines, the third with --remote_download_minimal."""
    counts = []
    with world.cache("monorepo") as cache:
        for name, more in (("one", ()), ("two", ()), ("three", ("--remote_download_minimal",))):
            with world.machine(cache, other=name == "two") as machine:
                tree = world.tree(TINY, machine.folder)
                require(machine.driver.with_environment(CGO_ENABLED="0").run("generate", cwd=tree), "generate")
                require(machine.bazel((_cached(machine), *more), "build", "//...", cwd=tree), "bazel build")
                counts.append(machine.actions())
                if not more:
                    _check_built(world, tree)
                elif archives := _archives(machine):
                    raise WrongError(f"with {more[0]}, {archives} archives were downloaded")
                machine.bazel((), "shutdown", cwd=tree)
    if any(set(later) != {_HIT} or later.total() != counts[0].total() for later in counts[1:]):
        raise WrongError(f"{', '.join(map(_text, counts))}")
    return [f"first {_text(counts[0])}, second {_text(counts[1])}, third (minimal) {_text(counts[2])}"]


def minimal(world: World, _modules: list[str]) -> list[str]:
    """Build with --remote_download_minimal: binaries are installed, and no package is downloaded."""
    world.fill("minimal")
    with world.cache("minimal") as cache, world.machine(cache) as machine:
        number = world.check(
            world.build(machine, TINY, "--remote_download_minimal", driver_flags=_flags(machine)), TINY
        )
        actions, archives = machine.actions(), _archives(machine)
    if set(actions) != {_HIT} or archives:
        raise WrongError(f"{_text(actions)}; {archives} archives were downloaded")
    return [f"{_text(actions)}; {number} binaries equal, no archive of a package downloaded"]


def mapped(world: World, _modules: list[str]) -> list[str]:
    """Build with -c fastbuild and -c opt and --experimental_output_paths=strip: packages are compiled once."""
    with world.cache("mapped") as cache, world.machine(cache) as machine:
        tree = world.tree(TINY, machine.folder)
        flags = (_cached(machine), "--experimental_output_paths=strip", "--worker_sandboxing")
        require(machine.driver.with_environment(CGO_ENABLED="0").run("generate", cwd=tree), "generate")
        counts = []
        for mode in ("fastbuild", "opt"):
            require(machine.bazel(flags, "build", f"--compilation_mode={mode}", "//...", cwd=tree), f"-c {mode}")
            counts.append(machine.actions())
            _check_built(world, tree)
        machine.bazel((), "shutdown", cwd=tree)
    links = len(world.reference(TINY))
    if counts[1][_HIT] != counts[0].total() - links:
        raise WrongError(", then ".join(map(_text, counts)))
    return [f"first {_text(counts[0])}, then {_text(counts[1])}; {links} binaries equal"]


def _check_built(world: World, tree: Path) -> None:
    """Compare what Bazel built in a tree of the user's with what the go command makes of it.

    Raises:
        WrongError: They differ.
    """
    files = [path for path in (tree / "bazel-bin").glob("**/*_/*") if path.parent.name == f"{path.name}_"]
    if {path.name: digest(path) for path in files} != world.reference(TINY):
        raise WrongError(f"not the bytes of go build: {', '.join(map(str, files)) or 'no binaries'}")


def _flags(machine: Machine) -> tuple[str, ...]:
    """Return the driver's flags for the cache."""
    return ("-remote-cache", machine.address)


def _cached(machine: Machine) -> str:
    return f"--remote_cache={machine.address}"


def _archives(machine: Machine) -> int:
    """Return how many compiled packages are on the machine."""
    return sum(1 for _ in machine.driver.caches.bazel.glob("*/execroot/*/bazel-out/**/*.a"))


def _text(actions: Counter[str]) -> str:
    return " + ".join(f"{number} {where}" for where, number in sorted(actions.items())) or "no action"
