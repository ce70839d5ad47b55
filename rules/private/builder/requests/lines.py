"""Read requests: ``key=value`` lines, as the rules write them into files of arguments."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import Any, TypeVar

from builder.base.tools import BuilderError

__all__ = ["read", "read_file"]

T = TypeVar("T")


def read(kind: type[T], lines: Iterable[str]) -> T:
    """Return the request that lines make; a list's key repeats, ``match`` lines belong to the ``pattern`` above them.

    Args:
        kind: a dataclass of strings, booleans and lists of strings, which all have defaults, and perhaps ``patterns``.
        lines: of the request.

    Raises:
        BuilderError: an unknown key.
    """
    values: dict[str, Any] = dict(vars(kind()))
    matches: list[str] = []
    for line in lines:
        key, _, value = line.rstrip("\n").partition("=")
        if key == "pattern" and "patterns" in values:
            matches = values["patterns"].setdefault(value, [])
        elif key == "match" and "patterns" in values:
            matches.append(value)
        else:
            _set(values, key, value)
    return kind(**values)


def _set(values: dict[str, Any], key: str, value: str) -> None:
    now = values.get(key)
    if isinstance(now, list):
        now.append(value)
    elif isinstance(now, bool):
        values[key] = value == "1"
    elif isinstance(now, str):
        values[key] = value
    else:
        raise BuilderError(f"unknown request key {key!r}\n")


def read_file(path: str) -> list[str]:
    """Return the lines of a file of arguments."""
    text = Path(path).read_text(encoding="utf-8", errors="surrogateescape")
    # Not splitlines(), which takes more characters than a newline for the end of a line.
    return text.removesuffix("\n").split("\n")
