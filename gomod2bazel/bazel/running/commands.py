"""What is built by which Bazel command: modules that agree on its flags are built by one."""

from __future__ import annotations

from collections.abc import Callable, Collection, Hashable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Protocol

from gomod2bazel.bazel.names import repository_name
from gomod2bazel.bazel.prepared import PreparedModule
from gomod2bazel.bazel.running.merged_locks import MergedLocks, Placed
from gomod2bazel.bazel.server.build_report import BuildReport, apparent
from gomod2bazel.bazel.workspace import Contents
from gomod2bazel.options.options import CompileOptions

__all__ = ["Command", "ModuleTargets", "ModulesCommand", "Result", "commands_for", "parts_of"]


@dataclass(frozen=True, slots=True, kw_only=True)
class ModuleTargets:
    """Binaries to build of one module for one platform.

    Attributes:
        prepared: the module.
        targets: where each binary will be installed, by the name of its target.
        compiled: how to compile it.
        packages: how many packages they need.
        joint: the module for all platforms of the run, if one lock can have them.
    """

    prepared: PreparedModule
    targets: Mapping[str, str]
    compiled: CompileOptions
    packages: int
    joint: PreparedModule | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Result:
    """What a command did for one module.

    Attributes:
        report: as if the module had been built alone.
        names: the import path of each of its packages and binaries by label, with the repository's apparent name.
    """

    report: BuildReport
    names: Mapping[str, str]


class Command(Protocol):
    """One Bazel command."""

    @property
    def numbers(self) -> Sequence[int]:
        """Which modules, among all that are built."""

    @property
    def modules(self) -> Sequence[ModuleTargets]:
        """What is built of each."""

    @property
    def contents(self) -> Contents:
        """What the private workspace has."""

    @property
    def labels(self) -> list[str]:
        """What Bazel builds: aliases in the repository ``input``."""

    @property
    def names(self) -> Mapping[str, str]:
        """The import path of each package and binary by its label, with the repository's apparent name; aliases too."""

    @property
    def shown(self) -> Mapping[str, str]:
        """The user's folders, by what a build without folders calls them."""

    @property
    def packages(self) -> int:
        """How many packages all binaries need together."""

    def results(self, report: BuildReport) -> list[Result]:
        """Return what the command did for each module."""


@dataclass(slots=True, kw_only=True)
class ModulesCommand:
    """A command for modules that agree on all flags. Its properties are those of `Command`.

    Attributes:
        numbers: of the modules, among all that are built.
        modules: what is built of each.
        merged: their locks as one; None for one module.
        placed: where the repositories of each are; nothing for one module.
    """

    numbers: list[int]
    modules: list[ModuleTargets]
    merged: MergedLocks | None = None
    placed: list[Placed] = field(default_factory=list)

    def accepts(self, number: int, module: ModuleTargets) -> bool:
        """Add a module, which agrees on all flags; return False if this command cannot build it, too."""
        shown = self.shown
        if any(shown.get(name, folder) != folder for name, folder in module.prepared.shown.items()):
            # Two folders of one module: messages would not tell which one they are about.
            return False
        merged, placed = self.merged, self.placed
        if merged is None:
            merged = MergedLocks()
            first = merged.add(self.modules[0].prepared, self.modules[0].targets)
            placed = [first] if first else []
        added = merged.add(module.prepared, module.targets)
        if added is None:
            return False
        self.merged, self.placed = merged, [*placed, added]
        self.numbers.append(number)
        self.modules.append(module)
        return True

    @property
    def contents(self) -> Contents:
        """One lock, and aliases in a folder of the repository ``input`` for each of several modules."""
        if self.merged:
            inputs = {f"{number}": placed.main for number, placed in enumerate(self.placed, 1)}
            return Contents(lock=self.merged.text(), folders=self.merged.folders, inputs=inputs)
        prepared = self.modules[0].prepared
        inputs = {"": repository_name(prepared.path, prepared.version)}
        return Contents(lock=prepared.lock, folders=prepared.folders, inputs=inputs)

    @property
    def labels(self) -> list[str]:
        """What Bazel builds."""
        return [label for index in range(len(self.modules)) for label in self._labels(index)]

    def _labels(self, index: int) -> list[str]:
        targets = self.modules[index].targets
        if not self.merged:
            return [f"@input//:{target}" for target in targets]
        return [f"@input//{index + 1}:{self.placed[index].targets[target]}" for target in targets]

    @property
    def names(self) -> dict[str, str]:
        """The import path of each package and binary by its label, with the repository's apparent name; aliases too."""
        return {label: name for names in self._names() for label, name in names.items()}

    def _names(self) -> list[Mapping[str, str]]:
        if not self.merged:
            return [self.modules[0].prepared.names]
        return [
            _renamed(module.prepared, placed) | {apparent(label): label for label in self._labels(index)}
            for index, (module, placed) in enumerate(zip(self.modules, self.placed, strict=True))
        ]

    @property
    def shown(self) -> dict[str, str]:
        """The user's folders, by what a build without folders calls them."""
        return {name: folder for module in self.modules for name, folder in module.prepared.shown.items()}

    @property
    def packages(self) -> int:
        """How many packages all binaries need together."""
        if not self.merged:
            return self.modules[0].packages
        return len({package for placed in self.placed for package in placed.needed})

    def results(self, report: BuildReport) -> list[Result]:
        """Return what the command did for each module."""
        names = self._names()
        if not self.merged:
            return [Result(report=report, names=names[0])]
        every = self.names
        parts = parts_of(report, self.modules, [self._labels(index) for index in range(len(self.modules))])
        return [
            Result(report=_of_one(part, every, names_of), names=names_of)
            for part, names_of in zip(parts, names, strict=True)
        ]


def parts_of(
    report: BuildReport, modules: Sequence[ModuleTargets], labels: Sequence[Sequence[str]]
) -> list[BuildReport]:
    """Return what a report has of each module, as if it had been built alone; failures are in those that lack binaries.

    Args:
        report: of a command.
        modules: that it built.
        labels: of the binaries of each, in the order of its targets.
    """
    parts = [_part(report, _targets(report, module, names)) for module, names in zip(modules, labels, strict=True)]
    built = [{label.partition("//:")[2] for label in part.built} for part in parts]
    failed = [not module.targets.keys() <= complete for module, complete in zip(modules, built, strict=True)]
    if not any(failed):
        # Nothing tells whose it is.
        return parts
    return [part if is_failed else _without_failures(part) for part, is_failed in zip(parts, failed, strict=True)]


def _targets(report: BuildReport, module: ModuleTargets, labels: Sequence[str]) -> dict[str, str]:
    """Return the labels of a module's binaries in a report, with the labels that they would have alone."""
    known = {apparent(label): target for label, target in zip(labels, module.targets, strict=True)}
    reported = {*report.built, *report.failed, *(label for label, _ in report.outputs)}
    return {label: f"@input//:{known[apparent(label)]}" for label in reported if apparent(label) in known}


def commands_for(modules: Sequence[ModuleTargets], key: Callable[[ModuleTargets], Hashable | None]) -> list[Command]:
    """Return the commands that build all modules, in the order in which each is needed first.

    Args:
        modules: what to build.
        key: what modules must agree on to be built by one command; None for one that is built alone.
    """
    commands: list[tuple[Hashable | None, ModulesCommand]] = []
    for number, item in enumerate(modules):
        agreed = key(item)
        if agreed is None or not any(agreed == other and command.accepts(number, item) for other, command in commands):
            commands.append((agreed, ModulesCommand(numbers=[number], modules=[item])))
    return [command for _, command in commands]


def _renamed(prepared: PreparedModule, placed: Placed) -> dict[str, str]:
    """Return the names of packages and binaries by the labels that they have among those of several modules."""
    main = repository_name(prepared.path, prepared.version)
    renamed = {}
    for label, name in prepared.names.items():
        repository, _, target = label.partition("//:")
        target = placed.targets.get(target, target) if repository == main else target
        renamed[f"{placed.repositories.get(repository, repository)}//:{target}"] = name
    return renamed


def _part(report: BuildReport, labels: Mapping[str, str]) -> BuildReport:
    """Return what a report has of some targets, by other labels."""
    return replace(
        report,
        outputs={(labels[label], group): files for (label, group), files in report.outputs.items() if label in labels},
        built=frozenset(labels[label] for label in report.built if label in labels),
        failed=frozenset(labels[label] for label in report.failed if label in labels),
    )


def _of_one(report: BuildReport, every: Collection[str], names: Collection[str]) -> BuildReport:
    """Return a report with the failures of one module's targets alone, and those that are of no module's."""

    def is_of_others(label: str) -> bool:
        return apparent(label) in every and apparent(label) not in names

    return replace(
        report,
        failed_actions=tuple(action for action in report.failed_actions if not is_of_others(action.label)),
        aborted=tuple(aborted for aborted in report.aborted if not is_of_others(aborted.label)),
    )


def _without_failures(report: BuildReport) -> BuildReport:
    return replace(report, exit_code=0, failed_actions=(), aborted=())
