"""One Bazel command for a module on several platforms: one lock has all of them, and each binary its build settings."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace

from gomod2bazel.bazel.flags import BuildSettings, joint_flags
from gomod2bazel.bazel.names import repository_name
from gomod2bazel.bazel.prepared import PreparedModule
from gomod2bazel.bazel.running.commands import ModuleTargets, Result, parts_of
from gomod2bazel.bazel.server.build_report import BuildReport, apparent
from gomod2bazel.bazel.workspace import Contents

__all__ = ["PlatformsCommand"]


@dataclass(frozen=True, slots=True, kw_only=True)
class PlatformsCommand:
    """A command for all platforms of one module. Its properties are those of `commands.Command`.

    Attributes:
        modules: the module on each platform.
        settings: the build settings of each.
        joint: the module with the lock for all of them.
    """

    modules: tuple[ModuleTargets, ...]
    settings: tuple[BuildSettings, ...]
    joint: PreparedModule

    @property
    def numbers(self) -> Sequence[int]:
        """Which modules: all that are built."""
        return range(len(self.modules))

    @classmethod
    def of(cls, modules: Sequence[ModuleTargets], settings: Sequence[BuildSettings]) -> PlatformsCommand | None:
        """Return the command for modules with these build settings; None where they cannot be built at once."""
        joint = modules[0].joint if len(modules) > 1 else None
        if joint is None or any(module.joint is not joint for module in modules) or joint_flags(settings) is None:
            return None
        return cls(modules=tuple(modules), settings=tuple(settings), joint=joint)

    @property
    def flags(self) -> list[str]:
        """The flags of Bazel for what is the same on all platforms."""
        return joint_flags(self.settings) or []

    @property
    def contents(self) -> Contents:
        """The lock for all platforms; aliases of one platform are in the folder of the repository ``input`` for it."""
        main = repository_name(self.joint.path, self.joint.version)
        return Contents(
            lock=self.joint.lock,
            folders=self.joint.folders,
            inputs={settings.output_folder: main for settings in self.settings},
            configurations={settings.output_folder: settings.single for settings in self.settings},
        )

    @property
    def labels(self) -> list[str]:
        """What Bazel builds."""
        return [label for labels in self._labels() for label in labels]

    def _labels(self) -> list[list[str]]:
        return [
            [f"@input//{settings.output_folder}:{target}" for target in module.targets]
            for module, settings in zip(self.modules, self.settings, strict=True)
        ]

    @property
    def names(self) -> Mapping[str, str]:
        """The import path of each package and binary by its label, with the repository's apparent name; aliases too."""
        names = dict(self.joint.names)
        main = repository_name(self.joint.path, self.joint.version)
        for module, labels in zip(self.modules, self._labels(), strict=True):
            for target, label in zip(module.targets, labels, strict=True):
                names[apparent(label)] = names.get(f"{main}//:{target}", label)
        return names

    @property
    def shown(self) -> Mapping[str, str]:
        """The user's folders, by what a build without folders calls them."""
        return self.joint.shown

    @property
    def packages(self) -> int:
        """How many packages the binaries of all platforms need together."""
        return sum(module.packages for module in self.modules)

    def results(self, report: BuildReport) -> list[Result]:
        """Return what the command did for each platform."""
        parts = parts_of(report, self.modules, self._labels())
        folders = {settings.output_folder for settings in self.settings}
        return [
            Result(report=_without(part, folders - {settings.output_folder}), names=self.names)
            for part, settings in zip(parts, self.settings, strict=True)
        ]


def _without(report: BuildReport, folders: Collection[str]) -> BuildReport:
    """Return a report without the failed actions of other platforms, whose outputs are in these folders."""
    kept = (action for action in report.failed_actions if not any(f"-{folder}" in action.output for folder in folders))
    return replace(report, failed_actions=tuple(kept))
