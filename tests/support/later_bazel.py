"""The flags that give Bazel 7 the defaults of later releases, out of docs/bazel-releases.md."""

from __future__ import annotations

import re
from pathlib import Path

__all__ = ["PAGE", "later_flags"]

PAGE = Path(__file__).resolve().parents[2] / "docs" / "bazel-releases.md"


def later_flags(version: str) -> tuple[str, ...]:
    """Return the flags of the page's first table; none for another Bazel than 7, whose defaults are its own."""
    if not version.startswith("7."):
        return ()
    table = PAGE.read_text(encoding="utf-8").split("\n## ")[1]
    return tuple(re.findall(r"^\| `(--[^`]+)` \|", table, re.MULTILINE))
