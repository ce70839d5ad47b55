"""A private virtual environment that holds exactly what a requirements file pins."""

from __future__ import annotations

import os
import sys
import tempfile
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from gomod2bazel.base.errors import ToolError
from gomod2bazel.base.process.events import Event, Stage
from gomod2bazel.base.process.runner import Runner
from gomod2bazel.base.process.steps import Steps, fetching
from gomod2bazel.provision.folder import COMPLETE, make_once
from gomod2bazel.provision.registries.pypi import INSTALL_OPTIONS, pip_environment

__all__ = ["Pins", "base_interpreter", "make_venv"]

_HINT = "install pip for this Python (Debian: python3-pip or python3-venv), or name another Python in $PYTHON"


@dataclass(frozen=True, slots=True, kw_only=True)
class Pins:
    """What a virtual environment is made of.

    Attributes:
        requirements: pins with hashes; only wheels are taken.
        python: the interpreter to base it on.
    """

    requirements: Path
    python: Path


def make_venv(folder: Path, pins: Pins, environment: Mapping[str, str], runner: Runner, say: Steps) -> None:
    """Make ``folder`` a virtual environment with the packages of a requirements file, unless it is complete.

    Args:
        folder: where it shall stand.
        pins: which packages, and for which Python.
        environment: variables for pip: index and proxy settings.
        runner: runs Python and pip.
        say: called with each step.

    Raises:
        ToolError: there is no pip, or it failed.
    """
    with suppress(FileNotFoundError, NotADirectoryError):
        if (folder / "bin").is_dir() and not os.access(folder / "bin" / "python", os.X_OK):
            # The Python that it is based on has gone.
            (folder / COMPLETE).unlink()
    make_once(folder, say, lambda into: _make(into, pins, environment, runner, say))


def _make(folder: Path, pins: Pins, environment: Mapping[str, str], runner: Runner, say: Steps) -> str:
    """Fill the empty ``folder``."""
    say(f"setting up the Python packages of {pins.requirements.name} in {folder}")
    variables = pip_environment(environment)
    say.progress(Event(stage=Stage.SETUP, text="making a Python environment"))
    pip = _venv_with_pip(folder, pins.python, variables, runner)
    say.progress(fetching("Python packages", folder))
    with tempfile.TemporaryDirectory(dir=folder, prefix=".download-") as downloads:
        done = runner.run(
            [*pip, "install", *INSTALL_OPTIONS, "--no-deps", "--requirement", pins.requirements],
            env={**variables, "TMPDIR": downloads},
            cwd=folder,
            timeout=1800.0,
        )
    if done.code != 0:
        raise ToolError(f"the packages of {pins.requirements} cannot be installed\n{done.describe()}", hint=_HINT)
    return str(pins.python)


def _venv_with_pip(folder: Path, python: Path, variables: Mapping[str, str], runner: Runner) -> list[str | Path]:
    """Make the bare environment and return the pip command that installs into it.

    The base Python's own pip is used where it has one that knows ``--python`` (22.3): that saves installing another.
    """
    inside = folder / "bin" / "python"
    knows = runner.run([python, "-m", "pip", "--python", python, "--version"], env=variables, timeout=120.0).code == 0
    without = ["--without-pip"] if knows else []
    made = runner.run([python, "-m", "venv", *without, folder], env=variables, timeout=300.0)
    if made.code != 0:
        raise ToolError(f"{python} cannot create a virtual environment\n{made.describe()}", hint=_HINT)
    return [python, "-m", "pip", "--python", inside] if knows else [inside, "-m", "pip"]


def base_interpreter() -> Path:
    """Return the running Python's own file: with its version in the name, where it has one.

    An environment based on ``python3`` would break as soon as that means a newer version.
    """
    return Path(getattr(sys, "_base_executable", sys.executable) or sys.executable).resolve()
