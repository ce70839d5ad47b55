"""Append object files to a Go archive: what ``go tool pack r`` does, which newer Go toolchains no longer ship."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

__all__ = ["append"]


def append(archive: str, objects: list[str]) -> None:
    """Append ``objects`` to ``archive`` as ar(5) members with no time, owner or group.

    Names are cut to 16 bytes, members are padded to an even length.
    """
    with Path(archive).open("ab") as target:
        for path in objects:
            name = os.fsencode(os.path.basename(path))[:16]
            size = Path(path).stat().st_size
            header = b"%-16s%-12d%-6d%-6d%-8o%-10d`\n" % (name, 0, 0, 0, 0o644, size)
            target.write(header)
            with Path(path).open("rb") as source:
                shutil.copyfileobj(source, target)
            if size % 2:
                target.write(b"\0")
