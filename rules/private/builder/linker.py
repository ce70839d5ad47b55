"""Link a program that may hold C code: Go's linker, and the C linker that it calls, see their inputs and no more.

Usage: ``python linker.py PARAMS -- LINKER ARGS...``. PARAMS is a file of ``key=value`` lines as `request.parse` reads
them: `inputs` and `visible`, `cc`, `cxx_tool` and `pkg_config_tool`, `libraries` that packages ask pkg-config for, and
`export`, the program.
"""

from __future__ import annotations

import os
import shutil
import sys
from itertools import pairwise
from pathlib import Path

# The builder runs in Python's isolated mode, which leaves the script's own folder out of the search path.
sys.path.insert(0, str(Path(__file__).resolve().parent))

import pkgconfig
import request
import tool
from confine import Confinement, named_folders


def main() -> int:
    """Run the linker and return its exit status."""
    file, _, *command = sys.argv[1:]
    text = Path(file).read_text(encoding="utf-8", errors="surrogateescape")
    asked = request.parse(text.removesuffix("\n").split("\n"))
    commands = [asked.cc, asked.cxx_tool, asked.pkg_config_tool, *_flags_for_c(command)]
    inputs = [os.path.abspath(path) for path in (*asked.inputs, os.path.dirname(asked.export))]
    found = pkgconfig.folders(asked)
    tool.confinement = Confinement(
        paths=[*inputs, *asked.visible, *found, *named_folders(dict(os.environ), filter(None, commands))],
        temporary=os.path.abspath(f"{asked.export}.tmp"),
    )
    try:
        sys.stderr.write(tool.run([os.path.abspath(command[0]), *command[1:]], hide={f"{os.getcwd()}/": ""}))
    except tool.BuilderError as error:
        sys.stderr.write(str(error))
        return 1
    finally:
        shutil.rmtree(tool.confinement.temporary, ignore_errors=True)
    return 0


def _flags_for_c(command: list[str]) -> list[str]:
    """Return the values of -extldflags and -extld, which are the user's own."""
    found = [word.split("=", 1)[1] for word in command if word.lstrip("-").startswith(("extldflags=", "extld="))]
    return found + [after for word, after in pairwise(command) if word.lstrip("-") in ("extldflags", "extld")]


if __name__ == "__main__":
    sys.exit(main())
