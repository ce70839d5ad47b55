"""What documents of both forms have in common: their bytes, their time, and a name that follows from their content."""

from __future__ import annotations

import hashlib
import json
import uuid
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from gomod2bazel.base.errors import UsageError

__all__ = ["PROJECT", "content_uuid", "encode", "time_text"]

PROJECT = "https://github.com/gomod2bazel/gomod2bazel"
"""The project's page: the homepage in pyproject.toml."""


def content_uuid(content: Mapping[str, Any]) -> uuid.UUID:
    """Return the UUID of a document: another content has another, the same content always the same.

    Args:
        content: The document without it.
    """
    digest = hashlib.sha256(json.dumps(content, sort_keys=True).encode()).hexdigest()
    return uuid.uuid5(uuid.NAMESPACE_URL, f"{PROJECT}/sbom/{digest}")


def encode(content: Mapping[str, Any]) -> bytes:
    """Return the bytes of a document; fields keep their order.

    Args:
        content: The document.
    """
    return (json.dumps(content, indent=2, ensure_ascii=False) + "\n").encode()


def time_text(created: int) -> str:
    """Return a time as both forms have it: ``1980-01-01T00:00:00Z``.

    Args:
        created: Seconds of the epoch.

    Raises:
        UsageError: It is not before the year 10000.
    """
    try:
        moment = datetime.fromtimestamp(created, UTC)
    except (OverflowError, ValueError, OSError) as error:
        raise UsageError(
            f"SOURCE_DATE_EPOCH {created} is not a time of the years 1 to 9999",
            hint="set SOURCE_DATE_EPOCH to seconds since 1970, such as 1700000000",
        ) from error
    return moment.isoformat(timespec="seconds").replace("+00:00", "Z")
