"""What the go command itself makes of a module with the versions of a baseline."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from gomod2bazel.base.disk.files import make_folder, write_file
from gomod2bazel.baseline.apply import applied, resolution_of
from gomod2bazel.baseline.file import Baseline
from gomod2bazel.commands.verify.reference import Reference
from gomod2bazel.load.input.opened import OpenedInput

__all__ = ["with_baseline"]


def with_baseline(reference: Reference, baseline: Baseline, source: OpenedInput, folder: Path) -> Reference:
    """Return the reference for a build with a baseline: ``go build``, given the go.mod that the module is loaded with.

    Args:
        reference: of the module without it.
        baseline: the versions.
        source: the module, for one platform.
        folder: need not be there; for path@version, it gets a go.mod that requires it.
    """
    resolution = resolution_of(baseline, source)
    source = applied(resolution, source)
    if source.opened.is_main:
        flags = (*reference.flags, "-mod=readonly", f"-modfile={source.options.load.modfile}")
        return replace(reference, opened=source.opened, flags=flags)
    make_folder(folder)
    write_file(folder / "go.mod", resolution.go_mod)
    write_file(folder / "go.sum", resolution.sums.text())
    return replace(reference, opened=source.opened, flags=(*reference.flags, "-mod=mod"), folder=folder)
