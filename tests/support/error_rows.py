"""The table of errors: how each is provoked, what is printed then, and a rating of that.

A file of rows has them one below the other, each with these parts::

    ===== 36: all files are behind a tag
    command: build -destination out tree
    exit: 2
    message:
    error: tree/main.go:1: ...
    hint: add -tags special
    -- tree/go.mod --
    module example.org/m

``command`` is run without Bazel, which these errors come before, with ``env`` lines (NAME=VALUE) and perhaps a
``server`` (a status, ``html`` or ``silent``); ``$WORK`` is its folder, ``$PROXY`` the example's goproxy, ``$URL`` the
server. In place of it, ``case`` names a folder of tests/cases whose stderr is the message; ``tool`` says that the file
``output`` is what a failed action wrote; ``checked`` names the test that provokes it otherwise. ``accepted`` means that
it works now. ``subject`` is a word that names what failed. ``rating`` is 3 where it is missing.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path

from support import txtar

__all__ = ["Row", "fits", "points", "read_rows", "refresh"]

_HEAD = re.compile(r"^===== (?P<number>\w+): (?P<provoked>.*)$", re.MULTILINE)

_WHERE = re.compile(
    r"""[\w./$~-]*\.\w+:\d+          # FILE:LINE
    | EXPR:\d+
    | \S+@v\d\S*                      # MODULE@VERSION
    | (?:^|[\s"'(=])\.{0,2}/\S+       # a path
    | \$[A-Z]+\b | \b[A-Z][A-Z0-9_]{3,}\b
    | (?:^|\s)-[a-z][a-z-]*           # a flag
    | https?:// | \b\w+\.(?:mod|sum|work|bazel|go|json)\b | \b[a-z0-9-]+\.[a-z]+/\S+ | //\S+
    | \b[\w-]+/[\w/.-]+""",
    re.VERBOSE | re.MULTILINE,
)
"""What says where: a file with its line, a path, a module, a flag, a variable."""

_ACTION = re.compile(
    r"""(?:^|[\s(])-[a-z][\w-]*       # a flag
    | \b(?:go|gomod2bazel|bazel|apt-file|dmesg)\ \w
    | did\ you\ mean
    | \b[A-Z][A-Z0-9_]{3,}\b          # a variable
    | \b(?:set|add|remove|correct|install|write|run|name|use|put|create|unset|import|rename|give|leave|check|make
        |free|start|wait|try|ask|compare|choose|change|raise|declare|omit|sign|log)\b""",
    re.VERBOSE,
)
"""What says what to do: a command, a flag, a variable, or an imperative."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """A row of the table.

    Attributes:
        number: its number.
        provoked: how the user came to it.
        fields: the lines ``NAME: VALUE``; ``env`` may be there several times.
        message: what is expected: lines with ``error: `` or ``warning: `` first, and ``hint: ``.
        files: what is written into the folder first.
        file: the file that has the row.
    """

    number: str
    provoked: str
    fields: tuple[tuple[str, str], ...]
    message: str
    files: Mapping[str, str]
    file: Path

    def field(self, name: str, default: str = "") -> str:
        """Return the value of the first field of that name."""
        return next((value for key, value in self.fields if key == name), default)

    @property
    def env(self) -> dict[str, str]:
        """The variables that are set in addition."""
        pairs = (value.partition("=") for key, value in self.fields if key == "env")
        return {name: value for name, _, value in pairs}

    @property
    def rating(self) -> int:
        """The rating that is expected."""
        return int(self.field("rating", "3"))

    def with_message(self, message: str, code: str) -> Row:
        """Return the same row with another message and exit code."""
        fields = tuple((key, code if key == "exit" else value) for key, value in self.fields)
        return replace(self, message=message, fields=fields)

    def __str__(self) -> str:
        fields = "".join(f"{name}: {value}\n" for name, value in self.fields)
        files = "".join(f"-- {name} --\n{text}" for name, text in self.files.items())
        return f"===== {self.number}: {self.provoked}\n{fields}message:\n{self.message}\n{files}"


def read_rows(folder: Path) -> list[Row]:
    """Return the rows of all files of a folder, by number."""
    rows = [row for file in sorted(folder.glob("*.txt")) for row in _rows(file)]
    return sorted(rows, key=lambda row: (int(re.sub(r"\D", "", row.number)), row.number))


def _rows(file: Path) -> Iterator[Row]:
    _, *parts = _HEAD.split(file.read_text(encoding="utf-8"))
    for number, provoked, text in zip(parts[::3], parts[1::3], parts[2::3], strict=True):
        head, _, rest = text.lstrip("\n").partition("message:\n")
        fields = tuple((name, value) for name, _, value in (line.partition(": ") for line in head.splitlines()))
        message, _, _ = rest.partition("\n-- ")
        files = txtar.read(f"\n{rest}")
        yield Row(
            number=number,
            provoked=provoked,
            fields=fields,
            message=message.rstrip("\n") if files else rest.rstrip("\n"),
            files=files,
            file=file,
        )


def refresh(rows: list[Row]) -> None:
    """Write rows back into their files."""
    for file in {row.file for row in rows}:
        file.write_text("".join(map(str, (row for row in rows if row.file == file))), encoding="utf-8")


def fits(expected: str, actual: str) -> bool:
    """Return whether a message is the one expected; ``...`` stands for anything in a line, alone for any lines."""
    lines = (
        r"(.*\n)*" if line == "..." else re.escape(line).replace(r"\.\.\.", ".*") + r"\n"
        for line in expected.splitlines()
    )
    return re.fullmatch("".join(lines), f"{actual}\n") is not None


def points(row: Row, message: str) -> int:
    """Return the rating of a message: a point each for what failed, where, and what to do.

    Args:
        row: it names the subject.
        message: as it is printed.
    """
    text, _, hint = message.partition("\nhint: ")
    level, _, what = text.partition(": ")
    named = level in ("error", "warning", "note") and row.field("subject").lower() in what.lower()
    return named + bool(_WHERE.search(what)) + bool(hint and _ACTION.search(hint))
