"""The paths of files that Go sources mention, and what tests do that does not work under Bazel."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterator
from dataclasses import dataclass

__all__ = ["Mention", "mentions_of", "obstacles_of"]

# The leading literals of filepath.Join and path.Join; and strings with a dot or a slash, which plain words lack.
_STRINGS = re.compile(
    rb'\bJoin\(\s*(?P<join>(?:"[^"\\\n]*"\s*,\s*)*"[^"\\\n]*")'
    rb'|"(?P<plain>[^"\\\n]*[./][^"\\\n]*)"'
    rb"|`(?P<raw>[^`\n]*[./][^`\n]*)`"
)
_STRING = re.compile(rb'"([^"\\\n]*)"')

# What follows is filled in when the test runs.
_VARIABLE = re.compile(r"[%*?\[{$]")

_OBSTACLES = re.compile(
    rb'(?P<go>\bexec\.(?:Command\(|CommandContext\([^,()]*(?:\(\))?,)\s*"go"'
    rb'|\bJoin\(\s*runtime\.GOROOT\(\)\s*,\s*"bin")'
    # The file is asked for, and the line is not: this is not for a message.
    rb"|_, \w+, _, \w+ :?= runtime\.Caller\(0\)"
)
_RUNS_GO = "runs the go command, which tests under Bazel do not have"
_LOOKS_FOR_SOURCES = "finds files by runtime.Caller, which returns import paths in programs built with -trimpath"

_LONGEST = 240


@dataclass(frozen=True, slots=True)
class Mention:
    """A string that may be the path of a file or folder.

    Attributes:
        path: Relative, with slashes; not normalized.
        line: Where it is, from 1.
    """

    path: str
    line: int


def mentions_of(data: bytes) -> Iterator[Mention]:
    """Yield the strings of a Go source that can be relative paths, those of comments too.

    Args:
        data: The source.
    """
    for match in _STRINGS.finditer(data):
        if match["join"] is not None:
            text = posixpath.join(*(_text(word) for word in _STRING.findall(match["join"])))
        else:
            text = _text(match["plain"] if match["plain"] is not None else match["raw"])
        path = _relative_path(text)
        if path:
            yield Mention(path, data.count(b"\n", 0, match.start()) + 1)


def obstacles_of(data: bytes) -> Iterator[tuple[int, str]]:
    """Yield what a test does that does not work under Bazel, with the line where it does.

    Args:
        data: The source of the test.
    """
    for match in _OBSTACLES.finditer(data):
        yield data.count(b"\n", 0, match.start()) + 1, _RUNS_GO if match["go"] else _LOOKS_FOR_SOURCES


def _text(literal: bytes) -> str:
    return literal.decode("utf-8", "replace")


def _relative_path(text: str) -> str:
    """Return the part of a string that is a relative path; empty where none is."""
    variable = _VARIABLE.search(text)
    if variable:
        text = text[: variable.start()].rpartition("/")[0]
    if text.startswith(("/", "-")) or "://" in text or len(text) > _LONGEST:
        return ""
    return text.rstrip("/")
