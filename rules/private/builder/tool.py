"""Run the Go toolchain's programs and the C compiler, with messages that name no sandbox folder."""

from __future__ import annotations

import os
import re
import signal
import subprocess
from collections.abc import Callable
from pathlib import Path

from confine import Confinement

__all__ = ["BuilderError", "Run", "quote", "run", "split", "with_file"]

Run = Callable[[list[str]], str]

watcher: Callable[[list[str], str | None, Run], str] | None = None
"""Takes commands in place of `run`, with their working directory and what runs them; set by the program show.py."""

toolexec: list[str] = []
"""What stands before each tool of the Go toolchain (-toolexec); set for each request."""

confinement: Confinement | None = None
"""What the tools may read, for a request whose sources can name files; set for each request."""

printed: list[str] = []
"""What tools wrote though all went well: warnings, and what the program of -toolexec says; for the user to see."""


# What parts words: these four alone, so that a no-break space stays part of its word.
_BLANKS = " \t\n\r"
_WORD = re.compile(r"""'([^']*)'|"([^"]*)"|([^ \t\n\r'"][^ \t\n\r]*)""")


# Bytes of arguments from which on they go to a file (internal/sys, ExecArgLengthLimit).
_LONG = 30 << 10


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
    if watcher is not None:
        return watcher(argv, cwd, lambda command: _run(command, cwd, hide or {}, stdin))
    return _run(argv, cwd, hide or {}, stdin)


def _run(argv: list[str], cwd: str | None, hide: dict[str, str], stdin: str) -> str:
    argv = _through_toolexec(argv)
    directory = cwd or os.getcwd()
    # Go's tools ask $PWD for their working directory; a worker's own would be of an earlier time and place.
    environment = {**os.environ, "PWD": directory, "TERM": "dumb"}
    if confinement:
        confinement.prepare()
        environment["TMPDIR"] = confinement.temporary
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
            preexec_fn=confinement.enter if confinement else None,
        )
    except OSError as error:
        raise BuilderError(f"{argv[0]}: {error.strerror}\n") from error
    output = done.stdout
    for folder, name in sorted(hide.items(), key=lambda item: -len(item[0])):
        output = output.replace(folder, name)
    if done.returncode < 0:
        # The words of os/exec, as the go command has them: "signal: killed" is most often the kernel, out of memory.
        text = (signal.strsignal(-done.returncode) or str(-done.returncode)).lower()
        raise BuilderError(f"{output}{argv[0]}: signal: {text}\n")
    if done.returncode:
        output = output or f"{argv[0]}: exit status {done.returncode}\n"
        raise BuilderError(confinement.explained(output) if confinement else output)
    # Not the answers to questions, which are asked without anything to hide.
    if output and (any("/pkg/tool/" in word for word in argv) or (hide and "-c" in argv)):
        printed.append(output)
    return output


def _through_toolexec(argv: list[str]) -> list[str]:
    """Put the program of -toolexec before a tool of the Go toolchain; C compilers and others run without it."""
    at = next((i for i, word in enumerate(argv) if not (word == "env" or (argv[0] == "env" and "=" in word))), 0)
    return [*argv[:at], *toolexec, *argv[at:]] if "/pkg/tool/" in argv[at] else argv


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


def with_file(command: list[str], path: str, *, like_gcc: bool) -> list[str]:
    """Return ``command``, its arguments in a file ``path`` where they are long (passLongArgsInResponseFiles).

    Go's tools alone understand that.

    Args:
        command: the program and its arguments.
        path: where the file goes.
        like_gcc: how words are written there: as GCC reads them, or each in a line of its own.
    """
    if sum(map(len, command)) <= _LONG:
        return command
    encode = _encode_like_gcc if like_gcc else _encode
    Path(path).write_text("".join(f"{encode(word)}\n" for word in command[1:]), "utf-8", "surrogateescape")
    return [command[0], f"@{path}"]


def _encode(word: str) -> str:
    return word.replace("\\", "\\\\").replace("\n", "\\n")


def _encode_like_gcc(word: str) -> str:
    """Quote a word for a file of arguments (encodeArg since Go 1.27)."""
    if word and not re.search(r"""[ \t\n\r'"\\$`]""", word):
        return word
    return '"' + re.sub(r"""[\\"$`]""", r"\\\g<0>", word) + '"'
