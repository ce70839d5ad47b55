"""Read a lock file: the reverse of `Lock.to_json`."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, cast

from gomod2bazel.base.errors import UsageError
from gomod2bazel.golang.command.configuration import Configuration
from gomod2bazel.lock.file.attributes import (
    BinaryVariant,
    MainModule,
    PackageAttributes,
    PackageVariant,
    Patch,
    Patched,
)
from gomod2bazel.lock.file.compact import SCHEMA
from gomod2bazel.lock.file.conflicts import has_conflicts, our_side
from gomod2bazel.lock.file.entry import HINT, Entry
from gomod2bazel.lock.file.expand import expanded
from gomod2bazel.lock.lock import (
    Lock,
    LockedBinary,
    LockedModule,
    LockedPackage,
    LockedSdk,
    OverlaidFile,
)
from gomod2bazel.sets.model.scoring import Evidence

__all__ = ["FormerLock", "read_former_lock", "read_lock"]

# Of files with indented entries.
_FORMER_SCHEMAS = (1, 2)

_PACKAGE = frozenset({"import_path", "source_path", "name", "dir", "target", "imports", "variants", "in"})
_TEXT_ATTRIBUTES = frozenset({"archive", "archive_build_id", "cover", "pgo_profile"})


def read_lock(text: str, file: str) -> Lock:
    """Return the lock that a file holds.

    What no file holds is empty: main packages that do not load or were left out, evidence that weighs nothing, and
    attributes of packages without a value. Where a lock is for several configurations, a name and the other attributes
    of a binary that differ are those of the first configuration that it is in.

    Args:
        text: the file's text.
        file: its name, for messages.

    Raises:
        UsageError: it is not JSON, has conflict markers or a schema that is not known, lacks a key, or has a value of
            another type.
    """
    if has_conflicts(text):
        raise UsageError("has conflict markers of a merge", where=file, hint=HINT)
    value = _object(text, file)
    schema = value.get("schema")
    if schema != SCHEMA or isinstance(schema, bool):
        raise _wrong_schema(schema, file)
    lock = Entry(file=file, path="", value=expanded(value))
    first = _configuration(lock.entry("configuration"))
    configurations = _configurations(lock)
    # The one that the lock names first, then by name.
    order = sorted(configurations, key=lambda name: (configurations[name] != first, name))
    standard = lock.entry("standard")
    return Lock(
        configuration=first,
        configurations=configurations,
        modules=tuple(_module(entry, order) for entry in lock.list_of_entries("modules")),
        standard=tuple(_package(entry, order) for entry in standard.list_of_entries("packages")),
        standard_overlay=_overlay(standard),
        binaries=tuple(_binary(entry, order) for entry in lock.list_of_entries("binaries")),
        direct=lock.texts("direct") if "direct" in lock.value else None,
        sdks=_sdks(lock),
        main_modules=tuple(_main_module(entry) for entry in lock.list_of_entries("main_modules")),
        repository_packages=_repository_packages(lock),
        standard_imports=standard.texts("imports"),
        standard_test_imports=standard.texts("test_imports"),
    )


def _main_module(entry: Entry) -> MainModule:
    return MainModule(
        path=entry.get("path", str),
        lang=entry.get("lang", str),
        go=entry.get("go", str),
        godebug=entry.texts_by_name("godebug") if "godebug" in entry.value else {},
        version=entry.get("version", str, ""),
        replaced_by=entry.get("replaced_by", str, ""),
        dir=entry.get("dir", str, ""),
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class FormerLock:
    """What a new lock takes from the one that it replaces, whichever release wrote that.

    Attributes:
        configuration, configurations, sdks: as of `Lock`.
        has_binaries: whether it was made of a module, and not by generate.
    """

    configuration: Configuration
    configurations: Mapping[str, Configuration]
    sdks: Mapping[str, LockedSdk]
    has_binaries: bool


def read_former_lock(text: str, file: str) -> FormerLock:
    """Return what a new lock takes from the one that a file holds; where a merge left conflicts, from our side.

    Args:
        text: the file's text.
        file: its name, for messages.

    Raises:
        UsageError: as `read_lock`; schemas 1 and 2 are read too.
    """
    value = _object(our_side(text), file)
    schema = value.get("schema")
    if schema not in (*_FORMER_SCHEMAS, SCHEMA) or isinstance(schema, bool):
        raise _wrong_schema(schema, file)
    lock = Entry(file=file, path="", value=expanded(value) if schema == SCHEMA else value)
    return FormerLock(
        configuration=_configuration(lock.entry("configuration")),
        configurations=_configurations(lock),
        sdks=_sdks(lock),
        has_binaries=bool(lock.get("binaries", list)),
    )


def _object(text: str, file: str) -> Mapping[str, Any]:
    """Return the JSON object that a file holds."""
    try:
        value = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise UsageError(f"is not JSON: {error}", where=file, hint=HINT) from error
    if not isinstance(value, dict):
        raise UsageError("is not a JSON object", where=file, hint=HINT)
    return value


def _wrong_schema(schema: object, file: str) -> UsageError:
    return UsageError(
        f"has schema {json.dumps(schema)}, but this gomod2bazel reads {SCHEMA}",
        where=file,
        hint="use the gomod2bazel release that wrote the lock, or make it again",
    )


def _configurations(lock: Entry) -> dict[str, Configuration]:
    if "configurations" not in lock.value:
        return {}
    return {name: _configuration(entry) for name, entry in lock.entry("configurations").entries().items()}


def _sdks(lock: Entry) -> dict[str, LockedSdk]:
    return {name: _sdk(entry) for name, entry in lock.entry("sdk").entries().items()} if "sdk" in lock.value else {}


def _repository_packages(lock: Entry) -> dict[str, str]:
    if "repository_packages" not in lock.value:
        return {}
    return {path: entry.get("label", str) for path, entry in lock.entry("repository_packages").entries().items()}


def _sdk(entry: Entry) -> LockedSdk:
    return LockedSdk(sum=entry.get("sum", str), zip_sha256=entry.get("zip_sha256", str))


def _configuration(entry: Entry) -> Configuration:
    return Configuration(
        go=entry.get("go", str),
        goos=entry.get("goos", str),
        goarch=entry.get("goarch", str),
        arch=entry.get("arch", str),
        cgo=entry.get("cgo", bool),
        tags=entry.texts("tags"),
        experiment=entry.get("experiment", str),
        buildmode=entry.get("buildmode", str),
        instrument=entry.get("instrument", str, ""),
        fips140=entry.get("fips140", str, ""),
        compiler=entry.get("compiler", str, "gc"),
    )


def _module(entry: Entry, order: Sequence[str]) -> LockedModule:
    return LockedModule(
        path=entry.get("path", str),
        version=entry.get("version", str),
        sum=entry.get("sum", str),
        go_mod_sum=entry.get("go_mod_sum", str),
        verified=entry.get("verified", bool),
        replaced_by=entry.get("replaced_by", str),
        lang=entry.get("lang", str),
        packages=tuple(_package(package, order) for package in entry.list_of_entries("packages")),
        zip_sha256=entry.get("zip_sha256", str, ""),
        vendored=entry.get("vendored", bool, default=False),
        overlay=_overlay(entry),
        patched=_patched(entry) if "patches" in entry.value else None,
    )


def _patched(entry: Entry) -> Patched:
    diffs = entry.entry("patched")
    return Patched(
        upstream_sum=entry.get("upstream_sum", str),
        upstream_go_mod_sum=entry.get("upstream_go_mod_sum", str),
        patches=tuple(
            Patch(name=patch.get("name", str), sha256=patch.get("sha256", str))
            for patch in entry.list_of_entries("patches")
        ),
        # null for a file that is removed.
        diffs={name: None if value is None else diffs.get(name, str) for name, value in diffs.value.items()},
    )


def _overlay(entry: Entry) -> dict[str, OverlaidFile]:
    files = entry.entry("overlay").entries() if "overlay" in entry.value else {}
    return {
        name: OverlaidFile(path=file.get("path", str), sha256=file.get("sha256", str)) for name, file in files.items()
    }


def _package(entry: Entry, order: Sequence[str]) -> LockedPackage:
    variants = {name: _package_variant(values) for name, values in entry.variants().items()}
    whole = entry.with_first(order)
    # Those of all configurations.
    imports = {path for values in variants.values() for path in values.get("imports", ())}
    return LockedPackage(
        import_path=entry.get("import_path", str),
        source_path=entry.get("source_path", str, entry.get("import_path", str)),
        name=whole.get("name", str),
        dir=entry.get("dir", str),
        target=entry.get("target", str),
        imports=tuple(sorted(imports)) if imports else entry.texts("imports"),
        attributes=_attributes(entry),
        variants=variants,
        only_in=entry.texts("in"),
    )


def _attributes(entry: Entry) -> PackageAttributes:
    """Return the attributes of a package's go_library among the keys of an entry, each checked for its type."""
    attributes = {key: _attribute(entry, key) for key in entry.value if key not in _PACKAGE}
    return cast(PackageAttributes, attributes)


def _attribute(entry: Entry, key: str) -> str | list[str] | dict[str, str] | dict[str, list[str]]:
    if key in _TEXT_ATTRIBUTES:
        return entry.get(key, str)
    if key == "overlaid":
        return entry.texts_by_name(key)
    if key == "embed_patterns":
        patterns = entry.entry(key)
        return {pattern: list(patterns.texts(pattern)) for pattern in patterns.value}
    return list(entry.texts(key))


def _package_variant(entry: Entry) -> PackageVariant:
    variant = cast(PackageVariant, _attributes(entry))
    if "name" in entry.value:
        variant["name"] = entry.get("name", str)
    if "imports" in entry.value:
        variant["imports"] = entry.texts("imports")
    return variant


def _binary_variant(entry: Entry) -> BinaryVariant:
    variant: BinaryVariant = {}
    for text in ("name", "godebug", "pgo_profile"):
        if text in entry.value:
            variant[text] = entry.get(text, str)
    for texts in ("buildinfo", "linker_deps", "gc_linkopts"):
        if texts in entry.value:
            variant[texts] = entry.texts(texts)
    if "flags" in entry.value:
        variant["flags"] = entry.texts_by_name("flags")
    return variant


def _binary(entry: Entry, order: Sequence[str]) -> LockedBinary:
    variants = {name: _binary_variant(values) for name, values in entry.variants().items()}
    whole = entry.with_first(order)
    return LockedBinary(
        import_path=entry.get("import_path", str),
        module=entry.get("module", str),
        dir=entry.get("dir", str),
        name=whole.get("name", str),
        target=entry.get("target", str),
        set=entry.get("set", str),
        margin=entry.get("margin", float),
        evidence=tuple(_evidence(item) for item in entry.list_of_entries("evidence")),
        buildinfo=whole.texts("buildinfo"),
        godebug=whole.get("godebug", str),
        linker_deps=whole.texts("linker_deps"),
        gc_linkopts=whole.texts("gc_linkopts"),
        flags=whole.texts_by_name("flags"),
        pgo_profile=whole.get("pgo_profile", str),
        variants=variants,
        only_in=entry.texts("in"),
    )


def _evidence(entry: Entry) -> Evidence:
    return Evidence(
        kind=entry.get("kind", str),
        reason=entry.get("reason", str),
        position=entry.get("position", str),
        weight=entry.get("weight", float),
        weights={},
    )
