"""Entry point: the one place that prints, and that turns errors into messages and exit codes."""

from __future__ import annotations

import os
import sys
from pathlib import Path

from gomod2bazel.base.interrupts import interruptible
from gomod2bazel.cli import run_command
from gomod2bazel.errors import Gomod2bazelError
from gomod2bazel.paths import Caches
from gomod2bazel.process import SubprocessRunner
from gomod2bazel.progress import Progress
from gomod2bazel.session import Session

__all__ = ["main"]


def main(argv: list[str] | None = None) -> int:
    """Run the driver with ``argv`` (the process's own when None) and return the exit code."""
    arguments = sys.argv[1:] if argv is None else argv
    with interruptible(), Progress.for_stream(sys.stderr, os.environ) as progress:
        try:
            return run_command(arguments, _session(progress))
        except Gomod2bazelError as error:
            progress.close()
            _explain(error)
            return error.exit_code
        except KeyboardInterrupt:
            progress.close()
            print("gomod2bazel: interrupted", file=sys.stderr)
            return 130
        except BrokenPipeError:
            # Whoever read our output has gone; that is no failure of ours, and there is nobody to tell.
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
            return 0


def _session(progress: Progress) -> Session:
    environment = dict(os.environ)
    return Session(
        environment=environment,
        # Under `bazel run` the working directory is in Bazel's output; the user stands elsewhere.
        cwd=Path(environment.get("BUILD_WORKING_DIRECTORY") or Path.cwd()),
        caches=Caches.from_environment(environment),
        runner=SubprocessRunner(),
        say=progress.note,
        progress=progress,
        out=_write,
        err=progress.write,
    )


def _write(text: str) -> None:
    sys.stdout.write(text)
    sys.stdout.flush()


def _explain(error: Gomod2bazelError) -> None:
    text = str(error).encode("utf-8", "backslashreplace").decode()
    print(f"gomod2bazel: {text}", file=sys.stderr)
    if error.hint:
        print(f"hint: {error.hint}", file=sys.stderr)


if __name__ == "__main__":
    sys.exit(main())
