"""Several configurations in one lock: equal values are listed once, others under each one's name."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any, TypeVar, cast

from gomod2bazel.base.errors import BuildError
from gomod2bazel.golang.command.configuration import Configuration
from gomod2bazel.lock.file.attributes import BinaryVariant, MainModule, PackageAttributes, PackageVariant
from gomod2bazel.lock.lock import Lock, LockedBinary, LockedModule, LockedPackage, OverlaidFile

__all__ = ["configuration_names", "merge_locks", "merge_packages"]

_Entry = TypeVar("_Entry", LockedPackage, LockedBinary)
_Values = TypeVar("_Values", bound=Mapping[str, object])

# What one module version, package or binary is in every configuration.
_MODULE = ("sum", "go_mod_sum", "verified", "replaced_by", "lang", "zip_sha256", "vendored", "patched")
_PACKAGE = ("import_path", "source_path", "dir", "target")
_MAIN_MODULE = ("lang", "go", "godebug", "version", "replaced_by")
_BINARY = ("import_path", "module", "dir", "target", "set", "margin", "evidence")

# What one lock has in every configuration.
_CONFIGURATION = ("go", "compiler", "fips140")


def configuration_names(configurations: Sequence[Configuration]) -> tuple[str, ...]:
    """Return a name for each configuration, all different.

    The first one of each platform is called GOOS_GOARCH. To the names of others is added what sets them apart from it:
    ``_race``, ``_msan`` or ``_asan``; ``_pure`` where CGO_ENABLED is 0; ``_tags=`` and its additional tags.

    Raises:
        ValueError: two of them are the same, or differ in something else.
    """
    bases: dict[str, Configuration] = {}
    names = []
    for configuration in configurations:
        platform = f"{configuration.goos}_{configuration.goarch}"
        names.append(platform + _difference(configuration, bases.setdefault(platform, configuration)))
    if len(set(names)) < len(names):
        raise ValueError(f"configurations with the same name: {', '.join(sorted(names))}")
    return tuple(names)


def _difference(configuration: Configuration, base: Configuration) -> str:
    text = f"_{configuration.instrument or 'plain'}" if configuration.instrument != base.instrument else ""
    text += ("_cgo" if configuration.cgo else "_pure") if configuration.cgo != base.cgo else ""
    if set(configuration.tags) != set(base.tags):
        more = [tag for tag in configuration.tags if tag not in base.tags]
        text += f"_tags={','.join(more if set(base.tags) < set(configuration.tags) else configuration.tags)}"
    return text


def merge_locks(locks: Sequence[Lock]) -> Lock:
    """Return one lock for the configurations of all ``locks``; the same one where there is only one.

    Args:
        locks: of one input, each for another configuration, all with one Go; at least one.

    Raises:
        BuildError: a module, package or binary is not the same in two of them.
        ValueError: two of them are for the same configuration.
    """
    if len(locks) == 1:
        return locks[0]
    by_name = dict(zip(configuration_names([lock.configuration for lock in locks]), locks, strict=True))
    imports = {path for lock in locks for path in lock.standard_imports}
    test_imports = {path for lock in locks for path in lock.standard_test_imports}
    _check("configuration", "Go", _CONFIGURATION, [lock.configuration for lock in locks])
    return replace(
        locks[0],
        configurations={name: lock.configuration for name, lock in by_name.items()},
        modules=_modules(by_name),
        standard=_entries({name: lock.standard for name, lock in by_name.items()}, merge_packages),
        standard_overlay=_overlay(lock.standard_overlay for lock in locks),
        binaries=_entries({name: lock.binaries for name, lock in by_name.items()}, _merge_binaries),
        broken=_union(lock.broken for lock in locks),
        unlisted=_union(lock.unlisted for lock in locks),
        mainless=_union(lock.mainless for lock in locks),
        direct=_direct(locks),
        main_modules=tuple(_main_modules(locks)),
        standard_imports=tuple(sorted(imports)),
        standard_test_imports=tuple(sorted(test_imports - imports)),
    )


def _main_modules(locks: Sequence[Lock]) -> Iterator[MainModule]:
    """Yield the main modules of all configurations, by path."""
    by_path: dict[str, MainModule] = {}
    for main in (main for lock in locks for main in lock.main_modules):
        _check("main module", main.path, _MAIN_MODULE, [main, by_path.setdefault(main.path, main)])
    yield from (main for _, main in sorted(by_path.items()))


def merge_packages(packages: Mapping[str, LockedPackage], names: Sequence[str]) -> LockedPackage:
    """Return one entry for a package of several configurations.

    Args:
        packages: the package by name of the configurations that it exists in; at least one.
        names: of all configurations.

    Raises:
        BuildError: it is another package in one of them.
    """
    first = next(iter(packages.values()))
    _check("package", first.import_path, _PACKAGE, list(packages.values()))
    common, variants = _divided({name: _package_values(package) for name, package in packages.items()})
    imports = {path for package in packages.values() for path in package.imports}
    return replace(
        first,
        imports=tuple(sorted(imports)),
        attributes=_attributes(common),
        variants=variants,
        only_in=_only_in(packages, names),
    )


def _merge_binaries(binaries: Mapping[str, LockedBinary], names: Sequence[str]) -> LockedBinary:
    first = next(iter(binaries.values()))
    _check("binary", first.import_path, _BINARY, list(binaries.values()))
    _, variants = _divided({name: _binary_values(binary) for name, binary in binaries.items()})
    return replace(first, variants=variants, only_in=_only_in(binaries, names))


def _package_values(package: LockedPackage) -> PackageVariant:
    """Return what may differ between configurations of a package; attributes without a value are left out."""
    values: PackageVariant = {"imports": package.imports, "name": package.name, **package.attributes}
    return cast(PackageVariant, {key: value for key, value in values.items() if value or key in ("imports", "name")})


def _attributes(values: PackageVariant) -> PackageAttributes:
    """Return the attributes of a package's go_library alone."""
    attributes = {key: value for key, value in values.items() if key not in ("imports", "name")}
    return cast(PackageAttributes, attributes)


def _binary_values(binary: LockedBinary) -> BinaryVariant:
    """Return what may differ between configurations of a binary."""
    return {
        "name": binary.name,
        "buildinfo": binary.buildinfo,
        "godebug": binary.godebug,
        "linker_deps": binary.linker_deps,
        "gc_linkopts": binary.gc_linkopts,
        "flags": binary.flags,
        "pgo_profile": binary.pgo_profile,
    }


def _divided(values: Mapping[str, _Values]) -> tuple[_Values, dict[str, _Values]]:
    """Divide the values of an entry into those that are the same in all configurations, and the others of each."""
    everywhere, others = _divided_mappings(values)
    return cast(_Values, everywhere), {name: cast(_Values, differing) for name, differing in others.items()}


def _divided_mappings(
    values: Mapping[str, Mapping[str, object]],
) -> tuple[dict[str, object], dict[str, dict[str, object]]]:
    first = next(iter(values.values()))
    keys = sorted({key for entry in values.values() for key in entry})
    same = {key for key in keys if all(key in entry and entry[key] == first.get(key) for entry in values.values())}
    others = {
        name: {key: entry[key] for key in keys if key in entry and key not in same} for name, entry in values.items()
    }
    return {key: first[key] for key in keys if key in same}, {name: entry for name, entry in others.items() if entry}


def _only_in(members: Mapping[str, object], names: Sequence[str]) -> tuple[str, ...]:
    return tuple(sorted(members)) if len(members) < len(names) else ()


def _entries(
    lists: Mapping[str, Sequence[_Entry]], merge: Callable[[Mapping[str, _Entry], Sequence[str]], _Entry]
) -> tuple[_Entry, ...]:
    """Merge lists of packages or binaries, one a configuration, by import path."""
    by_path: dict[str, dict[str, _Entry]] = {}
    for name, entries in lists.items():
        for entry in entries:
            by_path.setdefault(entry.import_path, {})[name] = entry
    return tuple(merge(by_name, tuple(lists)) for _, by_name in sorted(by_path.items()))


def _modules(locks: Mapping[str, Lock]) -> tuple[LockedModule, ...]:
    modules: dict[tuple[str, str], dict[str, LockedModule]] = {}
    for name, lock in locks.items():
        for module in lock.modules:
            modules.setdefault((module.path, module.version), {})[name] = module
    mains: dict[str, set[str]] = {}
    for binary in (binary for lock in locks.values() for binary in lock.binaries):
        mains.setdefault(binary.module, set()).add(binary.target)
    return tuple(_module(by_name, tuple(locks), mains.get(key[0], set())) for key, by_name in sorted(modules.items()))


def _module(modules: Mapping[str, LockedModule], names: Sequence[str], mains: set[str]) -> LockedModule:
    first = next(iter(modules.values()))
    _check("module", f"{first.path}@{first.version}".rstrip("@"), _MODULE, list(modules.values()))
    lists = {name: modules[name].packages if name in modules else () for name in names}
    targets = _targets([package for packages in lists.values() for package in packages], mains)
    named = {
        name: tuple(replace(package, target=targets[package.import_path]) for package in packages)
        for name, packages in lists.items()
    }
    return replace(
        first, packages=_entries(named, merge_packages), overlay=_overlay(module.overlay for module in modules.values())
    )


def _targets(packages: Sequence[LockedPackage], mains: set[str]) -> dict[str, str]:
    """Return one target for each package: what another configuration embeds or builds may have its name, too.

    `facts._targets` chose them with the files of one configuration in view; where all agree, they stay.
    """
    taken = mains | {p.dir + file for p in packages for file in p.attributes.get("embedsrcs", ())}
    chosen: dict[str, str] = {}
    for package in sorted(packages, key=lambda entry: (entry.import_path, -len(entry.target))):
        if package.import_path in chosen:
            continue
        name = package.target
        while name in taken:
            name += "_"
        taken.add(name)
        chosen[package.import_path] = name
    return chosen


def _overlay(overlays: Iterable[Mapping[str, OverlaidFile]]) -> dict[str, OverlaidFile]:
    return {name: file for overlay in overlays for name, file in overlay.items()}


def _union(parts: Iterable[Mapping[str, Any]]) -> dict[str, Any]:
    """Return all entries; of several with one key, the first."""
    union: dict[str, Any] = {}
    for part in parts:
        union = {**part, **union}
    return union


def _direct(locks: Sequence[Lock]) -> tuple[str, ...] | None:
    """Return what is imported directly in any configuration; None where one of them cannot tell."""
    known = [lock.direct for lock in locks if lock.direct is not None]
    return tuple(sorted({name for names in known for name in names})) if len(known) == len(locks) else None


def _check(kind: str, name: str, fields: Sequence[str], entries: Sequence[object]) -> None:
    for field in fields:
        if any(getattr(entry, field) != getattr(entries[0], field) for entry in entries):
            message = f"{kind} {name} does not have the same {field.replace('_', ' ')} in all configurations"
            raise BuildError(message, hint="run the command again if its sources changed in the meantime")
