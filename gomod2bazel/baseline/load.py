"""Load modules with the versions of a baseline."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace
from pathlib import Path

from gomod2bazel.base.process.programs import Tool
from gomod2bazel.base.process.session import Session
from gomod2bazel.baseline.apply import applied, baseline_of, resolution_of, with_version
from gomod2bazel.baseline.conflicts import check, notes
from gomod2bazel.baseline.file import Baseline
from gomod2bazel.load.input.input_module import InputModule, Opener
from gomod2bazel.load.load import Loaded, check_trust, load
from gomod2bazel.load.main_packages import MainPackages, classify_input
from gomod2bazel.options.options import BuildOptions

__all__ = ["load_all_with", "load_with"]


def load_all_with(
    session: Session, options: BuildOptions, go: Tool, sets: Collection[str], fresh: Path | None = None
) -> list[Loaded]:
    """Do what `load_input.load_all` does, with the baseline of ``options``; its arguments are the same.

    Raises:
        TrustError: the baseline does not allow it, or a sum is wrong.
        Gomod2bazelError: what `load_input.load_all` raises.
    """
    baseline = baseline_of(session, options, go)
    options = with_version(options, baseline, session.cwd)
    opener = Opener(session=session, go=go.path, fresh=fresh)
    opened = [opener.open(options, platform, session.cwd) for platform in options.platforms or (None,)]
    mains = classify_input(opened[0], options, session.cwd)
    loaded = [load_with(baseline, one, mains, options, session, sets) for one in opened if baseline]
    for one in loaded:
        check_trust(one)
    return loaded


def load_with(
    baseline: Baseline,
    opened: InputModule,
    mains: MainPackages,
    options: BuildOptions,
    session: Session,
    sets: Collection[str],
) -> Loaded:
    """Load a module with the versions of a baseline; what `load` raises, and what the baseline does not allow.

    Raises:
        TrustError: the module needs what the baseline does not have, or a higher version of it.
    """
    resolution = resolution_of(baseline, opened, mains, options, session, sets)
    check(resolution.problems, options.baseline_mode)
    for note in notes(resolution.problems):
        session.say(note)
    if resolution.go_line:
        session.say(f"baseline: the go line of {opened.module.path} counts as {resolution.go_line}, as its modules ask")
    opened, options = applied(resolution, opened, options, session)
    loaded = load(opened, mains, options, cwd=session.cwd, sets=sets, say=session.say)
    return replace(loaded, patched=resolution.patched)
