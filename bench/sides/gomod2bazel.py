"""gomod2bazel of this checkout, with caches of its own."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from pathlib import Path

from bench.measure.accounts import Account
from bench.measure.commands import Command
from bench.sides.bazel import bazel_program
from bench.sides.side import SAME, Builder, Input, Side
from bench.subjects.tree import write_importer
from gomod2bazel.base.disk.caches import Caches

__all__ = ["DRIVER", "ROOT", "Gomod2bazel", "gomod2bazel", "with_remote_cache"]

ROOT = Path(__file__).resolve().parents[2]

DRIVER = ROOT / "tools" / "gomod2bazel"


class Gomod2bazel(Builder):
    """The driver.

    Attributes:
        side: Its environment and caches.
    """

    def __init__(self, side: Side) -> None:
        self.side = side

    def build(self) -> list[Command]:
        """Return the command that builds all binaries of the tree."""
        return [self.driver("build", *SAME, "-set", "all", "-destination", self.out, ".", cwd=self.tree)]

    def warm(self, standard: Sequence[str]) -> list[Command]:
        """Return the command that builds a program that imports the packages."""
        folder = self.side.folder / "warm"
        write_importer(folder, standard)
        return [self.driver("build", *SAME, "-set", "all", "-destination", folder / "bin", ".", cwd=folder)]

    def install(self, inputs: Sequence[Input]) -> list[Command]:
        """Return the one command that builds versions of modules."""
        lines = [f"-destination={self.out / str(place)} {item.module}\n" for place, item in enumerate(inputs)]
        text = "".join(lines)
        # Named by its content: the command may run after others were made.
        file = self.side.folder / f"inputs-{hashlib.sha256(text.encode()).hexdigest()[:16]}"
        file.write_text(text, encoding="utf-8")
        return [self.driver("build", *SAME, "-inputs", file)]

    def install_apart(self, inputs: Sequence[Input]) -> list[Command]:
        """Return one command for each version of a module."""
        return [
            self.driver("build", *SAME, "-destination", self.out / str(place), item.module)
            for place, item in enumerate(inputs)
        ]

    def main_packages(self, module: str) -> Input:
        """Return the main packages of a version of a module that a build installs: those of the set target."""
        listed = json.loads(self.side.run(self.driver("list", "-json", "-set", "target", module)))
        names = [item["import_path"] for item in listed["binaries"] if not item["excluded"]]
        return Input(module=module, packages=tuple(names))

    def empty(self) -> None:
        """Remove all that was built, unpacked and recorded; tools stay."""
        if not self.side.keeps:
            self.side.run(self.driver("clean"))

    def driver(self, *arguments: str | Path, cwd: Path | None = None) -> Command:
        """Return a command of the driver."""
        return self.side.command(DRIVER, *arguments, cwd=cwd)


def gomod2bazel(
    name: str, folder: Path, environment: Mapping[str, str], account: Account, *, keeps: bool = False
) -> Gomod2bazel:
    """Return the driver with caches below a folder.

    Args:
        name: Of the side.
        folder: For its caches and sources.
        environment: The user's.
        account: Counts processor time.
        keeps: Whether to use the caches that the environment names, and never to empty them.
    """
    folder.mkdir(parents=True, exist_ok=True)
    own = {**environment, "GOFLAGS": ""}
    if not keeps:
        cache = folder / "cache" / "gomod2bazel"
        cache.mkdir(parents=True)
        # Go, Bazel and Python are set up once, for all sides.
        tools = Caches.from_environment(environment).tools
        tools.mkdir(parents=True, exist_ok=True)
        (cache / "tools").symlink_to(tools)
        own["XDG_CACHE_HOME"] = str(cache.parent)
    caches = Caches.from_environment(own)
    side = Side(name=name, folder=folder, environment=own, account=account, server=caches.bazel, keeps=keeps)
    return Gomod2bazel(side)


def with_remote_cache(environment: Mapping[str, str], folder: Path, url: str, *, uploads: bool) -> dict[str, str]:
    """Return an environment whose Bazel uses a remote cache.

    Args:
        environment: The user's.
        folder: For the program and its options.
        url: Of the cache.
        uploads: Whether results are written to the cache.
    """
    folder.mkdir(parents=True, exist_ok=True)
    options, wrapper = folder / "remote.bazelrc", folder / "bazel-remote"
    flags = f"--remote_cache={url} --remote_upload_local_results={str(uploads).lower()}"
    options.write_text(f"common {flags}\n", encoding="utf-8")
    wrapper.write_text(f'#!/bin/sh\nexec "{bazel_program(environment)}" --bazelrc="{options}" "$@"\n', encoding="utf-8")
    wrapper.chmod(0o755)
    return {**environment, "BAZEL": str(wrapper)}
