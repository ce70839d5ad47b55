"""A command of the driver: what carries it out, and which flags it takes."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Generic, TypeVar

from gomod2bazel.base.errors import UsageError
from gomod2bazel.options.flags import flags_of

__all__ = ["COMPILED", "INSTALLED", "REMOTE", "WATCHED", "Command", "check_flags"]

_Call = TypeVar("_Call")

INSTALLED = ("destination", "o", "prefix", "result-format")
"""Flags for where files go, and what is printed about a build."""

REMOTE = (
    "credential-helper", "remote-cache", "remote-executor", "remote-header", "remote-read-only", "tls-certificate",
    "tls-client-certificate", "tls-client-key",
)  # fmt: skip
"""Flags for servers that have results or compile, and for the credentials for them."""

WATCHED = ("a", "debug-actiongraph", "debug-trace", "n", "p", "toolexec", "v", "visible", "work", "x")
"""Flags for how Bazel runs, and what is shown of it."""

COMPILED = (
    "asan", "asmflags", "binary", "buildmode", "buildvcs", "compiler", "cover", "covermode", "coverpkg", "gccgoflags",
    "gcflags", "installsuffix", "ldflags", "linkshared", "msan", "pgo", "pkgdir", "race", "trimpath",
)  # fmt: skip
"""Flags that decide what is in a binary."""


@dataclass(frozen=True, slots=True)
class Command(Generic[_Call]):
    """One command.

    A flag that is special to some commands is refused by all others. Any other flag is taken by each command that does
    not refuse it.

    Attributes:
        run: Carries out a call of it, and returns the exit code.
        summary: One line for `help`.
        flags: All of its flags, where it takes few.
        special: Those of its flags that few commands take.
        subcommands: The special flags of each subcommand, by its name.
        refused: Other flags that do not apply to it.
        why: The command, and why they do not apply to it.
        uses_caches: Whether it reads or writes the caches; others run also where these cannot be written.
        documents: The schemas of what it prints with -json; a command without any does not take the flag.
    """

    run: Callable[[_Call], int]
    summary: str
    flags: tuple[str, ...] = ()
    special: tuple[str, ...] = ()
    subcommands: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    refused: tuple[str, ...] = ()
    why: str = ""
    uses_caches: bool = True
    documents: tuple[str, ...] = ()


def check_flags(name: str, argv: Sequence[str], commands: Mapping[str, Command[Any]], subcommand: str = "") -> None:
    """Refuse the flags on a command line that do not apply to its command; GOFLAGS are for all commands alike.

    Args:
        name: The command's name.
        argv: The command line after the command's name, which `flags.parse` found right.
        commands: All commands by name.
        subcommand: The subcommand that is run, where the command has some.

    Raises:
        UsageError: There are any; all of them are named.
    """
    command, owners = commands[name], _owners(commands)
    elsewhere = owners.keys() - {*command.special, *command.subcommands.get(subcommand, ())}
    refused = elsewhere | {*command.refused}
    not_accepted = [flag for flag in dict.fromkeys(flag for flag, _ in flags_of(argv)) if flag in refused]
    problems = [f"-{flag} is a flag of {_listed(owners[flag])}" for flag in not_accepted if flag in elsewhere]
    others = ", ".join(f"-{flag}" for flag in not_accepted if flag not in elsewhere)
    problems += [f"{others} {'do' if ',' in others else 'does'} not apply to {command.why}"] if others else []
    if problems:
        hint = (
            "-set all builds the binaries of every set" if "all" in not_accepted else "gomod2bazel help lists the flags"
        )
        raise UsageError("\n".join(problems), hint=hint)


def _owners(commands: Mapping[str, Command[Any]]) -> dict[str, list[str]]:
    """Return the commands and subcommands that each special flag is for, by the flag's name."""
    owners: dict[str, list[str]] = {}
    for flag, owner in _special_flags(commands):
        owners.setdefault(flag, []).append(owner)
    return owners


def _special_flags(commands: Mapping[str, Command[Any]]) -> Iterator[tuple[str, str]]:
    for name, command in commands.items():
        yield from ((flag, name) for flag in command.special)
        for subcommand, flags in command.subcommands.items():
            yield from ((flag, f"{name} {subcommand}") for flag in flags)


def _listed(names: Sequence[str]) -> str:
    return " and ".join(filter(None, [", ".join(names[:-1]), names[-1]]))
