"""An object of a lock file, whose values are checked when they are read."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, TypeVar

from gomod2bazel.base.errors import UsageError

__all__ = ["HINT", "Entry"]

HINT = "make the lock again with the command that wrote it: gomod2bazel lock or gomod2bazel generate"
"""What a user can do about a file that cannot be read."""

_Value = TypeVar("_Value")

# What the types of JSON are called in messages.
_NAMES: Mapping[type, str] = {
    str: "a string",
    bool: "true or false",
    float: "a number",
    list: "a list",
    dict: "an object",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
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
            raise UsageError(f"{self.path or 'the lock'} has no {key!r}", where=self.file, hint=HINT)
        return self._checked(self.value[key], kind, self._below(key))

    def texts(self, key: str) -> tuple[str, ...]:
        """Return a list of strings; an empty one where the key is absent."""
        values: list[Any] = self.get(key, list, [])
        return tuple(self._checked(item, str, f"{self._below(key)}[{i}]") for i, item in enumerate(values))

    def texts_by_name(self, key: str) -> dict[str, str]:
        """Return an object of strings."""
        entry = self.entry(key)
        return {name: entry.get(name, str) for name in entry.value}

    def entry(self, key: str) -> Entry:
        """Return the object of a key."""
        return Entry(file=self.file, path=self._below(key), value=self.get(key, dict))

    def entries(self) -> dict[str, Entry]:
        """Return the objects of all keys."""
        return {key: self.entry(key) for key in self.value}

    def list_of_entries(self, key: str) -> Iterator[Entry]:
        """Yield the objects of a list."""
        values: list[Any] = self.get(key, list)
        for i, item in enumerate(values):
            path = f"{self._below(key)}[{i}]"
            yield Entry(file=self.file, path=path, value=self._checked(item, dict, path))

    def with_first(self, order: Sequence[str]) -> Entry:
        """Return the entry with what differs between configurations as the first of them has it."""
        variants, first = self.variants(), dict[str, Any]()
        for name in filter(variants.get, order):
            first = {**variants[name].value, **first}
        return Entry(file=self.file, path=self.path, value={**first, **self.value})

    def variants(self) -> dict[str, Entry]:
        """Return what differs between configurations, by their names."""
        return self.entry("variants").entries() if "variants" in self.value else {}

    def _below(self, key: str) -> str:
        return f"{self.path}.{key}" if self.path else key

    def _checked(self, value: Any, kind: type[_Value], path: str) -> _Value:
        fits = isinstance(value, (int, float)) and not isinstance(value, bool) if kind is float else None
        if not (isinstance(value, kind) if fits is None else fits):
            raise UsageError(f"{path} is not {_NAMES[kind]}", where=self.file, hint=HINT)
        return value  # type: ignore[no-any-return]
