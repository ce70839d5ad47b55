"""One run of the driver: the command that its arguments name, and its errors in words."""

from __future__ import annotations

import os
import re
import shlex
import sys
from collections.abc import Callable, Sequence

from gomod2bazel.base.disk.cache_lock import caches_alone, caches_in_use
from gomod2bazel.base.disk.caches import Caches
from gomod2bazel.base.disk.files import file_error
from gomod2bazel.base.disk.retired import remove_retired
from gomod2bazel.base.disk.scratch import scratch_folder
from gomod2bazel.base.disk.working_folder import working_folder
from gomod2bazel.base.errors import FlagNameError, Gomod2bazelError, Interrupted, UsageError
from gomod2bazel.base.near_names import did_you_mean
from gomod2bazel.base.process.events import Event, Stage
from gomod2bazel.base.process.interrupts import interruptible
from gomod2bazel.base.process.message import Level, Message
from gomod2bazel.base.process.progress import Look, Progress, Style
from gomod2bazel.base.process.runner import SubprocessRunner
from gomod2bazel.base.process.session import Session
from gomod2bazel.base.process.streams import open_streams, write_output
from gomod2bazel.commands.command_line.call import Call
from gomod2bazel.commands.command_line.command import Command, flags_for, spelled
from gomod2bazel.commands.command_line.configs import with_configs
from gomod2bazel.commands.command_line.terminal import Terminal, asks_for_json, split_terminal
from gomod2bazel.commands.table.commands import COMMANDS
from gomod2bazel.options.flags import flags_of

__all__ = ["asks_for_help", "run_command", "run_program"]

_SPELLINGS = {
    **dict.fromkeys(("-h", "-help", "--help"), "help"),
    **dict.fromkeys(("-V", "-version", "--version"), "version"),
}

# What other tools call our commands.
_NAMES_ELSEWHERE = {
    "install": "build -destination DIR",
    "download": "fetch -destination DIR",
    "get": "add MODULE@VERSION",
    "gazelle": "generate",
    "init": "generate -init",
    "audit": "baseline audit",
    "impact": "baseline impact",
    "update": "baseline update",
    "env": "doctor",
}

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
            return run_command(rest, _session(progress, terminal))
        except Gomod2bazelError as error:
            return _explain(error, progress, terminal)
        except OSError as error:
            # What looks at a file without opening it: stat(2) and the like. The error names the file.
            return _explain(file_error("use", error.filename or "a file", error), progress, terminal)
        except KeyboardInterrupt:
            return _explain(Interrupted("interrupted"), progress, terminal)


def run_command(argv: Sequence[str], session: Session) -> int:
    """Run the command that ``argv`` names and return the exit code.

    Raises:
        Gomod2bazelError: it failed; the error holds the exit code.
    """
    name, arguments = (argv[0], tuple(argv[1:])) if argv else ("help", ())
    name = _SPELLINGS.get(name, name)
    if name not in COMMANDS:
        raise UsageError(f"unknown command {name!r}", hint=_meant(name, arguments))
    if asks_for_help(name, arguments):
        name, arguments = "help", tuple(spelled(name, COMMANDS[name], arguments).split())
    command = COMMANDS[name]
    if command.flags is None:
        arguments = with_configs(name, arguments, session.cwd)
    call = Call(name=name, arguments=arguments, session=session, commands=COMMANDS)
    try:
        return _run(command, call)
    except FlagNameError as error:
        page = spelled(name, command, arguments)
        near = did_you_mean(error.flag, flags_for(name, COMMANDS, page.partition(" ")[2]), "-")
        error.hint = f"{near} gomod2bazel help {page} lists its flags".strip()
        raise


def asks_for_help(name: str, arguments: Sequence[str]) -> bool:
    """Return whether a flag among the arguments of a command asks for its page.

    Args:
        name: The command's name.
        arguments: The command line after it.
    """
    if name == "help":
        return False
    if name == "bazel":
        # All that follows is for Bazel, whose help is `bazel help`.
        return bool(arguments) and _SPELLINGS.get(arguments[0]) == "help"
    return any(flag in ("h", "help") for flag, _ in flags_of(arguments))


def _meant(name: str, arguments: Sequence[str]) -> str:
    """Return the hint for a command that does not exist."""
    if name.startswith("-"):
        return "flags follow the command, as in gomod2bazel build -set all INPUT; gomod2bazel help lists the commands"
    if re.search("[/@.]", name):
        return f"gomod2bazel build {shlex.join([name, *arguments])} builds its binaries"
    if name in _NAMES_ELSEWHERE:
        return f"gomod2bazel {_NAMES_ELSEWHERE[name]} does that; gomod2bazel help lists the commands"
    return f"{did_you_mean(name, COMMANDS)} gomod2bazel help lists the commands".strip()


def _run(command: Command[Call], call: Call) -> int:
    if not command.uses_caches:
        return command.run(call)
    session = call.session
    if call.name not in _WITHOUT_PROGRESS:
        session.begin(Event(stage=Stage.LOAD))
    root = session.caches.root
    held = caches_alone if call.name == "clean" else caches_in_use
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
        return Terminal(error_format="json" if asks_for_json(arguments) else "text"), (), error


def _progress(terminal: Terminal) -> Progress:
    if terminal.as_json:
        # Imported here, as in the functions below: most runs write text.
        from gomod2bazel.base.documents.fields import json_line, message_fields  # noqa: PLC0415

        line = lambda message: json_line(message_fields(message))  # noqa: E731 - two functions in one
        return Progress(sys.stderr, Look(style=Style.NONE, quiet=terminal.quiet, line=line))

    def is_colored(on_terminal: bool) -> bool:  # noqa: FBT001 - the one argument
        return terminal.is_colored(terminal=on_terminal, environment=os.environ)

    style = {style.value: style for style in Style}.get(terminal.progress)
    return Progress.for_stream(sys.stderr, os.environ, style=style, quiet=terminal.quiet, is_colored=is_colored)


def _session(progress: Progress, terminal: Terminal) -> Session:
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
        err=_output_as_json(progress) if terminal.as_json else progress.write,
    )


def _output_as_json(progress: Progress) -> Callable[[str], None]:
    from gomod2bazel.base.documents.fields import json_line, output_fields  # noqa: PLC0415

    return lambda text: progress.write(json_line(output_fields(text)))


def _explain(error: Gomod2bazelError, progress: Progress, terminal: Terminal) -> int:
    if terminal.as_json:
        from gomod2bazel.base.documents.fields import error_fields, json_line  # noqa: PLC0415

        progress.write(json_line(error_fields(error)))
        return error.exit_code
    what, where, hint = (
        text.encode("utf-8", "backslashreplace").decode() for text in (error.what, error.where, error.hint)
    )
    # The user asked for an interruption: it is a result.
    level = Level.RESULT if isinstance(error, Interrupted) else Level.ERROR
    progress.say(Message(what, level, where, hint))
    return error.exit_code
