"""Read a lock file: the reverse of `Lock.to_json`."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, TypeVar

from gomod2bazel.base.errors import UsageError
from gomod2bazel.golang.command.configuration import Configuration
from gomod2bazel.lock.lock import (
    SCHEMA,
    SCHEMA_OF_SEVERAL,
    Lock,
    LockedBinary,
    LockedModule,
    LockedPackage,
    OverlaidFile,
)
from gomod2bazel.sets.scoring import Evidence

__all__ = ["read_lock"]

_HINT = "make the lock again with the command that wrote it: gomod2bazel lock or gomod2bazel generate"

_Value = TypeVar("_Value")

# What the types of JSON are called in messages.
_NAMES: Mapping[type, str] = {
    str: "a string",
    bool: "true or false",
    float: "a number",
    list: "a list",
    dict: "an object",
}

_PACKAGE = frozenset({"import_path", "source_path", "name", "dir", "target", "imports", "variants", "in"})
_MODULE = frozenset(
    {
        "path", "version", "sum", "go_mod_sum", "verified", "replaced_by", "lang", "packages", "zip_sha256", "vendored",
        "overlay",
    }
)  # fmt: skip


def read_lock(text: str, file: str) -> Lock:
    """Return the lock that a file holds.

    What no file holds is empty: main packages that do not load or were left out, evidence that weighs nothing, and
    attributes of packages without a value. Where a lock is for several configurations, a name and the other attributes
    of a binary that differ are those of the first configuration that it is in.

    Args:
        text: the file's text.
        file: its name, for messages.

    Raises:
        UsageError: it is not JSON, has a schema that is not known, lacks a key or has a value of another type.
    """
    try:
        value = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise UsageError(f"is not JSON: {error}", where=file, hint=_HINT) from error
    if not isinstance(value, dict):
        raise UsageError("is not a JSON object", where=file, hint=_HINT)
    lock = _Entry(file=file, path="", value=value)
    schema = lock.value.get("schema")
    if schema not in (SCHEMA, SCHEMA_OF_SEVERAL) or isinstance(schema, bool):
        raise UsageError(
            f"has schema {json.dumps(schema)}, but this gomod2bazel reads {SCHEMA} and {SCHEMA_OF_SEVERAL}",
            where=file,
            hint="use the gomod2bazel release that wrote the lock, or make it again",
        )
    first = _configuration(lock.entry("configuration"))
    several = lock.entry("configurations").entries() if schema == SCHEMA_OF_SEVERAL else {}
    configurations = {name: _configuration(entry) for name, entry in several.items()}
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
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class _Entry:
    """An object of the file.

    Attributes:
        file: the file's name.
        path: where the object is in the file, as in ``modules[2]``; empty for the whole.
        value: what it holds.
    """

    file: str
    path: str
    value: Mapping[str, Any]

    def get(self, key: str, kind: type[_Value], default: _Value | None = None) -> _Value:
        """Return the value of a key; a default where it may be absent."""
        if key not in self.value and default is not None:
            return default
        if key not in self.value:
            raise UsageError(f"{self.path or 'the lock'} has no {key!r}", where=self.file, hint=_HINT)
        return self._checked(self.value[key], kind, self._below(key))

    def texts(self, key: str) -> tuple[str, ...]:
        """Return a list of strings; an empty one where the key is absent."""
        values: list[Any] = self.get(key, list, [])
        return tuple(self._checked(one, str, f"{self._below(key)}[{i}]") for i, one in enumerate(values))

    def texts_by_name(self, key: str) -> dict[str, str]:
        """Return an object of strings."""
        entry = self.entry(key)
        return {name: entry.get(name, str) for name in entry.value}

    def entry(self, key: str) -> _Entry:
        """Return the object of a key."""
        return _Entry(file=self.file, path=self._below(key), value=self.get(key, dict))

    def entries(self) -> dict[str, _Entry]:
        """Return the objects of all keys."""
        return {key: self.entry(key) for key in self.value}

    def list_of_entries(self, key: str) -> Iterator[_Entry]:
        """Yield the objects of a list."""
        values: list[Any] = self.get(key, list)
        for i, one in enumerate(values):
            path = f"{self._below(key)}[{i}]"
            yield _Entry(file=self.file, path=path, value=self._checked(one, dict, path))

    def with_first(self, variants: Mapping[str, Mapping[str, Any]], order: Sequence[str]) -> _Entry:
        """Return the entry with what differs between configurations as the first of them has it."""
        first: dict[str, Any] = {}
        for name in order:
            first = {**variants.get(name, {}), **first}
        return _Entry(file=self.file, path=self.path, value={**first, **self.value})

    def variants(self) -> dict[str, dict[str, Any]]:
        """Return what differs between configurations, by their names."""
        found = self.entry("variants").entries() if "variants" in self.value else {}
        return {name: dict(entry.value) for name, entry in found.items()}

    def _below(self, key: str) -> str:
        return f"{self.path}.{key}" if self.path else key

    def _checked(self, value: Any, kind: type[_Value], path: str) -> _Value:
        fits = isinstance(value, (int, float)) and not isinstance(value, bool) if kind is float else None
        if not (isinstance(value, kind) if fits is None else fits):
            raise UsageError(f"{path} is not {_NAMES[kind]}", where=self.file, hint=_HINT)
        return value  # type: ignore[no-any-return]


def _configuration(entry: _Entry) -> Configuration:
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


def _module(entry: _Entry, order: Sequence[str]) -> LockedModule:
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
        patched={key: value for key, value in entry.value.items() if key not in _MODULE},
    )


def _overlay(entry: _Entry) -> dict[str, OverlaidFile]:
    files = entry.entry("overlay").entries() if "overlay" in entry.value else {}
    return {
        name: OverlaidFile(path=file.get("path", str), sha256=file.get("sha256", str)) for name, file in files.items()
    }


def _package(entry: _Entry, order: Sequence[str]) -> LockedPackage:
    variants = entry.variants()
    for name, values in variants.items():
        if "imports" in values:
            values["imports"] = entry.entry("variants").entry(name).texts("imports")
    whole = entry.with_first(variants, order)
    # Those of all configurations.
    imports = {path for values in variants.values() for path in values.get("imports", ())}
    return LockedPackage(
        import_path=entry.get("import_path", str),
        source_path=entry.get("source_path", str, entry.get("import_path", str)),
        name=whole.get("name", str),
        dir=entry.get("dir", str),
        target=entry.get("target", str),
        imports=tuple(sorted(imports)) if imports else entry.texts("imports"),
        attributes={key: value for key, value in entry.value.items() if key not in _PACKAGE},
        variants=variants,
        only_in=entry.texts("in"),
    )


def _binary(entry: _Entry, order: Sequence[str]) -> LockedBinary:
    variants = entry.variants()
    whole = entry.with_first(variants, order)
    return LockedBinary(
        import_path=entry.get("import_path", str),
        module=entry.get("module", str),
        dir=entry.get("dir", str),
        name=whole.get("name", str),
        target=entry.get("target", str),
        set=entry.get("set", str),
        margin=entry.get("margin", float),
        evidence=tuple(_evidence(one) for one in entry.list_of_entries("evidence")),
        buildinfo=whole.texts("buildinfo"),
        godebug=whole.get("godebug", str),
        linker_deps=whole.texts("linker_deps"),
        gc_linkopts=whole.texts("gc_linkopts"),
        flags=whole.texts_by_name("flags"),
        pgo_profile=whole.get("pgo_profile", str),
        variants={
            name: {key: tuple(value) if isinstance(value, list) else value for key, value in values.items()}
            for name, values in variants.items()
        },
        only_in=entry.texts("in"),
    )


def _evidence(entry: _Entry) -> Evidence:
    return Evidence(
        kind=entry.get("kind", str),
        reason=entry.get("reason", str),
        position=entry.get("position", str),
        weight=entry.get("weight", float),
        weights={},
    )
