"""A repository with BUILD files: writing them, analysis and builds, also with gazelle and rules_go."""

from __future__ import annotations

import json
import shutil
from abc import ABC, abstractmethod
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace

from bench.measure.commands import Command
from bench.measure.result import Result
from bench.measure.usage import Usage
from bench.scenarios.rounds import Contender, Say, run_rounds
from bench.scenarios.targets import QUERY, Targets, differences
from bench.sides.bazel import bazel_program
from bench.sides.gomod2bazel import DRIVER, ROOT
from bench.sides.rules_go import RulesGo
from bench.sides.side import Side
from bench.subjects.edits import Edits, json_values, prepare_edits
from bench.subjects.tree import Tree

__all__ = ["Ours", "Repository", "Theirs", "run_monorepo"]

_FIELDS = "-json=ImportPath,Dir,Deps,GoFiles,Imports,Module,Standard"

_MODULE = """\
module(name = "many")

bazel_dep(name = "gomod2bazel", version = "0.1.0")
local_path_override(module_name = "gomod2bazel", path = {root})

go_modules = use_extension("@gomod2bazel//rules:extensions.bzl", "go_modules")
go_modules.from_file({goproxy}lock = "//:gomod2bazel.lock.json")
use_repo(go_modules, "go_sdk")

register_toolchains("@go_sdk//:all")
"""


class Repository(ABC):
    """One side: its copy of the tree, and the commands."""

    side: Side

    @abstractmethod
    def generate(self) -> Command:
        """Return the command that writes BUILD files."""

    @abstractmethod
    def bazel(self, *arguments: str) -> Command:
        """Return a command of Bazel."""


class Ours(Repository):
    """gomod2bazel in a Bazel workspace."""

    def __init__(self, side: Side, tree: Tree, *, init: bool = False) -> None:
        """Prepare the side's copy of the tree.

        Args:
            side: Its environment and caches.
            tree: What it has a copy of.
            init: Whether `generate -init` writes MODULE.bazel, with the locks of all modules, and not this function.
        """
        self.side = side
        self._arguments = ("generate", "-init") if init else ("generate",)
        self._folder = side.folder / "tree"
        self._program = bazel_program(side.environment)
        if init:
            # -init writes this line into a file that the .bazelrc of `copy_tree` does not import.
            with (self._folder / ".bazelrc").open("a", encoding="utf-8") as file:
                file.write(f"common --override_module=gomod2bazel={ROOT}\n")
            return
        goproxy = f"goproxy = [{json.dumps(tree.goproxy)}], " if tree.goproxy else ""
        text = _MODULE.format(root=json.dumps(str(ROOT)), goproxy=goproxy)
        (self._folder / "MODULE.bazel").write_text(text, encoding="utf-8")

    def generate(self) -> Command:
        """Return the command that writes the lock and BUILD files."""
        return self.side.command(DRIVER, *self._arguments, cwd=self._folder)

    def bazel(self, *arguments: str) -> Command:
        """Return a command of Bazel."""
        return self.side.command(self._program, f"--output_user_root={self.side.server}", *arguments, cwd=self._folder)


class Theirs(Repository):
    """rules_go in a Bazel workspace, and the program of gazelle, started directly."""

    def __init__(self, builder: RulesGo) -> None:
        """Write MODULE.bazel into the side's copy of the tree, and build gazelle in another workspace."""
        self.side = builder.side
        self._builder = builder
        builder.prepare()

    def generate(self) -> Command:
        """Return the command that writes BUILD files."""
        return self._builder.generate()

    def bazel(self, *arguments: str) -> Command:
        """Return a command of Bazel."""
        return self._builder.bazel(*arguments)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Step:
    """What all sides do.

    Attributes:
        name: Of the scenario.
        command: What is timed.
        before: What is done first.
        several: Whether the step can be repeated, in as many rounds as asked for.
        heap: Whether the heap of the server is asked for afterwards.
        targets: Whether the targets are listed and compared afterwards.
    """

    name: str
    command: Callable[[Repository], Command]
    before: Callable[[Repository, Edits], object] = lambda _repository, _edits: None
    several: bool = False
    heap: bool = False
    targets: bool = False


def _steps(*, build: bool) -> Iterator[_Step]:
    """Yield the steps in their order."""

    def bazel(*arguments: str) -> Callable[[Repository], Command]:
        return lambda repository: repository.bazel(*arguments, "--noshow_progress", "//...")

    def generate(repository: Repository) -> Command:
        return repository.generate()

    yield _Step(name="BUILD files: first", command=generate)
    yield _Step(name="BUILD files: no change", command=generate, several=True)
    yield _Step(
        name="BUILD files: an import added",
        command=generate,
        before=lambda _, edits: edits.write(imports=True),
    )
    analysis = bazel("build", "--nobuild")
    yield _Step(name="analysis: nothing fetched", command=analysis, before=_shut_down, targets=True)
    yield _Step(name="analysis: new server", command=analysis, before=_shut_down, heap=True)
    yield _Step(name="analysis: no change", command=analysis, several=True)
    if not build:
        return
    yield _Step(name="build: everything", command=bazel("build"), heap=True)
    yield _Step(name="build: no change", command=bazel("build"), several=True)
    yield _Step(
        name="build: a function's body edited",
        command=bazel("build"),
        before=lambda _, edits: edits.write(imports=True, body=1),
    )


def _shut_down(repository: Repository, _: Edits) -> None:
    repository.side.run(repository.bazel("shutdown"))


def run_monorepo(
    tree: Tree, repositories: Sequence[Repository], rounds: int, say: Say, *, build: bool
) -> Iterator[Result]:
    """Yield the result of each step; the sides have copies of the tree, with no BUILD files yet.

    Args:
        tree: What the copies are of.
        repositories: The sides, ours first.
        rounds: How often steps are repeated that change nothing.
        say: Takes a line for each step.
        build: Whether everything is built, too.
    """
    edits = [_edits(repository) for repository in repositories]
    listed: dict[str, Targets] = {}
    for edit in edits:
        edit.write()
    size = tree.size
    numbers = {"packages": size.packages, "modules": size.modules, "binaries": size.binaries} if size else {}
    for step in _steps(build=build):
        say(f"{tree.name}: {step.name}")
        pairs = zip(repositories, edits, strict=True)
        contenders = [_contender(step, repository, edit, listed) for repository, edit in pairs]
        yield run_rounds(step.name, tree.name, contenders, rounds if step.several else 1, numbers)
        if step.targets:
            for line in differences(listed):
                say(f"{tree.name}: {line}")
    for repository, edit in zip(repositories, edits, strict=True):
        _shut_down(repository, edit)


def _edits(repository: Repository) -> Edits:
    folder = repository.side.folder / "tree"
    listing = repository.side.command("go", "list", "-deps", _FIELDS, "./...", cwd=folder)
    return prepare_edits(json_values(repository.side.run(listing)), folder)


def _contender(step: _Step, repository: Repository, edits: Edits, listed: dict[str, Targets]) -> Contender:
    """Return one side of a step, whose targets are added to ``listed``.

    Binaries are not compared: rules_go gives compiler and linker other flags.
    """
    side = repository.side

    def timed() -> Usage:
        used = side.measure([step.command(repository)])
        if step.heap:
            heap = side.run(repository.bazel("info", "used-heap-size-after-gc")).strip()
            return replace(used, figures={"heap_bytes": float(heap.removesuffix("MB")) * 1e6})
        if step.targets:
            listed[side.name] = Targets.parse(side.run(repository.bazel(*QUERY)))
            return replace(used, figures=listed[side.name].figures())
        return used

    return Contender(name=side.name, prepare=lambda _: step.before(repository, edits), run=timed)


def copy_tree(tree: Tree, side: Side, *, nested: bool = True) -> None:
    """Copy the tree for a side, with a .bazelrc that lets repository rules reach the same sources.

    Args:
        tree: What is copied.
        side: Whose folder it goes to.
        nested: Whether with the modules below that of the tree.
    """
    folder = side.folder / "tree"
    shutil.rmtree(folder, ignore_errors=True)
    tree.copy(folder, nested=nested)
    names = ("GOPROXY", "GONOSUMDB")
    lines = [f"common --repo_env={name}={tree.environment[name]}\n" for name in names if name in tree.environment]
    (folder / ".bazelrc").write_text("common --lockfile_mode=off\n" + "".join(lines), encoding="utf-8")
