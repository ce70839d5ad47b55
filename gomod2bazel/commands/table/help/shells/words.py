"""What shells complete: commands, subcommands, flags, and what their values are."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from gomod2bazel.commands.command_line.command import Command, flags_for
from gomod2bazel.options.flag_table import FLAGS, Flag

__all__ = ["Value", "Word", "completed_words", "flag_names", "value_of"]


class Value(StrEnum):
    """Kinds of values of flags, for shells."""

    NONE = "none"
    FOLDER = "folder"
    FILE = "file"
    CHOICE = "choice"
    LIST = "list"
    TEXT = "text"


@dataclass(frozen=True, slots=True, kw_only=True)
class Word:
    """A command or a subcommand.

    Attributes:
        name: The command's name.
        subcommand: The subcommand's name, or empty.
        summary: What it does, in one line.
        subcommands: The names of its subcommands.
        flags: The names of its flags.
        arguments: Words that its arguments can be; files where there are none.
    """

    name: str
    subcommand: str = ""
    summary: str = ""
    subcommands: tuple[str, ...] = ()
    flags: tuple[str, ...] = ()
    arguments: tuple[str, ...] = ()


def completed_words(
    commands: Mapping[str, Command[Any]], topics: tuple[str, ...], shells: tuple[str, ...]
) -> tuple[Word, ...]:
    """Return the commands and subcommands in the order of the table.

    Args:
        commands: All commands by name.
        topics: The topics of help.
        shells: What `completion` takes.
    """
    words = []
    arguments = {"help": (*commands, *topics), "completion": shells}
    for name, command in commands.items():
        subcommands = tuple(command.subcommands)
        flags = (*(() if subcommands else flags_for(name, commands)), "help")
        words.append(
            Word(
                name=name,
                summary=command.summary,
                subcommands=subcommands,
                flags=flags,
                arguments=arguments.get(name, ()),
            )
        )
        words += [
            Word(name=name, subcommand=subcommand, flags=(*flags_for(name, commands, subcommand), "help"))
            for subcommand in subcommands
        ]
    return tuple(words)


def value_of(flag: Flag) -> Value:
    """Return the kind of a flag's values."""
    if flag.choices:
        return Value.LIST if flag.value.endswith("[,...]") else Value.CHOICE
    if not flag.value:
        return Value.NONE
    if flag.value.startswith("FILE"):
        return Value.FILE
    return Value.FOLDER if flag.value == "DIR" else Value.TEXT


def flag_names(*kinds: Value) -> list[str]:
    """Return the names of the flags whose values are of these kinds."""
    return [name for name, flag in FLAGS.items() if value_of(flag) in kinds]
