"""The command help: the overview, the page of a command, or a topic."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from gomod2bazel.base.errors import UsageError
from gomod2bazel.base.near_names import did_you_mean
from gomod2bazel.commands.command_line.command import Command
from gomod2bazel.commands.table.help.overview import overview
from gomod2bazel.commands.table.help.pages.every import PAGES
from gomod2bazel.commands.table.help.render import page_text
from gomod2bazel.commands.table.help.topics import TOPICS, flag_text
from gomod2bazel.options.flag_table import FLAGS

__all__ = ["page_of"]


def page_of(arguments: Sequence[str], commands: Mapping[str, Command[Any]]) -> str:
    """Return what ``gomod2bazel help ARGUMENTS`` prints.

    Args:
        arguments: A command and possibly its subcommand, a topic, a flag, or nothing.
        commands: All commands by name.

    Raises:
        UsageError: The word is not a command or a topic.
    """
    words = [word for word in arguments if word.lstrip("-") not in ("h", "help")]
    name = " ".join(words)
    if not words:
        # `help help` asks for the page of help.
        return page_text("help", commands) if "help" in arguments else overview(commands)
    if name in PAGES:
        return page_text(name, commands)
    if name in TOPICS:
        return TOPICS[name].text(commands)
    flag = name.lstrip("-")
    if name.startswith("-"):
        if flag in FLAGS:
            return flag_text(flag, commands)
        near = did_you_mean(flag, FLAGS, "-")
        raise UsageError(f"help: no flag {name}", hint=f"{near} gomod2bazel help flags lists all".strip())
    if words[0] in commands:
        known = list(commands[words[0]].subcommands)
        near = did_you_mean(" ".join(words[1:]), known, f"{words[0]} ")
        what = f"no subcommand {' '.join(words[1:])!r} of {words[0]}" if known else f"{words[0]} has no subcommands"
        raise UsageError(f"help: {what}", hint=f"{near} gomod2bazel help {words[0]} is its page".strip())
    near = did_you_mean(name, (*commands, *TOPICS))
    raise UsageError(f"help: no command or topic {name!r}", hint=f"{near} gomod2bazel help lists both".strip())
