"""The versions of a baseline, in the go.mod of a copied module."""

from __future__ import annotations

from dataclasses import replace

from gomod2bazel.base.disk.files import write_file
from gomod2bazel.base.errors import UsageError
from gomod2bazel.base.process.programs import Tool
from gomod2bazel.base.process.session import Session
from gomod2bazel.baseline.apply import baseline_of, resolution_of
from gomod2bazel.baseline.conflicts import check, notes
from gomod2bazel.baseline.file import Baseline
from gomod2bazel.commands.testing.module_copy import ModuleCopy
from gomod2bazel.load.input.opened import OpenedInput, open_input
from gomod2bazel.load.input.toolchains import with_go
from gomod2bazel.options.module_input import TreeInput
from gomod2bazel.options.options import ChooseOptions, ModuleOptions, with_values
from gomod2bazel.options.set_names import SETS

__all__ = ["with_baseline"]


def with_baseline(session: Session, options: ModuleOptions, copy: ModuleCopy, go: Tool) -> ModuleOptions:
    """Write the go.mod and go.sum that a baseline makes of those of the copy; do nothing where there is no baseline.

    Args:
        session: The user's session.
        options: how the module is loaded.
        copy: the module's copy.
        go: the go command.

    Returns:
        The options for the copy, which need no baseline any more.

    Raises:
        TrustError: the module needs what the baseline does not have, or a higher version of it.
        UsageError: the baseline patches a module that it needs.
    """
    if not options.versions.baseline:
        return options
    baseline = baseline_of(session, options, go)
    session = replace(session, environment={**session.environment, "GOWORK": copy.go_work})
    changed = {"input": TreeInput(text=str(copy.module), root=copy.module), "overlay": "", "overlaid": {}}
    tree = with_values(options, changed)

    def resolve(tool: Tool) -> None:
        # Of commands, and of packages that none of them imports: each takes the versions of the one before.
        for buildmode in ("default", "archive"):
            packages = with_values(tree, {"buildmode": buildmode})
            source = open_input(session, packages, ChooseOptions(sets=SETS), tool.path)[0]
            if baseline:
                _resolve(session, baseline, source, copy)

    with_go(session, tree, go, resolve)
    return with_values(options, {"baseline": ""})


def _resolve(session: Session, baseline: Baseline, source: OpenedInput, copy: ModuleCopy) -> None:
    resolution = resolution_of(baseline, source)
    check(resolution.problems, source.options.versions.baseline_mode)
    for line in notes(resolution.problems):
        session.note(line)
    if resolution.patched:
        raise UsageError(
            f"test does not apply the patches of the baseline for {', '.join(sorted(resolution.patched))}",
            hint="omit -baseline, or leave these modules out of it",
        )
    write_file(copy.module / "go.mod", resolution.go_mod)
    write_file(copy.module / "go.sum", resolution.sums.text())
