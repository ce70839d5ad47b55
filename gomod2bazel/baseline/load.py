"""Load modules with the versions of a baseline."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from gomod2bazel.base.process.programs import Tool
from gomod2bazel.base.process.session import Session
from gomod2bazel.baseline.apply import applied, baseline_of, resolution_of, with_version
from gomod2bazel.baseline.conflicts import check, notes
from gomod2bazel.baseline.file import Baseline, files_of
from gomod2bazel.load.input.opened import OpenedInput, open_input
from gomod2bazel.load.load import Loaded, check_trust, load
from gomod2bazel.options.options import ChooseOptions, ModuleOptions

__all__ = ["load_all_with", "load_with"]


def load_all_with(
    session: Session, options: ModuleOptions, choose: ChooseOptions, go: Tool, fresh: Path | None = None
) -> list[Loaded]:
    """Load all platforms with the baseline of ``options``; the arguments are those of `load_input.load_all`.

    Raises:
        TrustError: the baseline does not allow it, or a sum is wrong.
        Gomod2bazelError: what `load_input.load_all` raises.
    """
    baseline = baseline_of(session, options, go)
    options = with_version(options, baseline)
    sources = open_input(session, options, choose, go.path, fresh)
    loaded = [load_with(baseline, source) for source in sources if baseline]
    for leaf in loaded:
        check_trust(leaf)
    return loaded


def load_with(baseline: Baseline, source: OpenedInput) -> Loaded:
    """Load a module with the versions of a baseline; raise what `load` raises, and conflicts with the baseline.

    Raises:
        TrustError: the module needs what the baseline does not have, or a higher version of it.
    """
    session, opened = source.session, source.opened
    resolution = resolution_of(baseline, source)
    check(resolution.problems, source.options.versions.baseline_mode)
    for line in notes(resolution.problems):
        session.note(line)
    if resolution.go_line:
        session.note(f"baseline: using go {resolution.go_line} for {opened.module.path}, as its dependencies require")
    loaded = load(applied(resolution, source))
    # The go.mod that it was loaded with is not the user's.
    return replace(
        loaded,
        patched=resolution.patched,
        options=source.options.load,
        files_named=(*source.files_named, *files_of(baseline.file)),
    )
