"""Link a program that may hold C code: Go's linker, and the C linker that it calls, see their inputs and no more.

Usage: ``python linker.py PARAMS -- LINKER ARGS...``. PARAMS is a file of the lines of a `LinkRequest`.
"""

from __future__ import annotations

import os
import shutil
import sys
from itertools import pairwise
from pathlib import Path

# Python's isolated mode leaves the package out of the search path.
sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from builder.base.confine import Confinement, named_folders
from builder.base.tools import BuilderError, Tools
from builder.c import pkgconfig
from builder.requests.lines import read, read_file
from builder.requests.link import LinkRequest


def main() -> int:
    """Run the linker and return its exit status."""
    file, _, *command = sys.argv[1:]
    request = read(LinkRequest, read_file(file))
    commands = [request.cc, request.cxx_tool, request.pkg_config_tool, *_flags_for_c(command)]
    inputs = [os.path.abspath(path) for path in (*request.inputs, os.path.dirname(request.export))]
    folders = pkgconfig.folders(request, Tools())
    confinement = Confinement(
        paths=[*inputs, *request.visible, *folders, *named_folders(dict(os.environ), filter(None, commands))],
        temporary=os.path.abspath(f"{request.export}.tmp"),
    )
    tools = Tools(confinement=confinement)
    try:
        sys.stderr.write(tools.run([os.path.abspath(command[0]), *command[1:]], hide={f"{os.getcwd()}/": ""}))
    except BuilderError as error:
        sys.stderr.write(str(error))
        return 1
    finally:
        shutil.rmtree(confinement.temporary, ignore_errors=True)
    return 0


def _flags_for_c(command: list[str]) -> list[str]:
    """Return the values of -extldflags and -extld, which are the user's own."""
    c_flags = [word.split("=", 1)[1] for word in command if word.lstrip("-").startswith(("extldflags=", "extld="))]
    return c_flags + [after for word, after in pairwise(command) if word.lstrip("-") in ("extldflags", "extld")]


if __name__ == "__main__":
    sys.exit(main())
