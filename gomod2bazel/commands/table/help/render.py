"""The pages of commands as text."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from gomod2bazel.base import documentation
from gomod2bazel.commands.command_line.command import Command, flags_for
from gomod2bazel.commands.table.help.layout import columns, wrapped
from gomod2bazel.commands.table.help.pages.every import PAGES
from gomod2bazel.commands.table.help.pages.page import Page
from gomod2bazel.options.flag_table import FLAGS, Flag, FlagGroup

__all__ = ["flag_rows", "flags_of_page", "head_of_flag", "page_text", "text_of_flag"]


def page_text(name: str, commands: Mapping[str, Command[Any]]) -> str:
    """Return the page of a command or of a subcommand.

    Args:
        name: Its name, such as ``baseline update``.
        commands: All commands by name.
    """
    page = PAGES[name]
    parts = [_usage(name, page), wrapped(page.text)]
    arguments = [*page.arguments, *_subcommands(name, commands)]
    parts += [columns(arguments)] if arguments else []
    parts.append("Examples:\n" + "".join(f"  # {example.what}\n  {example.command}\n" for example in page.examples))
    parts += _flags(flags_of_page(name, commands), page)
    parts.append(_end(page))
    return "\n".join(parts)


def flags_of_page(name: str, commands: Mapping[str, Command[Any]]) -> tuple[str, ...]:
    """Return the names of the flags that the page of a command or subcommand has; none where its subcommands do."""
    command, _, subcommand = name.partition(" ")
    if commands[command].subcommands and not subcommand:
        return ()
    return flags_for(command, commands, subcommand)


def flag_rows(names: Sequence[str], page: Page | None = None) -> list[tuple[str, str]]:
    """Return the two columns of flags.

    Args:
        names: The flags' names.
        page: The page that they are on, which may have other defaults.
    """
    defaults = page.defaults if page else {}
    return [(head_of_flag(name), text_of_flag(FLAGS[name], defaults.get(name))) for name in names]


def head_of_flag(name: str) -> str:
    """Return a flag with what its value is called."""
    return f"-{name} {FLAGS[name].value}".strip()


def text_of_flag(flag: Flag, default: str | None = None) -> str:
    """Return a flag's line of help, with its default in brackets.

    Args:
        flag: The flag.
        default: Another default than that in the table of flags.
    """
    known = flag.default if default is None else default
    return f"{flag.help} [{known}]" if known else flag.help


def _usage(name: str, page: Page) -> str:
    lines = [f"gomod2bazel {name} {words}".strip() for words in page.usage]
    return "usage: " + "\n       ".join(lines) + "\n"


def _subcommands(name: str, commands: Mapping[str, Command[Any]]) -> list[tuple[str, str]]:
    if " " in name:
        return []
    return [(word, PAGES[f"{name} {word}"].text.partition(".")[0]) for word in commands[name].subcommands]


def _flags(names: Sequence[str], page: Page) -> list[str]:
    parts = []
    for group in FlagGroup:
        shown = [name for name in names if FLAGS[name].group is group and not FLAGS[name].rare]
        rare = [name for name in names if FLAGS[name].group is group and FLAGS[name].rare]
        if not shown and not rare:
            continue
        text = f"{group}:\n{columns(flag_rows(shown, page))}"
        if rare:
            text += wrapped(f"also {', '.join(f'-{name}' for name in rare)}: gomod2bazel help flags", "  ")
        parts.append(text)
    return parts


def _end(page: Page) -> str:
    exits = "; ".join(f"{code} {what}" for code, what in page.exits)
    text = wrapped(f"Exit codes: {exits} (gomod2bazel help exit-codes)") if exits else ""
    return f"{text}More: {documentation.page(page.docs)}\n"
