"""What a user sees of a build while it runs, and the files that report it afterwards."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from gomod2bazel.bazel.server.build_report import RanAction, apparent
from gomod2bazel.bazel.watching.plan import Planned
from gomod2bazel.bazel.watching.script import Script, Step

__all__ = ["Plan", "Watch"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """All actions of a build, and what each does.

    Attributes:
        actions: by first output, dependencies first.
        steps: of the actions that the builder carries out, by first output.
        script: writes them.
    """

    actions: Mapping[str, Planned]
    steps: Mapping[str, list[Step]]
    script: Script

    def write(self, action: Planned, *, banner: bool = False) -> None:
        """Write one action's commands."""
        self.script.action(action, self.steps.get(action.output, ()), banner=banner)

    def commands(self, action: Planned) -> list[str]:
        """Return one action's command lines."""
        return self.script.commands(action, self.steps.get(action.output, ()))


@dataclass(slots=True, kw_only=True)
class Watch:
    """Follows the actions of one build.

    Attributes:
        write: takes text for standard error.
        show: takes what a tool printed, with the name of its package above.
        names: import paths by label, with the repository's apparent name.
        verbose: write import paths as packages are compiled.
        plan: with it, the commands are written too.
        installed: where binaries go, by the first output of their link.
        ran: all actions so far.
    """

    write: Callable[[str], None]
    show: Callable[[str], None]
    names: Mapping[str, str]
    verbose: bool = False
    plan: Plan | None = None
    installed: Mapping[str, str] = field(default_factory=dict)
    ran: list[RanAction] = field(default_factory=list)

    def __call__(self, action: RanAction) -> None:
        """Take an action that ended: Bazel reports each that was not up to date."""
        self.ran.append(action)
        name = self.names.get(apparent(action.label), action.label)
        if self.verbose and action.mnemonic == "GoCompile":
            self.write(f"{name}\n")
        planned = self.plan.actions.get(action.output) if self.plan else None
        if self.plan and planned:
            self.plan.write(planned)
            if action.success and action.output in self.installed:
                self.plan.script.installed(planned, self.installed[action.output])
        if action.diagnostics and action.success:
            # As the go command shows what tools print though all is well; failed ones are reported at the end.
            self.show(f"# {name}\n{action.diagnostics.rstrip()}\n")
