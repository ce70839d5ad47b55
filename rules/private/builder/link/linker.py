"""Link a program that may hold C code: Go's linker, and the C linker that it calls, see their inputs and no more.

Usage: ``python linker.py PARAMS -- LINKER ARGS...``. PARAMS is a file of the lines of a `LinkRequest`.
"""

from __future__ import annotations

import os
import shutil
import sys
from pathlib import Path

# Python's isolated mode leaves the package out of the search path.
sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from builder.base import digests
from builder.base.tools import BuilderError, Tools
from builder.link.confined import confinement_of
from builder.requests.lines import read, read_file
from builder.requests.link import LinkRequest


def main() -> int:
    """Run the linker and return its exit status."""
    file, _, *command = sys.argv[1:]
    request = read(LinkRequest, read_file(file))
    confinement = confinement_of(request, command)
    tools = Tools(confinement=confinement)
    try:
        sys.stderr.write(tools.run([os.path.abspath(command[0]), *command[1:]], hide={f"{os.getcwd()}/": ""}))
        digests.store((request.export,))
    except BuilderError as error:
        sys.stderr.write(str(error))
        return 1
    finally:
        shutil.rmtree(confinement.temporary, ignore_errors=True)
    return 0


if __name__ == "__main__":
    sys.exit(main())
