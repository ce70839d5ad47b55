"""What commands print with -json, held against the schemas of the package."""

from __future__ import annotations

import json
from typing import Any

from jsonschema import Draft202012Validator

from gomod2bazel.base.documents.schema_files import read_schema

__all__ = ["checked", "strict"]


def checked(name: str, text: str) -> Any:
    """Return the value of a JSON text.

    Raises:
        AssertionError: The schema of that name does not allow it, or does not describe one of its keys.
    """
    value = json.loads(text)
    errors = Draft202012Validator(strict(json.loads(read_schema(name)))).iter_errors(value)
    assert [f"{error.json_path}: {error.message}" for error in errors] == []
    return value


def strict(schema: Any) -> Any:
    """Return a schema that refuses every key that it does not describe.

    The schemas of the package allow more keys, as later versions may add some.
    """
    if isinstance(schema, list):
        return [strict(item) for item in schema]
    if not isinstance(schema, dict):
        return schema
    closed = {"additionalProperties": False} if "properties" in schema and "type" in schema else {}
    return {**closed, **{key: strict(value) for key, value in schema.items()}}
