"""One call of a command: its name, the arguments after it, and the user's session."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from gomod2bazel.base.process.session import Session
from gomod2bazel.commands.command_line.arguments import check_modfile, read_only_input, read_words
from gomod2bazel.commands.command_line.command import Command, check_flags
from gomod2bazel.options.options import Options, with_values

__all__ = ["Call"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Call:
    """A call of a command.

    Attributes:
        name: The command's name.
        arguments: The command line after it.
        session: The user's session.
        commands: All commands by name.
    """

    name: str
    arguments: Sequence[str]
    session: Session
    commands: Mapping[str, Command[Call]]

    @property
    def flags(self) -> tuple[str, ...]:
        """The flags of the command, where it takes few."""
        return self.commands[self.name].flags or ()

    def check_flags(self, arguments: Sequence[str], subcommand: str = "") -> None:
        """Refuse the flags among ``arguments`` that do not apply to the command.

        Raises:
            UsageError: There are any.
        """
        check_flags(self.name, arguments, self.commands, subcommand)

    def words(self, plain: Options | None = None) -> tuple[Options, tuple[str, ...], Session]:
        """Return the options, the arguments that are not flags, and the session in the folder of -C.

        Args:
            plain: The defaults.

        Raises:
            UsageError: A flag is wrong or does not apply to the command.
        """
        options, words, session = read_words(self.session, self.arguments, plain)
        self.check_flags(self.arguments, words[0] if words else "")
        return options, words, session

    def only_input(self, plain: Options | None = None) -> tuple[Options, Session]:
        """Return the options, with INPUT among them, and the session, for a command that takes one INPUT.

        Args:
            plain: The defaults.

        Raises:
            UsageError: As for `words`, or there is not one INPUT.
        """
        options, words, session = self.words(plain)
        usage = f"gomod2bazel {self.name} [flags] example.com/m@version | path/to/go.mod"
        module_input = read_only_input(words, session, usage)
        check_modfile(module_input, options, self.arguments)
        return with_values(options, {"input": module_input}), session
