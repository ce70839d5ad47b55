"""Names that the go command derives from import paths."""

from __future__ import annotations

import re

__all__ = ["binary_name"]


def binary_name(import_path: str) -> str:
    """Return the file name that the go command gives a command: its path's last element, but for a major version."""
    elements = import_path.split("/")
    major = re.fullmatch(r"v([2-9]|[1-9]\d+)", elements[-1])
    return elements[-2] if major and len(elements) > 1 else elements[-1]
