"""Make the virtual environment of the commands next to this file; see environment.sh, which calls it."""

from __future__ import annotations

import os
import sys
from pathlib import Path

from gomod2bazel.base.errors import Gomod2bazelError
from gomod2bazel.base.process.message import Level, Message
from gomod2bazel.base.process.progress import Progress
from gomod2bazel.base.process.runner import SubprocessRunner
from gomod2bazel.base.process.steps import ShownSteps
from gomod2bazel.provision.venv import Pins, base_interpreter, make_venv


def main(folder: Path, requirements: Path) -> int:
    """Make ``folder`` hold ``requirements`` and return the exit code."""

    def is_colored(terminal: bool) -> bool:  # noqa: FBT001 - the one argument
        return terminal and not os.environ.get("NO_COLOR")

    with Progress.for_stream(sys.stderr, os.environ, is_colored=is_colored) as progress:
        return _make(folder, requirements, progress)


def _make(folder: Path, requirements: Path, progress: Progress) -> int:
    pins = Pins(requirements=requirements, python=base_interpreter())
    steps = ShownSteps(say=progress.say, show=progress)
    try:
        make_venv(folder, pins, os.environ, SubprocessRunner(), steps)
    except Gomod2bazelError as error:
        progress.say(Message(error.what, Level.ERROR, error.where, error.hint))
        return error.exit_code
    except OSError as error:
        progress.say(Message(f"cannot set up {folder}: {error}", Level.ERROR))
        return 5
    except KeyboardInterrupt:
        return 130
    return 0


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1]), Path(sys.argv[2])))
