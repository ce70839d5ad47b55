"""A message or an error as the keys of a JSON object; docs/json.md describes them."""

from __future__ import annotations

import re
from typing import Any

from gomod2bazel.base.errors import Gomod2bazelError
from gomod2bazel.base.process.message import Level, Message

__all__ = ["error_fields", "message_fields"]

_PLACE = re.compile(r"(?P<file>.+?)(?::(?P<line>\d+)(?::(?P<column>\d+))?)?", re.DOTALL)


def message_fields(message: Message) -> dict[str, Any]:
    """Return the keys of a warning, a note or a result; what is not known is null, or an empty chain."""
    place = _PLACE.fullmatch(message.where)
    file, line, column = place.group("file", "line", "column") if place else (None, None, None)
    return {
        "level": message.level.value,
        "code": None,
        "exit_code": None,
        "what": message.what,
        "file": file,
        "line": int(line) if line else None,
        "column": int(column) if column else None,
        "module": None,
        "chain": [],
        "hint": message.hint or None,
    }


def error_fields(error: Gomod2bazelError) -> dict[str, Any]:
    """Return the keys of an error."""
    fields = message_fields(Message(error.what, Level.ERROR, error.where, error.hint))
    return fields | {"exit_code": error.exit_code}
