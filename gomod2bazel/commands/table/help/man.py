"""Manual pages (groff_man(7)), from the table of commands and the pages of help."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from gomod2bazel import __version__
from gomod2bazel.base import documentation
from gomod2bazel.commands.command_line.command import Command, Job
from gomod2bazel.commands.table.help.pages.every import PAGES
from gomod2bazel.commands.table.help.render import flags_of_page, text_of_flag
from gomod2bazel.commands.table.help.topics import EXIT_CODES, INPUT_FORMS
from gomod2bazel.options.flag_table import FLAGS, FlagGroup

__all__ = ["man_pages"]


def man_pages(commands: Mapping[str, Command[Any]]) -> dict[str, str]:
    """Return the manual pages by the names of their files.

    Args:
        commands: All commands by name.
    """
    pages = {f"{_page_name(name)}.1": _command_page(name, commands) for name in PAGES}
    return {"gomod2bazel.1": _main_page(commands), **pages}


def _page_name(name: str) -> str:
    return "-".join(["gomod2bazel", *name.split()])


def _main_page(commands: Mapping[str, Command[Any]]) -> str:
    parts = [
        _head("gomod2bazel", "build every binary of a Go module with Bazel"),
        ".SH SYNOPSIS\n.B gomod2bazel\n.I COMMAND\n[flags] [arguments]\n",
        _paragraphs(
            "gomod2bazel builds every binary of a Go module with Bazel, byte-identical to go build -trimpath, offline "
            "and without BUILD files.",
            "DESCRIPTION",
        ),
        ".SH COMMANDS\n",
    ]
    for job in Job:
        parts.append(f".SS {_text(job)}\n")
        for name, command in commands.items():
            if command.job is job:
                parts.append(f".TP\n.BR {_text(_page_name(name))} (1)\n{_line(command.summary)}\n")
    parts += [".SH INPUT\n", *(f".TP\n{_line(form)}\n{_line(what)}\n" for form, what in INPUT_FORMS)]
    parts += [".SH EXIT STATUS\n", *(f".TP\n{code}\n{_line(what)}\n" for code, what in EXIT_CODES.items())]
    return "".join([*parts, _see_also((), "README.md")])


def _command_page(name: str, commands: Mapping[str, Command[Any]]) -> str:
    page = PAGES[name]
    command = commands[name.partition(" ")[0]]
    summary = command.summary if name in commands else _first_sentence(name)
    parts = [_head(_page_name(name), summary), ".SH SYNOPSIS\n"]
    parts.append(".br\n".join(f".B gomod2bazel {_text(name)}\n{_line(usage) or '.br'}\n" for usage in page.usage))
    parts.append(_paragraphs(page.text, "DESCRIPTION"))
    subcommands = [f"{name} {word}" for word in command.subcommands] if name in commands else []
    rows = [*page.arguments, *((word.partition(" ")[2], _first_sentence(word)) for word in subcommands)]
    if rows:
        parts.append(".SH ARGUMENTS\n")
        parts += [f".TP\n.I {_text(head)}\n{_line(text)}\n" for head, text in rows]
    parts += _flags(name, commands)
    parts.append(".SH EXAMPLES\n")
    for example in page.examples:
        parts.append(f".PP\n{_line(example.what[:1].upper() + example.what[1:])}:\n.PP\n.RS 4\n.EX\n")
        parts.append(f"{_line(example.command)}\n.EE\n.RE\n")
    if page.exits:
        parts += [".SH EXIT STATUS\n", *(f".TP\n{code}\n{_line(what)}\n" for code, what in page.exits)]
    return "".join([*parts, _see_also(subcommands, page.docs)])


def _flags(name: str, commands: Mapping[str, Command[Any]]) -> list[str]:
    parts = []
    names = flags_of_page(name, commands)
    for group in FlagGroup:
        chosen = [flag for flag in names if FLAGS[flag].group is group]
        if chosen:
            parts.append(f".SH {_text(group.upper())}\n")
        for flag in chosen:
            value = FLAGS[flag].value
            head = f'.BI \\-{_text(flag)} " {_text(value)}"' if value else f".B \\-{_text(flag)}"
            parts.append(f".TP\n{head}\n{_line(text_of_flag(FLAGS[flag], PAGES[name].defaults.get(flag)))}\n")
    return parts


def _head(name: str, summary: str) -> str:
    return (
        f'.TH {_text(name.upper())} 1 "" "gomod2bazel {__version__}" "gomod2bazel"\n'
        f".SH NAME\n{_text(name)} \\- {_text(summary)}\n"
    )


def _paragraphs(text: str, heading: str) -> str:
    paragraphs = (_line(" ".join(paragraph.split())) for paragraph in text.split("\n\n"))
    return f".SH {heading}\n" + "\n.PP\n".join(paragraphs) + "\n"


def _see_also(subcommands: Sequence[str], docs: str) -> str:
    names = ["gomod2bazel", *map(_page_name, subcommands)]
    lines = "".join(f".BR {_text(name)} (1),\n" for name in names)
    return f".SH SEE ALSO\n{lines}{_line(documentation.page(docs))}\n"


def _first_sentence(name: str) -> str:
    text = " ".join(PAGES[name].text.split()).partition(". ")[0].removesuffix(".")
    return text[:1].lower() + text[1:]


def _text(text: str) -> str:
    """Return a text as roff has it, in which a hyphen stays one that can be copied."""
    return text.replace("\\", "\\e").replace("-", "\\-").replace('"', "\\(dq").replace("'", "\\(aq")


def _line(text: str) -> str:
    """Return a line of text, which is not a request."""
    line = _text(text)
    return f"\\&{line}" if line.startswith((".", "\\(aq")) else line
