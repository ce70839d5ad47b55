"""Run a tool of the Go toolchain through the program of -toolexec, as the go command does.

Usage: ``python toolexec.py FILE IMPORTPATH TOOL ARGS...``. FILE is JSON: ``words`` is the command that comes
before the tool, ``environment`` the user's. The program sees that environment, changed by the action's own, and
TOOLEXEC_IMPORTPATH (cmd/go/internal/work/shell.go, runOut). Nothing here is hermetic: the program may do as it likes.
"""

from __future__ import annotations

import json
import os
import sys
from pathlib import Path


def main() -> None:
    """Become the command."""
    file, package, tool, *arguments = sys.argv[1:]
    settings = json.loads(Path(file).read_text(encoding="utf-8"))
    kept_variables = {name: value for name, value in os.environ.items() if name not in ("HOME", "PATH", "TMPDIR")}
    environment = {**settings["environment"], **kept_variables, "TOOLEXEC_IMPORTPATH": package}
    command = [*settings["words"], os.path.abspath(tool), *arguments]
    try:
        os.execve(command[0], command, environment)  # noqa: S606 - arguments need no shell
    except OSError as error:
        sys.exit(f"{command[0]}: {error.strerror}")


if __name__ == "__main__":
    main()
