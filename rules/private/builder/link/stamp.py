"""Put values of the workspace status into the linker's -X flags.

Usage: ``python stamp.py X_DEFS OUTPUT STATUS...``. X_DEFS is JSON, a value by the name of its variable; ``{KEY}`` in a
value stands for that of KEY in one of the STATUS files, which Bazel writes (a key and a value a line, see "Workspace
status" in its manual). OUTPUT gets the flags, one a line, as Go's tools read them (cmd/internal/objabi, expandArgs).
"""

from __future__ import annotations

import json
import re
import sys
from collections.abc import Mapping
from pathlib import Path

__all__ = ["flags", "read_status"]


def read_status(text: str) -> dict[str, str]:
    """Return the values of a status file by their keys; a key without a value has an empty one."""
    lines = (line.partition(" ") for line in text.split("\n") if line)
    return {key: value for key, _, value in lines}


def flags(x_defs: Mapping[str, str], status: Mapping[str, str]) -> str:
    """Return the text of a file of flags; what no status file names stays as it is."""
    words = (
        f"-X={name}=" + re.sub(r"\{([^{}]+)\}", lambda match: status.get(match[1], match[0]), value)
        for name, value in x_defs.items()
    )
    return "".join(word.replace("\\", "\\\\").replace("\n", "\\n") + "\n" for word in words)


def main(arguments: list[str]) -> int:
    """Write the file of flags."""
    x_defs, output, *files = map(Path, arguments)
    status: dict[str, str] = {}
    for file in files:
        status |= read_status(file.read_text(encoding="utf-8", errors="surrogateescape"))
    text = flags(json.loads(x_defs.read_text(encoding="utf-8")), status)
    output.write_text(text, encoding="utf-8", errors="surrogateescape")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
