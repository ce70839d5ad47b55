"""What the go command itself makes of a module with the versions of a baseline."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from gomod2bazel.base.disk.files import make_folder, write_file
from gomod2bazel.base.process.session import Session
from gomod2bazel.baseline.apply import applied, resolution_of
from gomod2bazel.baseline.file import Baseline
from gomod2bazel.commands.verify.reference import Reference
from gomod2bazel.load.main_packages import classify_input
from gomod2bazel.options.options import BuildOptions

__all__ = ["with_baseline"]


def with_baseline(
    reference: Reference, baseline: Baseline, options: BuildOptions, session: Session, folder: Path
) -> Reference:
    """Return the reference for a build with a baseline: ``go build``, given the go.mod that the module is loaded with.

    Args:
        reference: of the module without it.
        baseline: the versions.
        options: the command line, for one platform.
        session: of the user.
        folder: need not be there; for path@version, it gets a go.mod that requires it.
    """
    opened = reference.opened
    mains = classify_input(opened, options, session.cwd)
    resolution = resolution_of(baseline, opened, mains, options, session, options.sets)
    opened, options = applied(resolution, opened, options, session)
    if opened.is_main:
        flags = (*reference.flags, "-mod=readonly", f"-modfile={options.modfile}")
        return replace(reference, opened=opened, flags=flags)
    make_folder(folder)
    write_file(folder / "go.mod", resolution.go_mod)
    write_file(folder / "go.sum", resolution.sums.text())
    return replace(reference, opened=opened, flags=(*reference.flags, "-mod=mod"), folder=folder)
