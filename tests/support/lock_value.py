"""What a lock file tells, whole: without the short forms of the file."""

from __future__ import annotations

import json
from typing import Any

from gomod2bazel.lock.file.expand import expanded

__all__ = ["lock_value"]


def lock_value(text: str) -> dict[str, Any]:
    """Return a lock as `Lock.to_dict` has it, from the text of its file."""
    return expanded(json.loads(text))
