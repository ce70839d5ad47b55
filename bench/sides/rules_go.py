"""rules_go and gazelle: the same tree in a Bazel workspace, with BUILD files by gazelle."""

from __future__ import annotations

import json
import shutil
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from bench.measure.accounts import Account
from bench.measure.commands import Command
from bench.measure.errors import BenchError
from bench.sides.bazel import bazel_program
from bench.sides.side import Builder, Input, Side
from gomod2bazel.bazel.names import gazelle_repository

__all__ = ["Releases", "RulesGo", "read_directives", "rules_go"]

_MODULE = """\
module(name = "many")

bazel_dep(name = "rules_go", version = "{rules_go}")
bazel_dep(name = "gazelle", version = "{gazelle}")

go_sdk = use_extension("@rules_go//go:extensions.bzl", "go_sdk")
go_sdk.host()

go_deps = use_extension("@gazelle//:extensions.bzl", "go_deps")
go_deps.from_file(go_mod = "//:go.mod")
go_deps.gazelle_default_attributes(
    build_file_generation = "clean",
    directives = ["gazelle:proto disable_global"],
)
use_repo(go_deps, {names})
"""

_GAZELLE = """\
load("@gazelle//:def.bzl", "gazelle")

gazelle(name = "gazelle")
"""

_BUILD = """\
# gazelle:prefix {prefix}
# gazelle:proto disable_global
"""
"""The Go files that were made of .proto files are compiled, as by gomod2bazel; in modules, MODULE.bazel asks for it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Releases:
    """What to compare with.

    Attributes:
        rules_go: The version of rules_go.
        gazelle: The version of gazelle.
        registry: A folder or URL that has both, before Bazel's default; empty for none.
        directives: Lines of directives of gazelle for the first BUILD file.
    """

    rules_go: str
    gazelle: str
    registry: str = ""
    directives: tuple[str, ...] = ()


def read_directives(path: Path) -> tuple[str, ...]:
    """Return the directives of a file, `# gazelle:KEY VALUE`; other comments and empty lines are left out.

    Raises:
        BenchError: The file cannot be read, or a line is neither.
    """
    try:
        lines = [line.strip() for line in path.read_text(encoding="utf-8").splitlines()]
    except (OSError, UnicodeDecodeError) as error:
        raise BenchError(f"{path}: {error}") from error
    for number, line in enumerate(lines, 1):
        if line and not line.startswith("#"):
            raise BenchError(f"{path}:{number}: not a comment: write # gazelle:KEY VALUE")
    return tuple(line for line in lines if line.startswith("# gazelle:"))


class RulesGo(Builder):
    """Bazel with rules_go, in the tree.

    Attributes:
        side: Its environment and caches.
    """

    def __init__(self, side: Side, releases: Releases, program: Path) -> None:
        self.side = side
        self._releases = releases
        self._program = program

    def prepare(self) -> None:
        """Write MODULE.bazel and the first BUILD file into the tree, and build gazelle in another workspace.

        In the tree, this would fetch repositories and compile the standard library before anything is timed.
        """
        described = json.loads(self.side.run(self.side.command("go", "mod", "edit", "-json", cwd=self.tree)))
        required = [item["Path"] for item in described.get("Require") or () if not item.get("Indirect")]
        names = ", ".join(f'"{gazelle_repository(path)}"' for path in required)
        text = _MODULE.format(rules_go=self._releases.rules_go, gazelle=self._releases.gazelle, names=names)
        if not names:
            text = text.replace("use_repo(go_deps, )\n", "")
        (self.tree / "MODULE.bazel").write_text(text, encoding="utf-8")
        lines = [
            _BUILD.format(prefix=described["Module"]["Path"]),
            *(f"{line}\n" for line in self._releases.directives),
        ]
        (self.tree / "BUILD.bazel").write_text("".join(lines), encoding="utf-8")
        with (self.tree / ".bazelrc").open("a", encoding="utf-8") as file:
            file.write("common --lockfile_mode=off\n")
            # By default, rules_go links with -s -w in this mode, which the go command and gomod2bazel do not.
            file.write("build --strip=never\n")
            file.write(f"common --registry={self._registry}\n" if self._registry else "")
        self._build_gazelle()

    def _build_gazelle(self) -> None:
        """Build what `bazel run //:gazelle` would run in the tree, and stop the server: Bazel's share is not timed."""
        self._gazelle.mkdir()
        for name in ("MODULE.bazel", ".bazelrc", "go.mod", "go.sum"):
            if (self.tree / name).is_file():
                shutil.copy2(self.tree / name, self._gazelle / name)
        (self._gazelle / "BUILD.bazel").write_text(_GAZELLE, encoding="utf-8")
        root = f"--output_user_root={self.side.folder / 'bazel-gazelle'}"
        for words in (("build", "--noshow_progress", "//:gazelle"), ("shutdown",)):
            self.side.run(self.side.command(self._program, root, *words, cwd=self._gazelle))

    @property
    def _gazelle(self) -> Path:
        return self.side.folder / "gazelle"

    @property
    def _registry(self) -> str:
        named = self._releases.registry
        return Path(named).resolve().as_uri() if named and "://" not in named else named

    def generate(self) -> Command:
        """Return the command that writes BUILD files."""
        changes = {**self.side.environment, "BUILD_WORKSPACE_DIRECTORY": str(self.tree)}
        return Command(argv=(str(self._gazelle / "bazel-bin" / "gazelle"),), cwd=self.tree, environment=changes)

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
    # Looked up in the user's environment: in the side's, a Bazel would be set up for each run.
    return RulesGo(side, releases, bazel_program(environment))
