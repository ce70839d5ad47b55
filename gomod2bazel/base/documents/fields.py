"""A message or an error as the keys of a JSON object; docs/json.md describes them."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from typing import Any

from gomod2bazel.base.errors import Gomod2bazelError, MissingModuleError
from gomod2bazel.base.process.message import Level, Message

__all__ = ["SCHEMA_VERSION", "error_fields", "json_line", "message_fields", "output_fields"]

SCHEMA_VERSION = 1
"""Of every document and message, until the shape of one changes in a way that its readers would misread."""

_PLACE = re.compile(r"(?P<file>.+?)(?::(?P<line>\d+)(?::(?P<column>\d+))?)?", re.DOTALL)


def message_fields(message: Message) -> dict[str, Any]:
    """Return the keys of a warning, a note or a result; what is not known is null, or an empty list."""
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
        "modules": [],
        "hint": message.hint or None,
    }


def error_fields(error: Gomod2bazelError) -> dict[str, Any]:
    """Return the keys of an error."""
    fields = message_fields(Message(error.what, Level.ERROR, error.where, error.hint))
    fields |= {"code": error.code, "exit_code": error.exit_code}
    modules = _missing(error) if isinstance(error, MissingModuleError) else []
    first = {"module": modules[0]["module"], "chain": modules[0]["chain"]} if modules else {}
    return {**fields, "modules": modules, **first}


def output_fields(text: str) -> dict[str, Any]:
    """Return the keys of what a tool wrote, which is passed on as it is."""
    return message_fields(Message(text.rstrip("\n"))) | {"level": "output"}


def json_line(fields: Mapping[str, Any]) -> str:
    """Return the keys of a message as a line of standard error, in ASCII: its encoding may be any."""
    return json.dumps({"schema_version": SCHEMA_VERSION, **fields}) + "\n"


def _missing(error: MissingModuleError) -> list[dict[str, Any]]:
    return [
        {"module": module, "reason": reason, "chain": list(error.chains.get(module, ()))}
        for module, reason in error.modules.items()
    ]
