"""The INPUTs of a build or prebuild: those of the command line, and the lines of the file that -inputs names."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

from gomod2bazel.base.disk.files import read_text
from gomod2bazel.base.errors import UsageError
from gomod2bazel.base.process.session import Session
from gomod2bazel.commands.command_line.arguments import check_modfile, with_absolute_files
from gomod2bazel.commands.command_line.command import RELEASED, REMOTE, WATCHED
from gomod2bazel.load.input.read_input import read_input
from gomod2bazel.options.flags import flags_of, parse
from gomod2bazel.options.options import Options, with_values
from gomod2bazel.options.quoting import split

__all__ = ["read_requests"]

# Flags that are for the run as a whole.
_OF_THE_RUN = frozenset(
    (
        *WATCHED,
        *REMOTE,
        *RELEASED,
        "C",
        "disk-cache",
        "export",
        "import",
        "inputs",
        "json",
        "keep-going",
        "offline",
        "osv",
        "report",
        "result-file",
        "result-format",
        "version",
    )
)


def read_requests(
    session: Session, options: Options, words: Sequence[str], arguments: Sequence[str], usage: str
) -> list[Options]:
    """Return the options of each INPUT: those of the command line, and those of the file that -inputs names.

    Args:
        session: the user's session.
        options: the command line.
        words: its INPUTs.
        arguments: the command line after the command's name.
        usage: the hint where there is none.

    Raises:
        UsageError: no INPUT was given, one is malformed, or a line of the file is wrong.
    """
    given = [_with_input(session, options, word, arguments) for word in dict.fromkeys(words)]
    # Two words may name one thing, such as ./cmd/x and ./cmd/x/main.go.
    requests = list({replace(request.module.input, text=""): request for request in reversed(given)}.values())[::-1]
    if options.inputs:
        requests += _lines(session, options)
    if not requests:
        empty = f"-inputs {options.inputs}: no line names an INPUT" if options.inputs else "no INPUT given"
        raise UsageError(empty, hint=usage)
    return requests


def _with_input(session: Session, options: Options, word: str, arguments: Sequence[str]) -> Options:
    module_input = read_input(word, session.cwd)
    check_modfile(module_input, options, arguments)
    return with_values(options, {"input": module_input})


def _lines(session: Session, options: Options) -> Iterator[Options]:
    """Yield the options of each line of the file of -inputs: an INPUT, and flags that apply to it alone."""
    path = session.cwd / options.inputs
    if not path.is_file():
        raise UsageError(f"-inputs {options.inputs}: no such file", hint="give a file with one INPUT a line")
    for number, line in enumerate(read_text(path).splitlines(), 1):
        if not line.strip() or line.lstrip().startswith("#"):
            continue
        where = f"{options.inputs}:{number}"
        try:
            yield _line(session, options, split(line))
        except UsageError as error:
            raise UsageError(error.what, where=where, hint=error.hint) from error


def _line(session: Session, options: Options, words: Sequence[str]) -> Options:
    changed, inputs = parse(words, options)
    refused = [f"-{name}" for name, _ in flags_of(words) if name in _OF_THE_RUN]
    if refused:
        raise UsageError(f"{', '.join(refused)}: only for all INPUTs together", hint="put it on the command line")
    if len(inputs) != 1:
        raise UsageError(f"one INPUT expected, got {len(inputs)}: {' '.join(inputs)}", hint="write one INPUT a line")
    return _with_input(session, with_absolute_files(changed, session), inputs[0], words)
