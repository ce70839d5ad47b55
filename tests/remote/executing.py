"""Actions that a server executes, in a file system that has neither Go nor the project."""

from __future__ import annotations

import threading
import time
from collections import Counter

from remote.machine import Machine
from remote.servers import NO_C, NO_PYTHON, Executor, executor
from remote.world import CGO, TINY, Build, World, WrongError

__all__ = ["cgo", "execute", "lost", "unable"]

_REMOTE = "remote"


def _flags(address: str) -> tuple[str, ...]:
    """Return the flags that docs/scale.md names for remote execution with the driver."""
    return (f"--remote_executor={address}", "--strategy_regexp=^(Compiling|Linking).Go=remote")


def execute(world: World, modules: list[str]) -> list[str]:
    """Let a server compile and link everything in a file system without Go and without the project."""
    lines = []
    with executor(world.programs, world.folder / "casd", world.sockets) as server:
        for module in (TINY, *modules):
            with world.machine(server) as machine:
                before, build = time.monotonic(), _build(world, machine, module)
                seconds, number = time.monotonic() - before, world.check(build, module)
                text = _by_the_server(module, machine.actions())
            lines.append(f"{module}: {text} in {seconds:.0f} s; {number} binaries equal")
    return lines


def _build(world: World, machine: Machine, module: str) -> Build:
    """Build with the flag of the driver."""
    return world.build(machine, module, driver_flags=("-remote-executor", machine.address))


def cgo(world: World, _modules: list[str]) -> list[str]:
    """Let a server compile and link C: a message where it has no C compiler, then the bytes of `go build`."""
    folder = world.folder / "casd-cgo"
    with executor(world.programs, folder, world.sockets, NO_C) as server, world.machine(server) as machine:
        build = world.build(machine, CGO, *_flags(machine.address), cgo="1")
    wanted = 'cgo: C compiler "gcc" not found'
    if build.done.code != 1 or build.binaries or wanted not in build.done.err:
        raise WrongError(f"exit {build.done.code}: {build.done.err}")
    # What needs no C compiler is there.
    with executor(world.programs, folder, world.sockets) as server, world.machine(server) as machine:
        build = world.build(machine, CGO, *_flags(machine.address), cgo="1")
        number, actions = world.check(build, CGO, cgo="1"), machine.actions()
    return [f"without: exit 1, {wanted!r}; with: {_by_the_server(CGO, actions)}; {number} binaries equal"]


def _by_the_server(module: str, actions: Counter[str]) -> str:
    """Return where the outputs of actions came from.

    Raises:
        WrongError: The server did not execute all of them, now or before.
    """
    if set(actions) - {_REMOTE, "remote cache hit"} or not actions[_REMOTE]:
        raise WrongError(f"{module}: not everything was executed by the server: {dict(actions)}")
    return " + ".join(f"{number} {where}" for where, number in sorted(actions.items()))


def unable(world: World, _modules: list[str]) -> list[str]:
    """Execute where there is no Python: the message says so."""
    folder = world.folder / "casd-bare"
    with executor(world.programs, folder, world.sockets, NO_PYTHON) as server, world.machine(server) as machine:
        build = world.build(machine, TINY, *_flags(machine.address))
    wanted = "no Python 3.11 or newer on PATH"
    if build.done.code != 1 or build.binaries or wanted not in build.done.err:
        raise WrongError(f"exit {build.done.code}: {build.done.err}")
    return [f"exit 1, {wanted!r}"]


def lost(world: World, _modules: list[str]) -> list[str]:
    """Kill the executing server in the middle of a build: an error, and nothing is installed."""
    with (
        executor(world.programs, world.folder / "casd-lost", world.sockets) as server,
        world.machine(server) as machine,
    ):
        timer = threading.Thread(target=_kill_after, args=(server, 8))
        timer.start()
        build = world.build(machine, TINY, *_flags(machine.address), "--remote_retries=1", "--remote_timeout=5")
        timer.join()
    if build.done.code not in (1, 5) or build.binaries or "UNAVAILABLE" not in build.done.err:
        raise WrongError(f"exit {build.done.code}, {sorted(build.binaries)} installed: {build.done.err}")
    return [f"exit {build.done.code}, nothing installed"]


def _kill_after(server: Executor, results: int) -> None:
    """Kill a server when it has this number of results."""
    while server.results() < results and server.process.poll() is None:
        time.sleep(0.05)
    server.process.kill()
