"""One of those that are compared."""

from __future__ import annotations

import hashlib
from abc import ABC, abstractmethod
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from bench.measure.accounts import Account
from bench.measure.commands import Command, measure, run
from bench.measure.usage import Usage

__all__ = ["SAME", "Builder", "Side", "digests"]

SAME = ("-trimpath", "-buildvcs=false", "-ldflags=-buildid=")
"""The flags with which the go command and gomod2bazel write the same bytes."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Side:
    """A program with its caches.

    Attributes:
        name: For tables and charts.
        folder: For all that it keeps.
        environment: Of its commands.
        account: Counts the processor time of its commands.
        server: The output user root of its Bazel server, or None.
        keeps: Whether its caches are left as they are: a trial of the bench.
    """

    name: str
    folder: Path
    environment: dict[str, str]
    account: Account
    server: Path | None = None
    keeps: bool = False

    def command(self, *argv: str | Path, cwd: Path | None = None) -> Command:
        """Return a command with the environment of this side."""
        return Command(argv=tuple(map(str, argv)), cwd=cwd or self.folder, environment=self.environment)

    def measure(self, commands: Sequence[Command], *, at_once: bool = False) -> Usage:
        """Run commands and return what they used."""
        return measure(commands, self.account, self.server, at_once=at_once, synced=not self.keeps)

    def run(self, command: Command) -> str:
        """Run a command whose time does not matter; return what it printed."""
        return run(command, self.account)

    def run_all(self, commands: Sequence[Command]) -> None:
        """Run commands whose time does not matter."""
        for command in commands:
            self.run(command)


class Builder(ABC):
    """Builds with one of the programs: a tree of sources, or versions of modules."""

    side: Side

    @property
    def tree(self) -> Path:
        """The folder for this side's copy of the sources."""
        return self.side.folder / "tree"

    @property
    def out(self) -> Path:
        """The folder for binaries."""
        return self.side.folder / "bin"

    @abstractmethod
    def build(self) -> list[Command]:
        """Return the commands that build all binaries of the tree."""

    @abstractmethod
    def warm(self, standard: Sequence[str]) -> list[Command]:
        """Return the commands that build packages of the standard library, and as little else as possible."""

    @abstractmethod
    def install(self, inputs: Sequence[Input]) -> list[Command]:
        """Return the commands that build versions of modules: each into a folder of `out` by its place in the list."""

    @abstractmethod
    def empty(self) -> None:
        """Remove all that was built, and the server."""

    def binaries(self) -> dict[str, str]:
        """Return the SHA-256 of each binary by its path below `out`."""
        return digests(self.out)


@dataclass(frozen=True, slots=True, kw_only=True)
class Input:
    """A version of a module and the main packages that are built of it."""

    module: str
    packages: tuple[str, ...]


def digests(folder: Path) -> dict[str, str]:
    """Return the SHA-256 of each file below a folder, by its path there."""
    files = [path for path in folder.rglob("*") if path.is_file()] if folder.is_dir() else []
    return {path.relative_to(folder).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest() for path in files}
