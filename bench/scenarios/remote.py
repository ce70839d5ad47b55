"""A second machine with a remote cache, in comparison with its own cold build and that of the go command."""

from __future__ import annotations

import shutil
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path

from bench.measure.accounts import Account
from bench.measure.result import Result
from bench.measure.usage import Usage
from bench.scenarios.rounds import Contender, run_rounds
from bench.sides.cache_server import CacheServer
from bench.sides.go import Go
from bench.sides.gomod2bazel import Gomod2bazel, gomod2bazel, with_remote_cache
from bench.subjects.tree import Tree

__all__ = ["Machines", "second_machine"]


@dataclass(slots=True, kw_only=True)
class Machines:
    """Makes machines that have built nothing yet: each has another folder, so that all absolute paths differ.

    Attributes:
        tree: What they build.
        folder: For all of them.
        environment: Of all of them.
        account: Counts processor time.
        name: Of the side.
        server: The remote cache, or None.
    """

    tree: Tree
    folder: Path
    environment: Mapping[str, str]
    account: Account
    name: str
    server: CacheServer | None = None
    _current: Gomod2bazel | None = field(default=None, init=False)

    def make(self, number: int, *, uploads: bool = False) -> Gomod2bazel:
        """Return a new machine, and remove the one before."""
        self.end()
        at, own = self.folder / f"{self.name.replace(' ', '-')}-{number}", self.environment
        if self.server:
            own = with_remote_cache(own, at / "remote", self.server.url, uploads=uploads)
        self._current = gomod2bazel(self.name, at, own, self.account)
        self.tree.copy(self._current.tree)
        return self._current

    def end(self) -> None:
        """Stop the server of the last machine and remove its files."""
        if self._current:
            self._current.empty()
            shutil.rmtree(self._current.side.folder, ignore_errors=True)
        self._current = None

    def contender(self) -> Contender:
        """Return the side that builds on a new machine in each round."""

        def timed() -> Usage:
            machine = self._machine()
            used = machine.side.measure(machine.build())
            if not self.server:
                return used
            entries, size = self.server.size()
            return replace(used, figures={"cache_entries": entries, "cache_bytes": size})

        return Contender(name=self.name, prepare=self.make, run=timed, binaries=lambda: self._machine().binaries())

    def _machine(self) -> Gomod2bazel:
        return self._current or self.make(0)


def second_machine(remote: Machines, alone: Machines, go: Go, rounds: int) -> Result:
    """Fill the cache from a first machine, then time second ones, which only read the cache.

    Args:
        remote: Machines with the cache.
        alone: Machines without it.
        go: The other side; it builds with everything empty, too.
        rounds: How many.
    """
    first = remote.make(0, uploads=True)
    first.side.run_all(first.build())
    shutil.rmtree(go.tree, ignore_errors=True)
    remote.tree.copy(go.tree)
    commands = go.build()
    cold = Contender(
        name=go.side.name,
        prepare=lambda _: go.empty(),
        run=lambda: go.side.measure(commands),
        binaries=go.binaries,
    )
    try:
        contenders = [remote.contender(), alone.contender(), cold]
        return run_rounds("second-machine", remote.tree.name, contenders, rounds)
    finally:
        remote.end()
        alone.end()
