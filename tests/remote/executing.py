"""Actions that a server executes, in a file system that has neither Go nor the project."""

from __future__ import annotations

import threading
import time

from remote.servers import NO_PYTHON, Executor, executor
from remote.world import TINY, World, WrongError

__all__ = ["execute", "lost", "unable"]

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
                before, build = time.monotonic(), world.build(machine, module, *_flags(machine.address))
                seconds, number, actions = time.monotonic() - before, world.check(build, module), machine.actions()
            if set(actions) - {_REMOTE, "remote cache hit"} or not actions[_REMOTE]:
                raise WrongError(f"{module}: not everything was executed by the server: {dict(actions)}")
            text = " + ".join(f"{many} {where}" for where, many in sorted(actions.items()))
            lines.append(f"{module}: {text} in {seconds:.0f} s; {number} binaries equal")
    return lines


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
