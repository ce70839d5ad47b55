"""A unit for several platforms: loaded once for each, and put together."""

from __future__ import annotations

import json
from collections.abc import Collection, Sequence
from dataclasses import replace
from pathlib import Path

from gomod2bazel.generate.loading import OwnPackage, UnitFacts, load_unit
from gomod2bazel.generate.units import Unit
from gomod2bazel.options import BuildOptions
from gomod2bazel.provision import Tool
from gomod2bazel.session import Session
from gomod2bazel.variants import configuration_names, merge_locks

__all__ = ["load_platforms", "platforms_of_lock"]


def load_platforms(
    session: Session, options: BuildOptions, go: Tool, unit: Unit, root: Path, tested: Collection[Path]
) -> UnitFacts:
    """Load a unit for each platform of the command line, or for the go command's own.

    Args:
        session: environment, caches, runner.
        options: of the command line.
        go: the go command.
        unit: what to load.
        root: of the repository.
        tested: folders whose tests are wanted.

    Raises:
        Gomod2bazelError: as `load_unit`, for any platform.
    """
    session = replace(session, say=session.once())
    # The first is the lock's own configuration; the order of the others means nothing.
    platforms = [*options.platforms[:1], *sorted(options.platforms[1:])]
    own = [replace(options, platforms=(one,)) for one in platforms] or [options]
    return _merged([load_unit(session, one, go, unit, root, tested) for one in own])


def platforms_of_lock(path: Path) -> tuple[tuple[str, str], ...]:
    """Return the platforms of a lock that generate made for several; none for any other file, or no file."""
    try:
        value = json.loads(path.read_text(encoding="utf-8"))
        known = (value["configuration"], *value["configurations"].values())
        found = [(str(one["goos"]), str(one["goarch"])) for one in known]
        return tuple(dict.fromkeys(found)) if not value["binaries"] else ()
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        return ()


def _merged(found: Sequence[UnitFacts]) -> UnitFacts:
    """Return what is known of a unit in all configurations.

    A package that does not load in one of them has no rule in any; one that is not for a platform has in the others.
    """
    first = found[0]
    if len(found) == 1:
        return first
    failed = frozenset().union(*(one.failed for one in found))
    untested = frozenset().union(*(one.untested for one in found))
    names = configuration_names([one.lock.configuration for one in found])
    packages = {
        name: tuple(_without_tests(package, untested) for package in one.packages if package.dir not in failed)
        for name, one in zip(names, found, strict=True)
    }
    lock = merge_locks([one.lock for one in found])
    return replace(
        first,
        packages=tuple({one.facts.import_path: one for own in reversed(packages.values()) for one in own}.values()),
        lock=lock,
        broken=failed | frozenset.intersection(*(one.broken for one in found)),
        failed=failed,
        untested=untested,
        error=next((one.error for one in found if one.error), None),
        test_error=next((one.test_error for one in found if one.test_error), None),
        by_configuration=packages,
    )


def _without_tests(package: OwnPackage, untested: Collection[str]) -> OwnPackage:
    return replace(package, tests=None) if package.facts.import_path in untested else package
