"""What every command works with: the environment, tools, caches and the way to talk to the user."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path

from gomod2bazel.base.disk.caches import Caches
from gomod2bazel.base.disk.working_folder import changed_folder
from gomod2bazel.base.errors import UsageError
from gomod2bazel.base.process.progress import Event
from gomod2bazel.base.process.runner import Runner

__all__ = ["Session"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Session:
    """One run of the driver.

    Attributes:
        environment: the user's environment.
        cwd: the user's working directory, as PWD calls it.
        caches: where things are kept.
        runner: runs programs.
        say: writes one line for the user to standard error.
        progress: shows how far a stage is.
        out: writes data to standard output.
        err: writes text to standard error as it is, without our name before it: what the go command would write.
    """

    environment: Mapping[str, str]
    cwd: Path
    caches: Caches
    runner: Runner
    say: Callable[[str], None]
    progress: Callable[[Event], None]
    out: Callable[[str], None]
    err: Callable[[str], None] = lambda _text: None

    def once(self) -> Callable[[str], None]:
        """Return ``say`` for notes that every platform repeats: each line is printed only the first time."""
        printed: set[str] = set()

        def say_once(line: str) -> None:
            if line not in printed:
                printed.add(line)
                self.say(line)

        return say_once

    def in_folder(self, folder: str) -> Session:
        """Return the same session with another working directory, for -C; the same one when ``folder`` is empty.

        Raises:
            UsageError: there is no such folder.
        """
        if not folder:
            return self
        changed = self.cwd / folder
        if not changed.is_dir():
            raise UsageError(f"-C {folder}: no such folder")
        return replace(self, cwd=changed_folder(self.cwd, changed))
