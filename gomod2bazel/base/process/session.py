"""What every command works with: the environment, tools, caches and the way to talk to the user."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path

from gomod2bazel.base.disk.caches import Caches
from gomod2bazel.base.disk.working_folder import changed_folder
from gomod2bazel.base.errors import UsageError
from gomod2bazel.base.process.events import Event
from gomod2bazel.base.process.message import Level, Message, Messenger, note, warning
from gomod2bazel.base.process.runner import Runner
from gomod2bazel.base.process.steps import ShownSteps, Steps

__all__ = ["Session"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Session:
    """One run of the driver.

    Attributes:
        environment: the user's environment.
        cwd: the user's working directory, as PWD calls it.
        caches: where things are kept.
        runner: runs programs.
        say: writes a message for the user to standard error; a string is the text of a result.
        progress: shows how far a stage is.
        out: writes data to standard output.
        err: writes text to standard error as it is, without our name before it: what the go command would write.
        begin: takes what the run does now, which is shown once it takes long.
        hide: clears the bar until the next event: another program writes to the terminal.
    """

    environment: Mapping[str, str]
    cwd: Path
    caches: Caches
    runner: Runner
    say: Messenger
    progress: Callable[[Event], None]
    out: Callable[[str], None]
    err: Callable[[str], None] = lambda _text: None
    begin: Callable[[Event], None] = lambda _event: None
    hide: Callable[[], None] = lambda: None

    @property
    def steps(self) -> Steps:
        """What takes the steps of setting tools up."""
        return ShownSteps(say=self.say, show=self.progress)

    def warn(self, what: str, *, where: str = "", hint: str = "") -> None:
        """Write a warning: the run goes on, but the user should look at this.

        Args:
            what: One or more lines.
            where: FILE or FILE:LINE, or empty.
            hint: What to do, or empty.
        """
        self.say(warning(what, where=where, hint=hint))

    def note(self, what: str, *, where: str = "", hint: str = "") -> None:
        """Write a note: a decision that the user may not expect. The arguments are those of `warn`."""
        self.say(note(what, where=where, hint=hint))

    def once(self) -> Messenger:
        """Return ``say`` for messages that every platform repeats: each is written only the first time."""
        printed: set[str | Message] = set()

        def say_once(message: str | Message) -> None:
            if message not in printed:
                printed.add(message)
                self.say(message)

        return say_once

    def noting(self, warnings: list[Message]) -> Session:
        """Return the same session, which also adds each warning to a list: a later run may have to repeat them."""

        def say(message: str | Message) -> None:
            if isinstance(message, Message) and message.level is Level.WARNING and message not in warnings:
                warnings.append(message)
            self.say(message)

        return replace(self, say=say)

    def in_folder(self, folder: str) -> Session:
        """Return the same session with another working directory, for -C; the same one when ``folder`` is empty.

        Raises:
            UsageError: there is no such folder.
        """
        if not folder:
            return self
        changed = self.cwd / folder
        if not changed.is_dir():
            raise UsageError(f"-C {folder}: no such folder", hint=f"name one that exists; relative to {self.cwd}")
        return replace(self, cwd=changed_folder(self.cwd, changed))
