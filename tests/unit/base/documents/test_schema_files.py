"""The JSON Schemas of the package: each is right, complete and described."""

from __future__ import annotations

import json
from collections.abc import Iterator
from importlib.resources import files
from typing import Any

import pytest
from jsonschema import Draft202012Validator
from jsonschema.exceptions import ValidationError
from support.documents import strict

from gomod2bazel.base.documents.schema_files import read_schema, schema_names
from gomod2bazel.base.errors import UsageError

NAMES = schema_names()


def _objects(schema: Any, at: str = "") -> Iterator[tuple[str, dict[str, Any]]]:
    """Yield each part of a schema that describes a value, with its place."""
    if isinstance(schema, dict):
        if "type" in schema or "enum" in schema or "const" in schema:
            yield at, schema
        for key, value in schema.items():
            yield from _objects(value, f"{at}/{key}")
    elif isinstance(schema, list):
        for number, value in enumerate(schema):
            yield from _objects(value, f"{at}/{number}")


@pytest.mark.parametrize("name", NAMES)
def test_a_schema_is_right(name: str) -> None:
    schema = json.loads(read_schema(name))
    Draft202012Validator.check_schema(schema)
    assert schema["$schema"] == "https://json-schema.org/draft/2020-12/schema"
    assert schema["$id"].endswith(f"/{name}.json") and schema["title"]
    for at, part in _objects(schema):
        if "properties" in part:
            assert set(part["required"]) <= set(part["properties"]), at
            for key, value in part["properties"].items():
                assert "description" in value or "$ref" in value, f"{at}/{key}"


def test_what_schemas_share_is_the_same() -> None:
    shared: dict[str, dict[str, Any]] = {}
    for name in NAMES:
        for key, value in json.loads(read_schema(name)).get("$defs", {}).items():
            assert shared.setdefault(key, value) == value, f"{key} of {name}"
    fields = json.loads(read_schema("error"))["properties"]
    message = shared["message"]["properties"]
    assert {key: fields[key] for key in message if key != "level"} == {k: v for k, v in message.items() if k != "level"}


def test_they_are_files_of_the_package() -> None:
    folder = files("gomod2bazel") / "base" / "documents" / "schemas"
    assert json.loads((folder / "modules" / "list.json").read_text(encoding="utf-8"))["title"]


def test_a_schema_that_is_not_there() -> None:
    with pytest.raises(UsageError, match="unknown schema 'baseline-impct'") as caught:
        read_schema("baseline-impct")
    assert caught.value.hint.startswith("did you mean baseline-impact")
    with pytest.raises(UsageError) as caught:
        read_schema("../../errors")
    assert caught.value.hint == "gomod2bazel schema lists the schemas"


def test_a_strict_schema_refuses_what_it_does_not_describe() -> None:
    version = {"schema_version": 1, "version": "0.1.0", "python": "3.12.1"}
    schema = json.loads(read_schema("version"))
    for known in (schema, strict(schema)):
        Draft202012Validator(known).validate(version)
    Draft202012Validator(schema).validate({**version, "new": 1})
    with pytest.raises(ValidationError, match="'new' was unexpected"):
        Draft202012Validator(strict(schema)).validate({**version, "new": 1})
    with pytest.raises(ValidationError, match="'python' is a required property"):
        Draft202012Validator(schema).validate({"schema_version": 1, "version": ""})
