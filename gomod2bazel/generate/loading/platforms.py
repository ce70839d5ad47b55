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
from gomod2bazel.generate.loading.tools import merged_tools
from gomod2bazel.golang.command.configuration import Configuration
from gomod2bazel.lock.for_variants import for_variants
from gomod2bazel.lock.reader import read_former_lock
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
    platform_options = [with_values(options, {"platforms": (platform,)}) for platform in platforms] or [options]

    def load(changed: Session, option_set: ModuleOptions) -> tuple[UnitFacts, Configuration]:
        facts = replace(loader, session=changed, options=option_set).load(unit)
        return facts, facts.lock.configuration

    bases = [load(session, option_set) for option_set in platform_options]
    more = for_variants(session, options, [known for _, known in bases], load)
    return _merged([*(facts for facts, _ in bases), *(facts for _, facts in more)])


def with_platforms_of_lock(options: ModuleOptions, path: Path) -> ModuleOptions:
    """Return the options with the platforms and variants of a lock that generate made for several.

    They are as they were where there is no such lock, or the command line selects platforms or variants.
    """
    if options.load.platforms or options.variants:
        return options
    try:
        lock = read_former_lock(path.read_text(encoding="utf-8"), str(path))
    except OSError as error:
        check_shortage("read", path, error)
        return options
    except (UsageError, UnicodeDecodeError):
        # `lock_changes` leaves it unchanged, and says so.
        return options
    configurations = lock.configurations if not lock.has_binaries else {}
    platforms = {
        (configuration.goos, configuration.goarch): None
        for configuration in (lock.configuration, *configurations.values())
    }
    variants = {
        _variant(configuration, configurations[platform]): None
        for configuration in configurations.values()
        if (platform := f"{configuration.goos}_{configuration.goarch}") in configurations
    }
    variants.pop(Variant(), None)
    return (
        with_values(options, {"platforms": tuple(platforms), "variants": tuple(variants)})
        if configurations
        else options
    )


def _variant(configuration: Configuration, base: Configuration) -> Variant:
    """Return what sets a configuration of a lock apart from its platform's first one."""
    return Variant(
        instrument=configuration.instrument if configuration.instrument != base.instrument else "",
        pure=base.cgo and not configuration.cgo,
        tags=tuple(tag for tag in configuration.tags if tag not in base.tags),
    )


def _merged(units: Sequence[UnitFacts]) -> UnitFacts:
    """Return what is known of a unit in all configurations.

    A package that does not load in one of them has no rule in any; one that is not for a platform, itself or because of
    what it imports, has in the others.
    """
    first = units[0]
    if len(units) == 1:
        return first
    failed = frozenset().union(*(unit.failed for unit in units))
    untested = frozenset().union(*(unit.untested for unit in units))
    names = configuration_names([unit.lock.configuration for unit in units])
    packages = {
        name: tuple(_without_tests(package, untested) for package in unit.packages if package.dir not in failed)
        for name, unit in zip(names, units, strict=True)
    }
    packages = _with_absent(packages)
    lock = merge_locks([unit.lock for unit in units])
    return replace(
        first,
        packages=tuple(
            {
                package.facts.import_path: package
                for own_packages in reversed(packages.values())
                for package in own_packages
            }.values()
        ),
        lock=lock,
        broken=failed | frozenset.intersection(*(unit.broken for unit in units)),
        failed=failed,
        untested=untested,
        unfit=_elsewhere(
            [unit.unfit for unit in units],
            {package.facts.import_path for own_packages in packages.values() for package in own_packages},
        ),
        unfit_tests=_elsewhere(
            [unit.unfit_tests for unit in units],
            {
                package.facts.import_path
                for own_packages in packages.values()
                for package in own_packages
                if package.tests
            },
        ),
        error=next((unit.error for unit in units if unit.error), None),
        test_error=next((unit.test_error for unit in units if unit.test_error), None),
        named=tuple(sorted({path for unit in units for path in unit.named})),
        tools=merged_tools({name: unit.tools for name, unit in zip(names, units, strict=True)}),
        by_configuration=packages,
    )


def _with_absent(packages: Mapping[str, tuple[OwnPackage, ...]]) -> dict[str, tuple[OwnPackage, ...]]:
    """Mark where a binary is absent, as in another configuration it is linked to more."""
    kinds = absent_kinds(
        {p.facts.import_path: p.command.kind for p in built if p.command} for built in packages.values()
    )
    return {
        name: tuple(_with_kind(package, known.get(package.facts.import_path, "")) for package in built)
        for (name, built), known in zip(packages.items(), kinds, strict=True)
    }


def _with_kind(package: OwnPackage, kind: str) -> OwnPackage:
    return replace(package, command=replace(package.command, kind=kind)) if package.command else package


def _elsewhere(unfit: Sequence[Mapping[str, str]], good: Collection[str]) -> dict[str, str]:
    """Return what is wrong with those that can be built in no configuration."""
    return {path: reason for reasons in unfit for path, reason in reasons.items() if path not in good}


def _without_tests(package: OwnPackage, untested: Collection[str]) -> OwnPackage:
    return replace(package, tests=None) if package.facts.import_path in untested else package
