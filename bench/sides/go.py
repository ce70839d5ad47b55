"""The go command, with a build cache of its own and the user's module cache."""

from __future__ import annotations

import shutil
from collections.abc import Mapping, Sequence
from pathlib import Path

from bench.measure.accounts import Account
from bench.measure.commands import Command
from bench.sides.side import SAME, Builder, Input, Side
from bench.subjects.tree import write_importer

__all__ = ["Go", "go", "with_users_modules"]

_MAINS = '{{if eq .Name "main"}}{{.ImportPath}}{{end}}'


class Go(Builder):
    """The go command.

    Attributes:
        side: Its environment and caches.
    """

    def __init__(self, side: Side) -> None:
        self.side = side

    def build(self) -> list[Command]:
        """Return the command that builds all main packages of the tree, and what they need."""
        self.out.mkdir(exist_ok=True)
        return [self.command("build", *SAME, "-o", f"{self.out}/", *self.main_packages(), cwd=self.tree)]

    def warm(self, standard: Sequence[str]) -> list[Command]:
        """Return the command that builds a program that imports the packages."""
        folder = self.side.folder / "warm"
        write_importer(folder, standard)
        return [self.command("build", *SAME, "-o", folder / "warm", ".", cwd=folder)]

    def install(self, inputs: Sequence[Input]) -> list[Command]:
        """Return a `go install` for each version of a module."""
        commands = []
        for place, item in enumerate(inputs):
            version = item.module.rpartition("@")[2]
            packages = [f"{package}@{version}" for package in item.packages]
            command = self.command("install", *SAME, *packages)
            # GOBIN must not be set in the environment of the side: it is another folder for each input.
            changes = {**self.side.environment, "GOBIN": str(self.out / str(place))}
            commands.append(Command(argv=command.argv, cwd=command.cwd, environment=changes))
        return commands

    def download(self, modules: Sequence[str]) -> list[Command]:
        """Return the commands that put module versions into the user's module cache, MODULE@VERSION each."""
        return [self.command("mod", "download", module) for module in modules]

    def main_packages(self) -> list[str]:
        """Return the main packages of the tree."""
        return self.side.run(self.command("list", "-f", _MAINS, "./...", cwd=self.tree)).split()

    def empty(self) -> None:
        """Remove the build cache; the user's modules stay."""
        if not self.side.keeps:
            shutil.rmtree(self.side.environment["GOCACHE"], ignore_errors=True)

    def command(self, *arguments: str | Path, cwd: Path | None = None) -> Command:
        """Return a command of go."""
        return self.side.command("go", *arguments, cwd=cwd)


def with_users_modules(environment: Mapping[str, str], account: Account) -> dict[str, str]:
    """Return an environment in which what is in the user's module cache is not asked for on the network.

    `go install MODULE@VERSION` asks for the list of a module's versions each time, which some sources refuse.
    """
    names = ("GOMODCACHE", "GOPROXY")
    user = Side(name="user", folder=Path.cwd(), environment=dict(environment), account=account, keeps=True)
    folder, goproxy = user.run(user.command("go", "env", *names)).splitlines()
    return {**environment, "GOPROXY": f"{Path(folder, 'cache', 'download').as_uri()},{goproxy}"}


def go(folder: Path, environment: Mapping[str, str], account: Account, *, keeps: bool = False) -> Go:
    """Return the go command with a build cache below a folder.

    Args:
        folder: For the cache and sources.
        environment: The user's.
        account: Counts processor time.
        keeps: Whether to use the build cache that the environment names, and never to empty it.
    """
    folder.mkdir(parents=True, exist_ok=True)
    own = {**environment, "GOFLAGS": ""}
    own.pop("GOBIN", None)
    if not keeps:
        own["GOCACHE"] = str(folder / "cache")
    return Go(Side(name="go", folder=folder, environment=own, account=account, keeps=keeps))
