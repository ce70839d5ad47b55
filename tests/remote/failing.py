"""A cache that is lost, hangs, is slow or lies: the build ends, with the bytes of `go build` or with an error."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from pathlib import Path

from remote.machine import Machine
from remote.servers import Cache
from remote.world import TINY, Build, World, WrongError

__all__ = ["evicted", "hanging", "killed", "lying", "slow"]

_HIT = "remote cache hit"

_IMPATIENT = ("--remote_timeout=2", "--remote_retries=1")
"""What docs/scale.md recommends for a cache that may fail."""


def killed(world: World, _modules: list[str]) -> list[str]:
    """Kill the server in the middle of a build: the machine compiles the rest."""
    with world.cache("killed") as cache, world.machine(cache) as machine:
        build, seconds = _meanwhile(world, machine, cache, lambda: cache.lookups()[1] >= 8, cache.kill)
        number, actions = world.check(build, TINY), machine.actions()
    return [f"killed after 8 of {actions.total()} actions: {number} binaries equal after {seconds:.0f} s"]


def hanging(world: World, _modules: list[str]) -> list[str]:
    """Stop the server in the middle of a build: connections stay open and nothing is answered."""
    with world.cache("hanging") as cache, world.machine(cache) as machine:
        # Late, as each later action waits several times for the timeout.
        build, seconds = _meanwhile(world, machine, cache, lambda: cache.lookups()[1] >= 24, cache.stop)
        number, actions = world.check(build, TINY), machine.actions()
        cache.resume()
    text = f"hung after 24 of {actions.total()} actions, {' '.join(_IMPATIENT)}"
    return [f"{text}: {number} binaries equal after {seconds:.0f} s"]


def _meanwhile(
    world: World, machine: Machine, cache: Cache, when: Callable[[], bool], do: Callable[[], None]
) -> tuple[Build, float]:
    """Build the tiny tree and do something to the server in the middle; return the seconds that this took, too."""
    ended, happened = threading.Event(), threading.Event()

    def watch() -> None:
        while not ended.is_set():
            if when():
                do()
                happened.set()
                return
            time.sleep(0.02)

    watcher = threading.Thread(target=watch)
    watcher.start()
    try:
        before, build = time.monotonic(), world.build(machine, TINY, f"--remote_cache={machine.address}", *_IMPATIENT)
    finally:
        ended.set()
        watcher.join()
    if not happened.is_set():
        raise WrongError(f"the build ended before anything happened to the server: {build.done.err}")
    return build, time.monotonic() - before


def slow(world: World, _modules: list[str]) -> list[str]:
    """Let each piece of data on the way to the cache and back wait 100 ms."""
    world.fill("tiny")
    with world.cache("tiny") as cache, world.machine(cache, delay=0.1) as machine:
        before, build = time.monotonic(), world.build(machine, TINY, f"--remote_cache={machine.address}")
        seconds, number = time.monotonic() - before, world.check(build, TINY)
        actions = machine.actions()
    if set(actions) != {_HIT}:
        raise WrongError(f"not everything came from the cache: {dict(actions)}")
    return [f"{actions[_HIT]} hits, {number} binaries equal after {seconds:.0f} s"]


def lying(world: World, _modules: list[str]) -> list[str]:
    """Let the server return other bytes of the same length for every digest: none is used."""
    world.fill("lying")
    with world.cache("lying") as cache, world.machine(cache) as machine:
        files = cache.files("cas")
        for file in files:
            file.write_bytes(bytes(byte ^ 1 for byte in file.read_bytes()))
        hits, _ = cache.lookups()
        build = world.build(machine, TINY, f"--remote_cache={machine.address}")
        number, asked = world.check(build, TINY), cache.lookups()[0] - hits
    if not asked:
        raise WrongError("the server was not asked")
    return [f"{len(files)} files changed, {asked} results found: {number} binaries equal; {_notes(build)}"]


def _notes(build: Build) -> str:
    """Return what the driver printed about the remote cache."""
    return "; ".join(line for line in build.done.err.splitlines() if "remote cache" in line) or "no message"


def evicted(world: World, _modules: list[str]) -> list[str]:
    """Empty the cache after a build that left files there: the next build compiles them."""
    world.fill("evicted")
    with world.cache("evicted") as cache, world.machine(cache) as machine:
        flags = (f"--remote_cache={machine.address}",)
        world.check(world.build(machine, TINY, *flags), TINY)
        _empty(cache)
        _edit(machine.folder / "tree" / "tiny.go")
        build = world.build(machine, TINY, *flags)
        if build.done.code or build.binaries != world.go_build(machine.folder / "tree"):
            raise WrongError(f"exit {build.done.code}: {build.done.err}")
    return [f"{len(build.binaries)} binaries equal; {_notes(build)}"]


def _edit(file: Path) -> None:
    file.write_text(file.read_text(encoding="utf-8").replace("asm.Value()", "asm.Value() + 1"), encoding="utf-8")


def _empty(cache: Cache) -> None:
    """Remove everything from the disk of the server, as another program might."""
    for kind in ("cas", "ac"):
        for file in cache.files(kind):
            file.unlink()
