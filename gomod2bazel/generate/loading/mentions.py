"""The paths of files that Go sources mention, and what they do that needs more than these files."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterator
from dataclasses import dataclass

__all__ = ["Mention", "go_command_lines", "mentions_of"]

# The literals of filepath.Join and path.Join, which may follow the path of the test's folder, as os.Getwd or
# runtime.Caller return it; and strings with a dot or a slash, which plain words lack.
_STRINGS = re.compile(
    rb'(?<!strings\.)\bJoin\((?:[^"`;{}\n]{1,80},)?\s*(?P<join>(?:"[^"\\\n]*"\s*,\s*)*"[^"\\\n]*")'
    rb'|"(?P<plain>[^"\\\n]*[./][^"\\\n]*)"'
    rb"|`(?P<raw>[^`\n]*[./][^`\n]*)`"
)
_STRING = re.compile(rb'"([^"\\\n]*)"')

# What follows is filled in when the test runs.
_VARIABLE = re.compile(r"[%*?\[{$]")

# By its name, by a subcommand that follows it, as a helper function takes both, or by its place in the SDK.
_GO_COMMAND = re.compile(
    rb'\bexec\.(?:Command\(|CommandContext\([^,()]*(?:\(\))?,)\s*"go"'
    rb'|"go",\s*"(?:build|env|generate|get|install|list|mod|run|test|tool|version|vet|work)"'
    rb'|\bJoin\(\s*runtime\.GOROOT\(\)\s*,\s*"bin"'
)

# What may come before a path in a string: the name of a flag or variable, a scheme, other words.
_BEFORE = re.compile(r"[=:@,;\s]+|(?<=\w)\.(?=\w+/)")

_FILE = re.compile(r"[\w./-]*/[\w.-]+\.\w+")

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
        for path in filter(None, (_relative_path(text), *_files_in(text))):
            yield Mention(path, data.count(b"\n", 0, match.start()) + 1)


def go_command_lines(data: bytes) -> list[int]:
    """Return the lines on which a Go source runs the go command.

    Args:
        data: The source.
    """
    return [data.count(b"\n", 0, match.start()) + 1 for match in _GO_COMMAND.finditer(data)]


def _files_in(text: str) -> Iterator[str]:
    """Yield what may be paths of files in a string that is more than a path, such as -config=testdata/a.json."""
    for match in () if "://" in text else _BEFORE.finditer(text[:_LONGEST]):
        file = _FILE.match(text, match.end())
        if file and not file[0].startswith("/"):
            yield file[0]


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
