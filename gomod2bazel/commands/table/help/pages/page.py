"""What the page of a command says besides its flags, which are in the table of flags."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

__all__ = ["INPUT", "Example", "Page"]

INPUT = ("INPUT", "a module, MODULE@VERSION, a package, a folder or a go.mod: gomod2bazel help input")
"""The argument that most commands take."""


@dataclass(frozen=True, slots=True)
class Example:
    """An example.

    Attributes:
        what: What it does; one line.
        command: A line for a shell.
    """

    what: str
    command: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """The page of a command or of a subcommand.

    Attributes:
        usage: How it is called: what follows the command's name, for each way.
        text: What it does: paragraphs, with blank lines between.
        arguments: Each argument, and what it is.
        examples: At least three that can be run as they are, given the files.
        exits: Exit codes with a meaning that is special to this command, and the meaning.
        docs: The page of the documentation, with its anchor.
        defaults: The defaults of flags that differ from those in the table of flags.
    """

    usage: tuple[str, ...]
    text: str
    examples: tuple[Example, ...]
    docs: str
    arguments: tuple[tuple[str, str], ...] = ()
    exits: tuple[tuple[int, str], ...] = ()
    defaults: Mapping[str, str] = field(default_factory=dict)
