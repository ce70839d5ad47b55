"""The command completion."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from gomod2bazel.base.errors import UsageError
from gomod2bazel.commands.command_line.command import Command
from gomod2bazel.commands.table.help.shells.bash import bash_completion
from gomod2bazel.commands.table.help.shells.fish import fish_completion
from gomod2bazel.commands.table.help.shells.words import completed_words
from gomod2bazel.commands.table.help.shells.zsh import zsh_completion
from gomod2bazel.commands.table.help.topics import TOPICS

__all__ = ["SHELLS", "completions_for"]

SHELLS = {"bash": bash_completion, "zsh": zsh_completion, "fish": fish_completion}
"""What writes the completion for a shell."""


def completions_for(arguments: Sequence[str], commands: Mapping[str, Command[Any]]) -> str:
    """Return the completion that ``gomod2bazel completion SHELL`` prints.

    Args:
        arguments: The shell's name.
        commands: All commands by name.

    Raises:
        UsageError: There is not one name, or it is not that of a shell.
    """
    shells = tuple(SHELLS)
    if len(arguments) != 1:
        raise UsageError("completion takes the name of a shell", hint=f"use one of {', '.join(shells)}")
    (shell,) = arguments
    if shell not in shells:
        raise UsageError(f"completion: no completions for {shell!r}", hint=f"use one of {', '.join(shells)}")
    return SHELLS[shell](completed_words(commands, tuple(TOPICS), shells))
