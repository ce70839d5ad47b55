"""The JSON Schemas in the package. Nothing but the command `schema` and tests reads them."""

from __future__ import annotations

from importlib.resources import files

from gomod2bazel.base.errors import UsageError
from gomod2bazel.base.near_names import did_you_mean

__all__ = ["read_schema", "schema_names"]

_PACKAGE = "gomod2bazel.base.documents.schemas"


def schema_names() -> tuple[str, ...]:
    """Return the names of all schemas, sorted."""
    return tuple(sorted(_files()))


def read_schema(name: str) -> str:
    """Return the text of a schema.

    Raises:
        UsageError: The name is not that of a schema.
    """
    folders = _files()
    if name not in folders:
        hint = did_you_mean(name, folders) or "gomod2bazel schema lists the schemas"
        raise UsageError(f"unknown schema {name!r}", hint=hint)
    return (files(_PACKAGE) / folders[name] / f"{name}.json").read_text(encoding="utf-8")


def _files() -> dict[str, str]:
    """Return the folder of each schema, by its name."""
    folders = (folder for folder in files(_PACKAGE).iterdir() if folder.is_dir())
    return {
        file.name.removesuffix(".json"): folder.name
        for folder in folders
        for file in folder.iterdir()
        if file.name.endswith(".json")
    }
