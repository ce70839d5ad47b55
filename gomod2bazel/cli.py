"""One run of the driver: the command that its arguments name, and its errors in words."""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence

from gomod2bazel.base.disk.cache_lock import caches_alone, caches_in_use
from gomod2bazel.base.disk.caches import Caches
from gomod2bazel.base.disk.files import file_error
from gomod2bazel.base.disk.retired import remove_retired
from gomod2bazel.base.disk.scratch import scratch_folder
from gomod2bazel.base.disk.working_folder import working_folder
from gomod2bazel.base.errors import Gomod2bazelError, Interrupted, UsageError
from gomod2bazel.base.process.events import Event, Stage
from gomod2bazel.base.process.interrupts import interruptible
from gomod2bazel.base.process.message import Level, Message
from gomod2bazel.base.process.progress import Progress, Style
from gomod2bazel.base.process.runner import SubprocessRunner
from gomod2bazel.base.process.session import Session
from gomod2bazel.base.process.streams import open_streams, write_output
from gomod2bazel.commands.command_line.call import Call
from gomod2bazel.commands.command_line.terminal import Terminal, split_terminal
from gomod2bazel.commands.table.commands import COMMANDS

__all__ = ["run_command", "run_program"]

# What editors and the go command run: nobody reads it.
_WITHOUT_PROGRESS = frozenset(("packages-driver", "delve-paths", "gocacheprog"))


def run_program(arguments: Sequence[str]) -> int:
    """Run the command that ``arguments`` name and return the exit code; report expected errors."""
    open_streams()
    terminal, rest, problem = _terminal(arguments)
    with interruptible(), _progress(terminal) as progress:
        try:
            if problem:
                raise problem
            return run_command(rest, _session(progress))
        except Gomod2bazelError as error:
            return _explain(error, progress)
        except OSError as error:
            # What looks at a file without opening it: stat(2) and the like. The error names the file.
            return _explain(file_error("use", error.filename or "a file", error), progress)
        except KeyboardInterrupt:
            progress.say("interrupted")
            return 130


def run_command(argv: Sequence[str], session: Session) -> int:
    """Run the command that ``argv`` names and return the exit code.

    Raises:
        Gomod2bazelError: it failed; the error holds the exit code.
    """
    name, arguments = (argv[0], argv[1:]) if argv else ("help", ())
    name = {"-h": "help", "-help": "help", "--help": "help", "-version": "version", "--version": "version"}.get(
        name, name
    )
    if name not in COMMANDS:
        raise UsageError(f"unknown command {name!r}", hint="gomod2bazel help lists the commands")
    command = COMMANDS[name]
    call = Call(name=name, arguments=tuple(arguments), session=session, commands=COMMANDS)
    if not command.uses_caches:
        return command.run(call)
    if name not in _WITHOUT_PROGRESS:
        session.begin(Event(stage=Stage.LOAD))
    root = session.caches.root
    held = caches_alone if name == "clean" else caches_in_use
    with held(root, session.say), scratch_folder(session.caches.scratch):
        code = command.run(call)
    remove_retired(session.caches.modules, root)
    return code


def _terminal(arguments: Sequence[str]) -> tuple[Terminal, Sequence[str], UsageError | None]:
    """Return the flags for standard error, the other words, and what is wrong with these flags."""
    if arguments[:1] == ["bazel"]:
        # All that follows is for Bazel, which has flags of the same names.
        return Terminal(), arguments, None
    try:
        return *split_terminal(arguments), None
    except UsageError as error:
        return Terminal(), (), error


def _progress(terminal: Terminal) -> Progress:
    def is_colored(on_terminal: bool) -> bool:  # noqa: FBT001 - the one argument
        return terminal.is_colored(terminal=on_terminal, environment=os.environ)

    style = {style.value: style for style in Style}.get(terminal.progress)
    return Progress.for_stream(sys.stderr, os.environ, style=style, quiet=terminal.quiet, is_colored=is_colored)


def _session(progress: Progress) -> Session:
    environment = dict(os.environ)

    def out(text: str) -> None:
        progress.hide()
        write_output(text)

    return Session(
        environment=environment,
        cwd=working_folder(environment),
        caches=Caches.from_environment(environment),
        runner=SubprocessRunner(),
        say=progress.say,
        progress=progress,
        begin=progress.begin,
        hide=progress.hide,
        out=out,
        err=progress.write,
    )


def _explain(error: Gomod2bazelError, progress: Progress) -> int:
    what, where, hint = (
        text.encode("utf-8", "backslashreplace").decode() for text in (error.what, error.where, error.hint)
    )
    # The user asked for an interruption: it is a result.
    level = Level.RESULT if isinstance(error, Interrupted) else Level.ERROR
    progress.say(Message(what, level, where, hint))
    return error.exit_code
