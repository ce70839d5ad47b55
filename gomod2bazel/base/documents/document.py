"""The document that a command prints with -json."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from gomod2bazel.base.documents.fields import SCHEMA_VERSION
from gomod2bazel.base.documents.recorder import Recorder

__all__ = ["document"]


def document(fields: Mapping[str, Any], recorder: Recorder | None = None) -> str:
    """Return one JSON object as text, which a schema of the package describes.

    Args:
        fields: The document without ``schema_version``.
        recorder: Has warnings, notes and errors of single items; None for a document without ``messages``.
    """
    messages = {} if recorder is None else {"messages": recorder.entries}
    value = {"schema_version": SCHEMA_VERSION, **fields, **messages}
    return json.dumps(value, indent=1, ensure_ascii=False) + "\n"
