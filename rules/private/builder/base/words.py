"""Words of command lines: how the go command splits and quotes them, and where long ones go."""

from __future__ import annotations

import os
import re
from pathlib import Path

from builder.base.tools import BuilderError

__all__ = ["expanded", "quote", "split", "with_file"]

# What parts words: these four alone, so that a no-break space stays part of its word.
_BLANKS = " \t\n\r"
_WORD = re.compile(r"""'([^']*)'|"([^"]*)"|([^ \t\n\r'"][^ \t\n\r]*)""")


_FROM_FOLDER = re.compile(r"\$\{SRCDIR:([^}]*)\}")

# Bytes of arguments from which on they go to a file (internal/sys, ExecArgLengthLimit).
_LONG = 30 << 10


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


def expanded(flag: str, folder: str) -> str:
    """Return a flag with the package's folder: ${SRCDIR}, and ${SRCDIR:../a} for what a relative path leads to.

    The driver calls this function, too; rules/private/actions/link_info.bzl has the same for flags of the linker.

    Args:
        flag: of the lock, or of an attribute of a go_library.
        folder: the package's.
    """
    flag = _FROM_FOLDER.sub(lambda match: os.path.normpath(os.path.join(folder, match[1])), flag)
    return flag.replace("${SRCDIR}", folder)


def quote(text: str) -> str:
    """Quote one flag as a Go string literal, as cgo's -ldflags wants it."""
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'


def with_file(command: list[str], path: str, *, like_gcc: bool) -> list[str]:
    """Return ``command``, its arguments in a file ``path`` where they are long (passLongArgsInResponseFiles).

    Go's tools alone understand that.

    Args:
        command: the program and its arguments.
        path: where the file goes.
        like_gcc: how words are written there: as GCC reads them, or each in a separate line.
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
