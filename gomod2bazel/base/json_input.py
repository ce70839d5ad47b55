"""JSON that other programs write: read with an error that names the program, whatever shape it has."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from gomod2bazel.base.errors import Gomod2bazelError, ToolError

__all__ = ["read_json", "read_object", "read_objects", "shape_errors"]

_HINT = "gomod2bazel doctor shows which tools are used; check whether one of them is a wrapper that prints other text"

_SHAPE = (AttributeError, IndexError, KeyError, RecursionError, TypeError, ValueError)
"""What code raises that takes apart a value which is not of the shape that it has by its specification."""


@contextmanager
def shape_errors(teller: str, error: type[Gomod2bazelError] = ToolError, hint: str = _HINT) -> Iterator[None]:
    """Turn what is raised inside, where a value from elsewhere is taken apart, into one of our errors.

    Args:
        teller: Who wrote the value: "go list -m -json".
        error: The class of the error.
        hint: What to do about it.

    Raises:
        Gomod2bazelError: The value is not of the shape that the code inside expects.
    """
    try:
        yield
    except _SHAPE as cause:
        what = f"no {cause}" if isinstance(cause, KeyError) else str(cause) or type(cause).__name__
        raise error(f"{teller}: output does not have the documented form: {what}", hint=hint) from cause


def read_json(text: str | bytes, teller: str, error: type[Gomod2bazelError] = ToolError, hint: str = _HINT) -> Any:
    """Return the value that ``text`` holds; the other arguments are those of `shape_errors`.

    Raises:
        Gomod2bazelError: It holds none, or more than that.
    """
    try:
        return json.loads(text)
    except (RecursionError, ValueError) as cause:
        raise error(f"{teller}: output is not JSON: {_begin(text)}: {_cause(cause)}", hint=hint) from cause


def read_object(
    text: str | bytes, teller: str, error: type[Gomod2bazelError] = ToolError, hint: str = _HINT
) -> dict[str, Any]:
    """Return the object that ``text`` holds; the other arguments are those of `shape_errors`.

    Raises:
        Gomod2bazelError: It holds none, or more than that.
    """
    value = read_json(text, teller, error, hint)
    if not isinstance(value, dict):
        raise error(f"{teller}: output is not a JSON object: {_begin(text)}", hint=hint)
    return value


def read_objects(text: str, teller: str) -> Iterator[dict[str, Any]]:
    """Yield the objects that follow each other in ``text``.

    Raises:
        ToolError: Something else is among them.
    """
    decoder, at = json.JSONDecoder(), 0
    while True:
        while at < len(text) and text[at].isspace():
            at += 1
        if at >= len(text):
            return
        try:
            value, end = decoder.raw_decode(text, at)
        except (RecursionError, ValueError) as cause:
            raise ToolError(
                f"{teller}: output is not JSON: {_begin(text[at:])}: {_cause(cause)}", hint=_HINT
            ) from cause
        if not isinstance(value, dict):
            raise ToolError(f"{teller}: output is not a JSON object: {_begin(text[at:])}", hint=_HINT)
        yield value
        at = end


def _begin(text: str | bytes) -> str:
    """Return the beginning of an answer, for a message."""
    plain = text.decode("utf-8", "replace") if isinstance(text, bytes) else text
    line = plain.strip().partition("\n")[0]
    return repr(line[:80] + ("..." if len(line) > 80 else ""))


def _cause(cause: Exception) -> str:
    return "nested too deeply" if isinstance(cause, RecursionError) else str(cause)
