"""Runs scenarios: makes the sides and the trees, and collects the results."""

from __future__ import annotations

import datetime
import os
import platform
import shutil
import subprocess
import tempfile
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from bench.measure.accounts import Account, ProcessTree, account_for, adopt_orphans
from bench.measure.errors import BenchError
from bench.measure.result import Result
from bench.report.document import Document
from bench.report.text import line_of
from bench.scenarios.inputs import drivers, main_packages, many, second
from bench.scenarios.lock import lock_scenarios
from bench.scenarios.monorepo import Ours, Repository, Theirs, copy_tree, run_monorepo
from bench.scenarios.remote import Machines, second_machine
from bench.scenarios.rounds import Say
from bench.scenarios.trees import TREE_SCENARIOS, prepare, run_tree_scenario
from bench.sides.cache_server import cache_server
from bench.sides.go import Go, go, with_users_modules
from bench.sides.gomod2bazel import ROOT, Gomod2bazel, gomod2bazel
from bench.sides.rules_go import Releases, RulesGo, rules_go
from bench.subjects.tree import Size, Tree, checkout, module_tree, synthetic
from gomod2bazel import __version__
from gomod2bazel.base.disk.caches import Caches
from gomod2bazel.base.disk.files import remove_tree
from gomod2bazel.base.process.runner import SubprocessRunner
from gomod2bazel.base.process.steps import ShownSteps
from gomod2bazel.provision.bazel import find_bazel
from gomod2bazel.provision.go import find_go

__all__ = ["ALL", "Options", "run_all"]

ALL = (*TREE_SCENARIOS, "second-machine", "second-module", "many-modules", "drivers-at-once", "monorepo", "lock")
"""The names of all scenarios, in the order in which they run."""

_ON_TREES = (*TREE_SCENARIOS, "second-machine", "monorepo", "lock")


@dataclass(frozen=True, slots=True, kw_only=True)
class Options:
    """What to run.

    Attributes:
        command: The words of the command line.
        scenarios: Some of `ALL`.
        modules: MODULE@VERSION of trees.
        synthetic: Sizes of trees.
        trees: Folders of checkouts.
        inputs: A file of MODULE@VERSION lines, for scenarios with several.
        drivers: How many run at once.
        rounds: How many rounds.
        build: Whether monorepo builds, too.
        releases: Those of rules_go and gazelle, or None.
        trial: Whether the caches of the environment are used and kept.
    """

    command: tuple[str, ...]
    scenarios: tuple[str, ...]
    modules: tuple[str, ...] = ()
    synthetic: tuple[Size, ...] = ()
    trees: tuple[Path, ...] = ()
    inputs: Path = Path()
    drivers: int = 10
    rounds: int = 5
    build: bool = False
    releases: Releases | None = None
    trial: bool = False


def run_all(options: Options, say: Say) -> Document:
    """Run all scenarios and return the results.

    Args:
        options: What to run.
        say: Takes a line for each result.

    Raises:
        BenchError: A command failed, or a scenario has nothing to build.
    """
    if set(options.scenarios) & set(_ON_TREES) and not (options.modules or options.synthetic or options.trees):
        raise BenchError("name what to build: -module, -synthetic or -tree")
    load, date = os.getloadavg(), datetime.datetime.now(datetime.UTC).isoformat(timespec="seconds")
    with _bench(options) as bench:
        results = []
        for result in bench.results(say):
            say(line_of(result))
            results.append(result)
        return Document(
            date=date,
            command=options.command,
            versions=bench.versions(),
            cores=len(os.sched_getaffinity(0)),
            load=load,
            cpu_source=bench.account("go").source,
            trial=options.trial,
            results=tuple(results),
        )


@contextmanager
def _bench(options: Options) -> Iterator[_Bench]:
    """Make the folder for a run, and remove it at the end with all servers in it."""
    caches = Caches.from_environment(os.environ)
    caches.root.mkdir(parents=True, exist_ok=True)
    runner = SubprocessRunner()
    tool = find_go(os.environ, runner, caches, ShownSteps(say=print))
    path = f"{tool.path.parent}{os.pathsep}{os.environ.get('PATH', os.defpath)}"
    environment = {**os.environ, **dict(tool.environment), "PATH": path}
    # Not below /tmp, which actions have an empty one of.
    folder = Path(tempfile.mkdtemp(prefix="bench-", dir=caches.root))
    with ExitStack() as stack:
        stack.callback(remove_tree, folder)
        bench = _Bench(options=options, folder=folder, environment=environment, stack=stack)
        stack.callback(bench.end)
        yield bench


@dataclass(slots=True, kw_only=True)
class _Bench:
    """A run.

    Attributes:
        options: What to run.
        folder: For everything that it writes.
        environment: The user's, with the go command first on PATH.
        stack: What to do at the end.
    """

    options: Options
    folder: Path
    environment: Mapping[str, str]
    stack: ExitStack
    _accounts: dict[str, Account] = field(default_factory=dict)
    _excluded: set[int] = field(default_factory=set)
    _ends: list[Callable[[], object]] = field(default_factory=list)
    _count: int = 0

    def results(self, say: Say) -> Iterator[Result]:
        """Run the scenarios and yield their results."""
        for tree in self._trees():
            yield from self._with_tree(tree, say)
        if set(self.options.scenarios) - set(_ON_TREES):
            yield from self._with_inputs()

    def account(self, name: str) -> Account:
        """Return the account of a side, the same one for each name."""
        if name not in self._accounts:
            self._accounts[name] = account_for(name.replace(" ", "-"), lambda: self._excluded)
            if isinstance(self._accounts[name], ProcessTree):
                adopt_orphans()
        return self._accounts[name]

    def versions(self) -> dict[str, str]:
        """Return the versions of what took part."""
        runner, caches = SubprocessRunner(), Caches.from_environment(os.environ)
        found = {
            "gomod2bazel": __version__,
            "commit": _commit(),
            "go": find_go(self.environment, runner, caches, ShownSteps(say=print)).version,
            "bazel": find_bazel(self.environment, runner, caches, ShownSteps(say=print)).version,
            "python": platform.python_version(),
        }
        releases = self.options.releases
        return {**found, "rules_go": releases.rules_go, "gazelle": releases.gazelle} if releases else found

    def end(self) -> None:
        """Stop all servers."""
        for end in self._ends:
            end()
        for account in self._accounts.values():
            account.close()

    def _new_folder(self, name: str) -> Path:
        self._count += 1
        return self.folder / f"{name.replace(' ', '-')}-{self._count}"

    def _trees(self) -> Iterator[Tree]:
        if not set(self.options.scenarios) & set(_ON_TREES):
            return
        yield from (module_tree(module, self.environment) for module in self.options.modules)
        yield from (synthetic(size, self.folder, self.environment) for size in self.options.synthetic)
        yield from (checkout(folder) for folder in self.options.trees)

    def _ours(self, name: str, environment: Mapping[str, str]) -> Gomod2bazel:
        """Return a side of gomod2bazel, whose server is stopped at the end."""
        made = gomod2bazel(name, self._new_folder(name), environment, self.account(name), keeps=self.options.trial)
        self._ends.append(made.empty)
        return made

    def _go(self, environment: Mapping[str, str]) -> Go:
        return go(self._new_folder("go"), environment, self.account("go"), keeps=self.options.trial)

    def _rules_go(self, environment: Mapping[str, str], releases: Releases) -> RulesGo:
        return rules_go(self._new_folder("rules_go"), environment, self.account("rules_go"), releases)

    def _with_tree(self, tree: Tree, say: Say) -> Iterator[Result]:
        environment, names = {**self.environment, **tree.environment}, self.options.scenarios
        chosen = [name for name in TREE_SCENARIOS if name in names]
        if chosen:
            yield from self._builds(tree, environment, chosen)
        if "second-machine" in names:
            yield self._second_machine(tree, environment)
        if "monorepo" in names:
            yield from self._monorepo(tree, environment, say)
        if "lock" in names:
            ours = self._repository(tree, environment)
            yield from lock_scenarios(tree, ours, self.options.rounds)

    def _builds(self, tree: Tree, environment: Mapping[str, str], chosen: list[str]) -> Iterator[Result]:
        ours, theirs, releases = self._ours("gomod2bazel", environment), self._go(environment), self.options.releases
        third = [self._rules_go(environment, releases)] if releases else []
        prepared = prepare(tree, [ours, theirs, *third], theirs)
        for name in chosen:
            yield run_tree_scenario(name, prepared, self.options.rounds)
        ours.empty()
        for side in third:
            side.empty()

    def _second_machine(self, tree: Tree, environment: Mapping[str, str]) -> Result:
        server = self.stack.enter_context(cache_server(self._new_folder("stored")))
        # Its time is that of another machine.
        self._excluded.add(server.pid)

        def machines(name: str, *, remote: bool) -> Machines:
            return Machines(
                tree=tree,
                folder=self._new_folder("machines"),
                environment=environment,
                account=self.account(name),
                name=name,
                server=server if remote else None,
            )

        alone = machines("own cold", remote=False)
        return second_machine(
            machines("second machine", remote=True), alone, self._go(environment), self.options.rounds
        )

    def _repository(
        self, tree: Tree, environment: Mapping[str, str], *, init: bool = False, nested: bool = True
    ) -> Ours:
        side = self._ours("gomod2bazel", environment).side
        copy_tree(tree, side, nested=nested)
        return Ours(side, tree, init=init)

    def _monorepo(self, tree: Tree, environment: Mapping[str, str], say: Say) -> Iterator[Result]:
        # A checkout may have several modules, with a lock each. gazelle reads one go.mod, so that all sides get one.
        nested = self.options.releases is None
        repositories: list[Repository] = [self._repository(tree, environment, init=tree.size is None, nested=nested)]
        if self.options.releases:
            theirs = self._rules_go(environment, self.options.releases)
            copy_tree(tree, theirs.side, nested=nested)
            repositories.append(Theirs(theirs))
        yield from run_monorepo(tree, repositories, self.options.rounds, say, build=self.options.build)

    def _with_inputs(self) -> Iterator[Result]:
        lines = self.options.inputs.read_text(encoding="utf-8").splitlines()
        modules = [line.strip() for line in lines if line.strip() and not line.startswith("#")]
        # The checksum database would be asked again after each time that everything is emptied: a network's time.
        environment = with_users_modules({**self.environment, "GONOSUMDB": "*"}, self.account("user"))
        ours, theirs, names = self._ours("gomod2bazel", environment), self._go(environment), self.options.scenarios
        count = self.options.drivers
        needed = modules if "many-modules" in names else modules[: max(2, count if "drivers-at-once" in names else 2)]
        theirs.side.run_all(theirs.download(needed))
        inputs = main_packages(ours, needed)
        if len(inputs) < 2:
            raise BenchError(f"{self.options.inputs}: fewer than two modules")
        theirs.side.run_all(theirs.install(inputs))  # the user's module cache then has all that is needed
        if "second-module" in names:
            yield second(ours, theirs, inputs[0], inputs[1], self.options.rounds)
        if "many-modules" in names:
            yield many(ours, theirs, inputs, self.options.rounds)
        if "drivers-at-once" in names:
            ours.empty()
            together, row = self._ours("at once", environment), self._ours("in a row", environment)
            yield drivers(together, row, inputs[:count], self.options.rounds)


def _commit() -> str:
    """Return the commit of this checkout, with a mark where files differ from it; empty without git."""
    git = shutil.which("git")
    if git is None:
        return ""
    words = [git, "-C", str(ROOT), "describe", "--always", "--dirty", "--abbrev=10"]
    return subprocess.run(words, capture_output=True, text=True, check=False).stdout.strip()
