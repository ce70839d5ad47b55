"""Several configurations in one lock: what is the same in all stands once, what differs under each one's name."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from typing import Any, TypeVar, cast

from gomod2bazel.base.errors import BuildError
from gomod2bazel.golang.command.configuration import Configuration
from gomod2bazel.lock.attributes import BinaryVariant, PackageAttributes, PackageVariant
from gomod2bazel.lock.lock import Lock, LockedBinary, LockedModule, LockedPackage, OverlaidFile

__all__ = ["configuration_names", "merge_locks", "merge_packages"]

_Entry = TypeVar("_Entry", LockedPackage, LockedBinary)
_Values = TypeVar("_Values", bound=Mapping[str, object])

# What one module version, package or binary is in every configuration.
_MODULE = ("sum", "go_mod_sum", "verified", "replaced_by", "lang", "zip_sha256", "vendored", "patched")
_PACKAGE = ("import_path", "source_path", "dir", "target")
_BINARY = ("import_path", "module", "dir", "target", "set", "margin", "evidence")

# What one lock has in every configuration.
_CONFIGURATION = ("go", "compiler", "fips140")


def configuration_names(configurations: Sequence[Configuration]) -> tuple[str, ...]:
    """Return a name for each configuration, all different.

    The first one of each platform is called GOOS_GOARCH. To the names of others is added what sets them apart from it:
    ``_race``, ``_msan`` or ``_asan``; ``_pure`` where CGO_ENABLED is 0; ``_tags=`` and the tags that it has beside.

    Raises:
        ValueError: two of them are the same, or differ in something else.
    """
    bases: dict[str, Configuration] = {}
    names = []
    for one in configurations:
        platform = f"{one.goos}_{one.goarch}"
        names.append(platform + _difference(one, bases.setdefault(platform, one)))
    if len(set(names)) < len(names):
        raise ValueError(f"configurations with the same name: {', '.join(sorted(names))}")
    return tuple(names)


def _difference(one: Configuration, base: Configuration) -> str:
    text = f"_{one.instrument or 'plain'}" if one.instrument != base.instrument else ""
    text += ("_cgo" if one.cgo else "_pure") if one.cgo != base.cgo else ""
    if set(one.tags) != set(base.tags):
        more = [tag for tag in one.tags if tag not in base.tags]
        text += f"_tags={','.join(more if set(base.tags) < set(one.tags) else one.tags)}"
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
    )


def merge_packages(found: Mapping[str, LockedPackage], names: Sequence[str]) -> LockedPackage:
    """Return one entry for a package of several configurations.

    Args:
        found: the package by name of the configurations that it exists in; at least one.
        names: of all configurations.

    Raises:
        BuildError: it is another package in one of them.
    """
    first = next(iter(found.values()))
    _check("package", first.import_path, _PACKAGE, list(found.values()))
    common, variants = _divided({name: _package_values(package) for name, package in found.items()})
    imports = {path for package in found.values() for path in package.imports}
    return replace(
        first,
        imports=tuple(sorted(imports)),
        attributes=_attributes(common),
        variants=variants,
        only_in=_only_in(found, names),
    )


def _merge_binaries(found: Mapping[str, LockedBinary], names: Sequence[str]) -> LockedBinary:
    first = next(iter(found.values()))
    _check("binary", first.import_path, _BINARY, list(found.values()))
    _, variants = _divided({name: _binary_values(binary) for name, binary in found.items()})
    return replace(first, variants=variants, only_in=_only_in(found, names))


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
    return cast(_Values, everywhere), {name: cast(_Values, one) for name, one in others.items()}


def _divided_mappings(
    values: Mapping[str, Mapping[str, object]],
) -> tuple[dict[str, object], dict[str, dict[str, object]]]:
    first = next(iter(values.values()))
    keys = sorted({key for one in values.values() for key in one})
    same = {key for key in keys if all(key in one and one[key] == first.get(key) for one in values.values())}
    others = {name: {key: one[key] for key in keys if key in one and key not in same} for name, one in values.items()}
    return {key: first[key] for key in keys if key in same}, {name: one for name, one in others.items() if one}


def _only_in(found: Mapping[str, object], names: Sequence[str]) -> tuple[str, ...]:
    return tuple(sorted(found)) if len(found) < len(names) else ()


def _entries(
    lists: Mapping[str, Sequence[_Entry]], merge: Callable[[Mapping[str, _Entry], Sequence[str]], _Entry]
) -> tuple[_Entry, ...]:
    """Merge lists of packages or binaries, one a configuration, by import path."""
    found: dict[str, dict[str, _Entry]] = {}
    for name, entries in lists.items():
        for entry in entries:
            found.setdefault(entry.import_path, {})[name] = entry
    return tuple(merge(one, tuple(lists)) for _, one in sorted(found.items()))


def _modules(locks: Mapping[str, Lock]) -> tuple[LockedModule, ...]:
    found: dict[tuple[str, str], dict[str, LockedModule]] = {}
    for name, lock in locks.items():
        for module in lock.modules:
            found.setdefault((module.path, module.version), {})[name] = module
    mains: dict[str, set[str]] = {}
    for binary in (binary for lock in locks.values() for binary in lock.binaries):
        mains.setdefault(binary.module, set()).add(binary.target)
    return tuple(_module(one, tuple(locks), mains.get(key[0], set())) for key, one in sorted(found.items()))


def _module(found: Mapping[str, LockedModule], names: Sequence[str], mains: set[str]) -> LockedModule:
    first = next(iter(found.values()))
    _check("module", f"{first.path}@{first.version}".rstrip("@"), _MODULE, list(found.values()))
    lists = {name: found[name].packages if name in found else () for name in names}
    targets = _targets([package for packages in lists.values() for package in packages], mains)
    named = {
        name: tuple(replace(package, target=targets[package.import_path]) for package in packages)
        for name, packages in lists.items()
    }
    return replace(
        first, packages=_entries(named, merge_packages), overlay=_overlay(module.overlay for module in found.values())
    )


def _targets(packages: Sequence[LockedPackage], mains: set[str]) -> dict[str, str]:
    """Return one target for each package: what another configuration embeds or builds may have its name, too.

    `facts._targets` chose them with the files of one configuration in view; where all agree, they stay.
    """
    taken = mains | {p.dir + file for p in packages for file in p.attributes.get("embedsrcs", ())}
    chosen: dict[str, str] = {}
    for package in sorted(packages, key=lambda one: (one.import_path, -len(one.target))):
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
    found: dict[str, Any] = {}
    for part in parts:
        found = {**part, **found}
    return found


def _direct(locks: Sequence[Lock]) -> tuple[str, ...] | None:
    """Return what is imported directly in any configuration; None where one of them cannot tell."""
    known = [lock.direct for lock in locks if lock.direct is not None]
    return tuple(sorted({name for names in known for name in names})) if len(known) == len(locks) else None


def _check(kind: str, name: str, fields: Sequence[str], entries: Sequence[object]) -> None:
    for field in fields:
        if any(getattr(one, field) != getattr(entries[0], field) for one in entries):
            said = f"{kind} {name} does not have the same {field.replace('_', ' ')} in all configurations"
            raise BuildError(said, hint="run the command again if its sources changed in the meantime")
