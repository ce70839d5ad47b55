"""Files that are in place, as entries of a JSON document."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import asdict
from typing import Any

from gomod2bazel.install.install import InstalledFile

__all__ = ["file_entries"]

# Of binaries alone: result files have these.
_OF_BINARIES = ("set", "inputs", "verified", "license")


def file_entries(installed: Iterable[InstalledFile]) -> list[dict[str, Any]]:
    """Return an entry for each file of a goproxy hierarchy or a module tree; docs/json.md describes it."""
    return [
        {key: value for key, value in asdict(file.record).items() if key not in _OF_BINARIES}
        | {"unchanged": file.unchanged}
        for file in installed
    ]
