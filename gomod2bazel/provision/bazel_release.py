"""The Bazel releases that can be used, the one that set-up makes, and where it is."""

from __future__ import annotations

import os
from pathlib import Path

from gomod2bazel.base.disk.caches import Caches
from gomod2bazel.base.process.programs import Tool

__all__ = ["BAZELISK", "FROM_DEBIAN", "FROM_NPM", "HINT", "MINIMUM", "RELEASE", "folders_of", "tool_in"]

MINIMUM = 7
"""The oldest major version: the rules rely on Bazel modules as they are since 7."""

RELEASE = "7.7.1"
"""The Bazel that Bazelisk uses by default."""

BAZELISK = "1.28.1"
"""The Bazelisk that set-up uses."""

FROM_NPM, FROM_DEBIAN = "Bazelisk from npm", "Debian packages"
"""The ways to set it up, as messages and `doctor` call them."""

HINT = f"install Bazel {MINIMUM} or newer or Bazelisk, or name one in $BAZEL"


def folders_of(caches: Caches) -> dict[str, Path]:
    """Return the folder of each way to set Bazel up, best first; a home folder may be shared between machines."""
    machine = os.uname().machine
    return {
        FROM_NPM: caches.tools / f"bazelisk-{BAZELISK}-{machine}",
        FROM_DEBIAN: caches.tools / f"bazel-debian-{machine}",
    }


def tool_in(folder: Path, version: str, origin: str) -> Tool:
    """Return the Bazel that set-up made in a folder."""
    return Tool(name="bazel", path=folder / "bazel", version=version, origin=origin)
