"""The topics of help that are not commands."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from gomod2bazel.base import documentation
from gomod2bazel.commands.command_line.command import Command, flags_for
from gomod2bazel.commands.table.help.layout import columns, wrapped
from gomod2bazel.commands.table.help.pages.every import PAGES
from gomod2bazel.commands.table.help.render import head_of_flag, text_of_flag
from gomod2bazel.options.flag_table import FLAGS, FlagGroup

__all__ = ["EXIT_CODES", "INPUT_FORMS", "TOPICS", "Topic", "flag_text"]

EXIT_CODES = {
    0: "success",
    1: "a build failed, a file cannot be read or written, or what was checked differs",
    2: "usage: a flag, an argument or a file that a flag names is wrong",
    3: "a module or version is missing: no source has it",
    4: "a checksum or a policy refused an input",
    5: "a tool (Go, Bazel, a C compiler) is missing, too old or broken",
    6: "a source could not be asked: the network, credentials, a rate limit, a server error",
    70: "a bug in gomod2bazel: please report it",
    130: "interrupted",
}
"""What each exit code means."""


INPUT_FORMS = (
    ("example.com/m@v1.2.3", "a version of a module, from the sources"),
    ("example.com/m@latest", "a version query: latest, v1, or a branch, for sources that know it"),
    ("example.com/m", "the newest version, or that of -baseline"),
    ("path/to/tree", "the folder of an unpacked module; . for the current folder"),
    ("path/to/tree/go.mod", "the same, by its go.mod"),
    ("goproxy/example.com/m/@v/v1.2.3.mod", "a .mod file in the folder of a goproxy"),
    ("example.com/m/cmd/x@v1.2.3", "a package of a module, as go install takes it: that binary alone"),
    ("example.com/m/cmd/...@v1.2.3", "the packages below a path, by sets"),
    ("./cmd/x", "a package of an unpacked module: that binary alone"),
    ("cmd/x/main.go", "the package of a Go file"),
    ("./..., ./cmd/...", "all packages below a folder, by sets"),
)
"""Each form of INPUT, and what it is."""


@dataclass(frozen=True, slots=True)
class Topic:
    """A topic.

    Attributes:
        summary: One line for the overview.
        text: Returns its page, given all commands by name.
    """

    summary: str
    text: Callable[[Mapping[str, Command[Any]]], str]


def flag_text(name: str, commands: Mapping[str, Command[Any]]) -> str:
    """Return the help of one flag.

    Args:
        name: The flag's name, without dashes.
        commands: All commands by name.
    """
    return columns(_flag_rows(name, _takers(commands)))


def _flags(commands: Mapping[str, Command[Any]]) -> str:
    """Return all flags with the commands that take them."""
    takers = _takers(commands)
    parts = [
        wrapped(
            "Write a flag with one dash or two, as -f value or -f=value, before or after the arguments; -- ends the "
            "flags. Flags in GOFLAGS come before those of the command line. Defaults are in brackets; the last line "
            "of each flag has the commands that take it."
        )
    ]
    for group in FlagGroup:
        rows = [row for name, flag in FLAGS.items() if flag.group is group for row in _flag_rows(name, takers)]
        heading = "Flags of few commands" if group is FlagGroup.COMMAND else group
        parts.append(f"{heading}:\n{columns(rows)}")
    return "\n".join([*parts, f"More: {documentation.page('flags.md')}\n"])


def _takers(commands: Mapping[str, Command[Any]]) -> dict[str, list[str]]:
    """Return the commands that take each flag, by its name."""
    takers: dict[str, list[str]] = {}
    for page in PAGES:
        name, _, subcommand = page.partition(" ")
        if subcommand or not commands[name].subcommands:
            for taken in flags_for(name, commands, subcommand):
                takers.setdefault(taken, []).append(page)
    return takers


def _flag_rows(name: str, takers: Mapping[str, Sequence[str]]) -> list[tuple[str, str]]:
    everywhere = max(map(len, takers.values()))
    names = takers[name]
    commands = "all commands but bazel" if len(names) == everywhere else ", ".join(names)
    return [(head_of_flag(name), text_of_flag(FLAGS[name])), ("", f"({commands})")]


def _input(_: Mapping[str, Command[Any]]) -> str:
    """Return the forms of INPUT."""
    return (
        "INPUT names the module, or packages of it, whose binaries a command is about:\n\n"
        + columns(INPUT_FORMS, 36)
        + "\n"
        + wrapped(
            "build, prebuild, fetch, query and affected take several. A text that is also the name of a folder is that "
            "folder.\n\n"
            "Sources are those of -goproxy and GOPROXY without direct: gomod2bazel never asks a version control system."
        )
        + f"\nMore: {documentation.page('flags.md#input')}\n"
    )


def _exit_codes(_: Mapping[str, Command[Any]]) -> str:
    """Return what the exit codes mean."""
    rows = [(str(code), text) for code, text in EXIT_CODES.items()]
    return f"The exit codes of every command:\n\n{columns(rows)}\nMore: {documentation.page('troubleshooting.md')}\n"


TOPICS = {
    "input": Topic("the forms of INPUT", _input),
    "flags": Topic("all flags, with the commands that take them", _flags),
    "exit-codes": Topic("what the exit codes mean", _exit_codes),
}
"""The topics by name."""
