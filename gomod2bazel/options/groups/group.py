"""Groups of options: frozen values whose fields are the values of flags, or groups."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import fields, replace
from typing import Any, TypeVar

__all__ = ["Group", "values_of", "with_values"]

_Options = TypeVar("_Options", bound="Group")


class Group:
    """A group of options: a frozen dataclass whose fields are values of flags, or groups."""

    __slots__ = ()


def values_of(options: Group) -> dict[str, Any]:
    """Return the value of each flag in a group of options and in the groups inside it, by its field's name."""
    values: dict[str, Any] = {}
    for name in _names(options):
        value = getattr(options, name)
        values |= values_of(value) if isinstance(value, Group) else {name: value}
    return values


def with_values(options: _Options, values: Mapping[str, Any]) -> _Options:
    """Return options with other values for some flags.

    Args:
        options: a group of options.
        values: the new values by the names of their fields, which may be in groups inside this one; others are
            passed over.
    """
    changed: dict[str, Any] = {}
    for name in _names(options):
        value = getattr(options, name)
        if isinstance(value, Group):
            inside = with_values(value, values)
            changed |= {name: inside} if inside is not value else {}
        elif name in values:
            changed[name] = values[name]
    return replace(options, **changed) if changed else options  # type: ignore[type-var]


def _names(options: Group) -> list[str]:
    return [field.name for field in fields(options)]  # type: ignore[arg-type]
