"""A command of the driver: what carries it out, and which flags it takes."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any, Generic, TypeVar

from gomod2bazel.base.counts import joined
from gomod2bazel.base.errors import UsageError
from gomod2bazel.commands.command_line.terminal import TERMINAL_FLAGS
from gomod2bazel.options.flags import FLAGS, flags_of

__all__ = [
    "COMPILED",
    "INSTALLED",
    "RELEASED",
    "REMOTE",
    "TESTED",
    "WATCHED",
    "Command",
    "Job",
    "check_flags",
    "flags_for",
    "spelled",
]

_Call = TypeVar("_Call")

INSTALLED = ("destination", "o", "prefix", "result-format")
"""Flags for where files go, and what is printed about a build."""

RELEASED = (
    "archive", "archive-name", "checksums", "debug-files", "docs", "gnu-build-id", "license-policy", "licenses", "oci",
    "oci-base", "provenance", "sbom",
)  # fmt: skip
"""Flags for release files."""

REMOTE = (
    "credential-helper", "remote-cache", "remote-executor", "remote-header", "remote-read-only", "tls-certificate",
    "tls-client-certificate", "tls-client-key",
)  # fmt: skip
"""Flags for servers that have results or compile, and for the credentials for them."""

TESTED = ("count", "parallel", "run", "short", "shuffle", "skip", "timeout")
"""Flags of `go test` for how tests run; in GOFLAGS, other commands leave them out, as the go command does."""

WATCHED = ("a", "debug-actiongraph", "debug-trace", "n", "p", "toolexec", "v", "visible", "work", "x")
"""Flags for how Bazel runs, and what is shown of it."""

COMPILED = (
    "asan", "asmflags", "binary", "buildmode", "buildvcs", "compiler", "cover", "covermode", "coverpkg", "gccgoflags",
    "gcflags", "hardening", "installsuffix", "ldflags", "linkshared", "msan", "pgo", "pkgdir", "race", "trimpath",
)  # fmt: skip
"""Flags that decide what is in a binary."""


class Job(StrEnum):
    """What people do with commands: the headings of the overview, in its order."""

    BUILD = "Build the binaries of modules"
    LOOK = "Look into modules before a build"
    OFFLINE = "Fetch and pack modules"
    MONOREPO = "Work in a Bazel monorepo"
    BASELINE = "One version of each module for many modules"
    MACHINE = "This machine"
    HELP = "Help"


@dataclass(frozen=True, slots=True)
class Command(Generic[_Call]):
    """One command.

    A flag that is special to some commands is refused by all others. Any other flag is taken by each command that does
    not refuse it.

    Attributes:
        run: Carries out a call of it, and returns the exit code.
        job: The heading of the overview that it is under.
        summary: One line for `help`.
        flags: All of its flags, where it takes few or none.
        special: Those of its flags that few commands take.
        subcommands: The special flags of each subcommand, by its name.
        refused: Other flags that do not apply to it.
        why: The command, and why they do not apply to it.
        uses_caches: Whether it reads or writes the caches; others run also where these cannot be written.
        documents: The schemas of what it prints with -json; a command without any does not take the flag.
    """

    run: Callable[[_Call], int]
    job: Job
    summary: str
    flags: tuple[str, ...] | None = None
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
    problems = [f"-{flag} is a flag of {joined(owners[flag])}" for flag in not_accepted if flag in elsewhere]
    others = ", ".join(f"-{flag}" for flag in not_accepted if flag not in elsewhere)
    problems += [f"{others} {'do' if ',' in others else 'does'} not apply to {command.why}"] if others else []
    if problems:
        hint = f"gomod2bazel help {spelled(name, command, (subcommand,))} lists its flags"
        if "all" in not_accepted:
            hint = "-set all builds the binaries of every set"
        raise UsageError("\n".join(problems), hint=hint)


def flags_for(name: str, commands: Mapping[str, Command[Any]], subcommand: str = "") -> tuple[str, ...]:
    """Return the names of the flags that a command takes, in the order of `FLAGS`.

    Args:
        name: The command's name.
        commands: All commands by name.
        subcommand: The subcommand, where the command has some.
    """
    command = commands[name]
    others = {flag for word, flags in command.subcommands.items() if word != subcommand for flag in flags}
    others -= {*command.subcommands.get(subcommand, ())}
    if command.flags is not None:
        everywhere = () if name == "bazel" else TERMINAL_FLAGS
        return tuple(flag for flag in FLAGS if flag in everywhere or (flag in command.flags and flag not in others))
    elsewhere = _owners(commands).keys() - {*command.special, *command.subcommands.get(subcommand, ())}
    return tuple(flag for flag in FLAGS if flag not in elsewhere and flag not in command.refused)


def spelled(name: str, command: Command[Any], arguments: Sequence[str]) -> str:
    """Return a command's name, with the first of its subcommands that is among ``arguments``."""
    return " ".join([name, *[word for word in arguments if word in command.subcommands][:1]])


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
