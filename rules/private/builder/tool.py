"""Run the Go toolchain's programs and the C compiler, with messages that name no sandbox folder."""

from __future__ import annotations

import os
import re
import subprocess

__all__ = ["BuilderError", "quote", "run", "split"]


# What parts words: these four alone, so that a no-break space stays part of its word.
_BLANKS = " \t\n\r"
_WORD = re.compile(r"""'([^']*)'|"([^"]*)"|([^ \t\n\r'"][^ \t\n\r]*)""")


class BuilderError(Exception):
    """A tool failed, or a request makes no sense; the text is for the user."""


def run(argv: list[str], *, cwd: str | None = None, hide: dict[str, str] | None = None, stdin: str = "") -> str:
    """Run ``argv`` and return what it printed.

    Args:
        argv: the tool and its arguments.
        cwd: its working directory; the execution root when None.
        hide: folder prefixes to replace in its messages, longest first.
        stdin: text for its standard input.

    Raises:
        BuilderError: it could not start or did not exit with 0; the text is its own output.
    """
    directory = cwd or os.getcwd()
    # Go's tools ask $PWD for their working directory; a worker's own would be of an earlier time and place.
    environment = {**os.environ, "PWD": directory, "TERM": "dumb"}
    try:
        done = subprocess.run(
            argv,
            cwd=directory,
            env=environment,
            input=stdin,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            encoding="utf-8",
            errors="surrogateescape",
            check=False,
        )
    except OSError as error:
        raise BuilderError(f"{argv[0]}: {error.strerror}\n") from error
    output = done.stdout
    for folder, name in sorted((hide or {}).items(), key=lambda item: -len(item[0])):
        output = output.replace(folder, name)
    if done.returncode:
        raise BuilderError(output or f"{argv[0]}: exit status {done.returncode}\n")
    return output


def split(text: str) -> list[str]:
    """Split a list of flags as the go command does: blanks part, single or double quotes keep, nothing escapes.

    Raises:
        BuilderError: a quote is not closed.
    """
    words: list[str] = []
    rest = text.lstrip(_BLANKS)
    while rest:
        match = _WORD.match(rest)
        if match is None:
            raise BuilderError(f"unterminated {rest[0]} string in {text!r}\n")
        words.append(match[1] or match[2] or match[3] or "")
        rest = rest[match.end() :].lstrip(_BLANKS)
    return words


def quote(text: str) -> str:
    """Quote one flag as a Go string literal, as cgo's -ldflags wants it."""
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'
