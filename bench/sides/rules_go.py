"""rules_go and gazelle: the same tree in a Bazel workspace, with BUILD files by gazelle."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from bench.measure.accounts import Account
from bench.measure.commands import Command
from bench.measure.errors import BenchError
from bench.sides.bazel import bazel_program
from bench.sides.side import Builder, Input, Side
from gomod2bazel.bazel.names import gazelle_repository

__all__ = ["Releases", "RulesGo", "rules_go"]

_MODULE = """\
module(name = "many")

bazel_dep(name = "rules_go", version = "{rules_go}")
bazel_dep(name = "gazelle", version = "{gazelle}")

go_sdk = use_extension("@rules_go//go:extensions.bzl", "go_sdk")
go_sdk.host()

go_deps = use_extension("@gazelle//:extensions.bzl", "go_deps")
go_deps.from_file(go_mod = "//:go.mod")
use_repo(go_deps, {names})
"""

_BUILD = """\
load("@gazelle//:def.bzl", "gazelle")

# gazelle:prefix {prefix}
gazelle(name = "gazelle")
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Releases:
    """What to compare with.

    Attributes:
        rules_go: The version of rules_go.
        gazelle: The version of gazelle.
        registry: A folder or URL that has both, before Bazel's default; empty for none.
    """

    rules_go: str
    gazelle: str
    registry: str = ""


class RulesGo(Builder):
    """Bazel with rules_go, in the tree.

    Attributes:
        side: Its environment and caches.
    """

    def __init__(self, side: Side, releases: Releases) -> None:
        self.side = side
        self._releases = releases
        self._program = bazel_program(side.environment)

    def prepare(self) -> None:
        """Write MODULE.bazel and the first BUILD file into the tree, and build gazelle."""
        described = json.loads(self.side.run(self.side.command("go", "mod", "edit", "-json", cwd=self.tree)))
        required = [item["Path"] for item in described.get("Require") or () if not item.get("Indirect")]
        names = ", ".join(f'"{gazelle_repository(path)}"' for path in required)
        text = _MODULE.format(rules_go=self._releases.rules_go, gazelle=self._releases.gazelle, names=names)
        if not names:
            text = text.replace("use_repo(go_deps, )\n", "")
        (self.tree / "MODULE.bazel").write_text(text, encoding="utf-8")
        prefix = described["Module"]["Path"]
        (self.tree / "BUILD.bazel").write_text(_BUILD.format(prefix=prefix), encoding="utf-8")
        with (self.tree / ".bazelrc").open("a", encoding="utf-8") as file:
            file.write("common --lockfile_mode=off\n")
            file.write(f"common --registry={self._registry}\n" if self._registry else "")
        # What `bazel run //:gazelle` runs when nothing is to be built: Bazel's share is not timed.
        self.side.run(self.bazel("build", "--noshow_progress", "//:gazelle"))

    @property
    def _registry(self) -> str:
        named = self._releases.registry
        return Path(named).resolve().as_uri() if named and "://" not in named else named

    def generate(self) -> Command:
        """Return the command that writes BUILD files."""
        changes = {**self.side.environment, "BUILD_WORKSPACE_DIRECTORY": str(self.tree)}
        return Command(argv=("bazel-bin/gazelle",), cwd=self.tree, environment=changes)

    def build(self) -> list[Command]:
        """Return the command that builds all binaries of the tree."""
        query = self.bazel("query", "--noshow_progress", "--output=label", "kind(go_binary, //...)")
        labels = self.side.run(query).split()
        if not labels:
            raise BenchError(f"{self.tree}: gazelle wrote no go_binary")
        return [self.bazel("build", "--noshow_progress", *labels)]

    def warm(self, standard: Sequence[str]) -> list[Command]:
        """Return the command that builds the standard library, which rules_go does in one action."""
        del standard
        return [self.bazel("build", "--noshow_progress", "@rules_go//:stdlib")]

    def install(self, inputs: Sequence[Input]) -> list[Command]:
        """Refuse: rules_go builds no version of a module by itself."""
        raise BenchError(f"rules_go cannot build {', '.join(item.module for item in inputs)}")

    def empty(self) -> None:
        """Remove all that was built, the fetched repositories and the server."""
        if not self.side.keeps:
            self.side.run(self.bazel("clean", "--expunge"))

    def bazel(self, *arguments: str) -> Command:
        """Return a command of Bazel in the tree."""
        return self.side.command(self._program, f"--output_user_root={self.side.server}", *arguments, cwd=self.tree)


def rules_go(folder: Path, environment: Mapping[str, str], account: Account, releases: Releases) -> RulesGo:
    """Return rules_go with an output user root and a module cache below a folder.

    Args:
        folder: For the caches and sources.
        environment: The user's; BAZEL names the program.
        account: Counts processor time.
        releases: The versions.
    """
    folder.mkdir(parents=True, exist_ok=True)
    own = {**environment, "GOFLAGS": "-modcacherw", "XDG_CACHE_HOME": str(folder / "cache")}
    side = Side(name="rules_go", folder=folder, environment=own, account=account, server=folder / "bazel")
    return RulesGo(side, releases)
