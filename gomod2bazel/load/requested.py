"""Which packages of a module a command line asks for: they decide which modules are added, and so all versions."""

from __future__ import annotations

from collections.abc import Callable
from enum import IntEnum

from gomod2bazel.golang.command.golist import Package
from gomod2bazel.load.input.main_packages import MainPackages
from gomod2bazel.options.options import ChooseOptions

__all__ = ["Requested", "requested_by"]


class Requested(IntEnum):
    """How much a command line asks for a package."""

    NOT = 0
    """Nothing asks for it."""

    SKIPPED = 1
    """Its set is asked for, and ``./...`` skips it: the go command builds it only when it is named."""

    NAMED = 2
    """It is asked for, and ``go install MODULE/...@VERSION`` builds it too, or -binary names it."""


def requested_by(mains: MainPackages, options: ChooseOptions, buildmode: str) -> Callable[[Package], Requested]:
    """Return what tells how much a command line asks for a package of the module.

    Args:
        mains: the main packages of the module.
        options: which sets and binaries are asked for.
        buildmode: the value of -buildmode: archives are made of every package that is not main.
    """
    archive = buildmode == "archive"
    known = mains.by_path

    def requested(package: Package) -> Requested:
        if package.module is None or package.module.path != mains.module or (package.name == "main") == archive:
            return Requested.NOT
        if package.import_path in options.binaries:
            return Requested.NAMED
        if not options.takes(package.import_path, mains.set_of(package.import_path)):
            return Requested.NOT
        classified = known.get(package.import_path)
        return Requested.SKIPPED if classified and classified.package.skipped else Requested.NAMED

    return requested
