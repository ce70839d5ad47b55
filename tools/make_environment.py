"""Make the virtual environment of the commands next to this file; see environment.sh, which calls it."""

from __future__ import annotations

import os
import sys
from pathlib import Path

from gomod2bazel.base.errors import Gomod2bazelError
from gomod2bazel.base.process.runner import SubprocessRunner
from gomod2bazel.provision.venv import Pins, base_interpreter, make_venv


def say(line: str) -> None:
    """Tell what set-up does."""
    print(f"gomod2bazel: {line}", file=sys.stderr, flush=True)


def main(folder: Path, requirements: Path) -> int:
    """Make ``folder`` hold ``requirements`` and return the exit code."""
    try:
        make_venv(
            folder, Pins(requirements=requirements, python=base_interpreter()), os.environ, SubprocessRunner(), say
        )
    except Gomod2bazelError as error:
        say(str(error))
        if error.hint:
            print(f"hint: {error.hint}", file=sys.stderr)
        return error.exit_code
    except OSError as error:
        say(f"cannot set up {folder}: {error}")
        return 5
    except KeyboardInterrupt:
        return 130
    return 0


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1]), Path(sys.argv[2])))
