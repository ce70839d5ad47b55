"""A unit for several platforms and variants: loaded once for each, and put together."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from pathlib import Path

from gomod2bazel.base.disk.files import check_shortage
from gomod2bazel.base.errors import UsageError
from gomod2bazel.base.process.session import Session
from gomod2bazel.generate.loading.facts import OwnPackage, UnitFacts, UnitLoader
from gomod2bazel.generate.loading.linkable import absent_kinds
from gomod2bazel.generate.loading.module_groups import Unit
from gomod2bazel.golang.command.configuration import Configuration
from gomod2bazel.lock.for_variants import for_variants
from gomod2bazel.lock.reader import read_lock
from gomod2bazel.lock.variants import configuration_names, merge_locks
from gomod2bazel.options.options import ModuleOptions, with_values
from gomod2bazel.options.variant import Variant

__all__ = ["load_platforms", "with_platforms_of_lock"]


def load_platforms(loader: UnitLoader, unit: Unit) -> UnitFacts:
    """Load a unit for each platform of the command line, or for the go command's own, and for each variant of these.

    Args:
        loader: loads it for one.
        unit: what to load.

    Raises:
        Gomod2bazelError: as `UnitLoader.load`, for any platform.
    """
    session, options = replace(loader.session, say=loader.session.once()), loader.options
    # The first is the lock's own configuration; the order of the others means nothing.
    platforms = [*options.load.platforms[:1], *sorted(options.load.platforms[1:])]
    own = [with_values(options, {"platforms": (one,)}) for one in platforms] or [options]

    def load(changed: Session, one: ModuleOptions) -> tuple[UnitFacts, Configuration]:
        found = replace(loader, session=changed, options=one).load(unit)
        return found, found.lock.configuration

    bases = [load(session, one) for one in own]
    more = for_variants(session, options, [known for _, known in bases], load)
    return _merged([*(found for found, _ in bases), *(found for _, found in more)])


def with_platforms_of_lock(options: ModuleOptions, path: Path) -> ModuleOptions:
    """Return the options with the platforms and variants of a lock that generate made for several.

    They are as they were where there is no such lock, or the command line says which platforms or variants to take.
    """
    if options.load.platforms or options.variants:
        return options
    try:
        lock = read_lock(path.read_text(encoding="utf-8"), str(path))
    except OSError as error:
        check_shortage("read", path, error)
        return options
    except (UsageError, UnicodeDecodeError):
        # `lock_changes` leaves it unchanged, and says so.
        return options
    found = lock.configurations if not lock.binaries else {}
    platforms = {(one.goos, one.goarch): None for one in (lock.configuration, *found.values())}
    variants = {
        _variant(one, found[platform]): None
        for one in found.values()
        if (platform := f"{one.goos}_{one.goarch}") in found
    }
    variants.pop(Variant(), None)
    return with_values(options, {"platforms": tuple(platforms), "variants": tuple(variants)}) if found else options


def _variant(one: Configuration, base: Configuration) -> Variant:
    """Return what sets a configuration of a lock apart from its platform's first one."""
    return Variant(
        instrument=one.instrument if one.instrument != base.instrument else "",
        pure=base.cgo and not one.cgo,
        tags=tuple(tag for tag in one.tags if tag not in base.tags),
    )


def _merged(found: Sequence[UnitFacts]) -> UnitFacts:
    """Return what is known of a unit in all configurations.

    A package that does not load in one of them has no rule in any; one that is not for a platform, itself or because of
    what it imports, has in the others.
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
    packages = _with_absent(packages)
    lock = merge_locks([one.lock for one in found])
    return replace(
        first,
        packages=tuple({one.facts.import_path: one for own in reversed(packages.values()) for one in own}.values()),
        lock=lock,
        broken=failed | frozenset.intersection(*(one.broken for one in found)),
        failed=failed,
        untested=untested,
        unfit=_elsewhere(
            [one.unfit for one in found], {one.facts.import_path for own in packages.values() for one in own}
        ),
        unfit_tests=_elsewhere(
            [one.unfit_tests for one in found],
            {one.facts.import_path for own in packages.values() for one in own if one.tests},
        ),
        error=next((one.error for one in found if one.error), None),
        test_error=next((one.test_error for one in found if one.test_error), None),
        by_configuration=packages,
    )


def _with_absent(packages: Mapping[str, tuple[OwnPackage, ...]]) -> dict[str, tuple[OwnPackage, ...]]:
    """Tell where a binary is absent, as in another configuration it is linked to more."""
    kinds = absent_kinds({p.facts.import_path: p.command.kind for p in own if p.command} for own in packages.values())
    return {
        name: tuple(_with_kind(package, known.get(package.facts.import_path, "")) for package in own)
        for (name, own), known in zip(packages.items(), kinds, strict=True)
    }


def _with_kind(package: OwnPackage, kind: str) -> OwnPackage:
    return replace(package, command=replace(package.command, kind=kind)) if package.command else package


def _elsewhere(unfit: Sequence[Mapping[str, str]], good: Collection[str]) -> dict[str, str]:
    """Return what is wrong with those that can be built in no configuration."""
    return {path: said for one in unfit for path, said in one.items() if path not in good}


def _without_tests(package: OwnPackage, untested: Collection[str]) -> OwnPackage:
    return replace(package, tests=None) if package.facts.import_path in untested else package
