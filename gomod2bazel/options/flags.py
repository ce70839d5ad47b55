"""Read command lines as the go command's users write them: one dash or two, ``-f value`` or ``-f=value``."""

from __future__ import annotations

import re
from collections import ChainMap
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from gomod2bazel.base.errors import FlagError, FlagNameError, FlagValueError, UsageError
from gomod2bazel.base.near_names import did_you_mean
from gomod2bazel.options import flag_values as read
from gomod2bazel.options.flag_table import FLAGS, Flag
from gomod2bazel.options.options import Options, values_of, with_values
from gomod2bazel.options.quoting import quoted

__all__ = ["FLAGS", "Flag", "Piece", "flags_of", "parse", "parse_only", "pieces", "read_flag"]


# How an argument that is a flag begins, and its value after an equals sign (Go's package flag, parseOne).
_FLAG = re.compile(r"--?([^-=][^=]*)(?:=(.*))?", re.DOTALL)

# How many flags a hint lists.
_FEW = 8


def parse(argv: Sequence[str], start: Options | None = None) -> tuple[Options, tuple[str, ...]]:
    """Read flags and arguments, in any order.

    Args:
        argv: the command line after the command's name.
        start: options to begin with (those of GOFLAGS).

    Returns:
        The options, and the arguments that are not flags.

    Raises:
        UsageError: a flag is unknown, lacks its value, or has one it cannot have.
    """
    values: dict[str, Any] = {}
    start = start or Options()
    base = values_of(start)
    arguments: list[str] = []
    for piece in pieces(argv):
        word = piece.words[0]
        if piece.name:
            flag, value = read_flag(piece, ChainMap(values, base))
            values |= ({flag.option: value} if flag.option else {}) | dict.fromkeys(flag.also, True)
        elif word == "--":
            arguments += piece.words[1:]
        elif word.startswith("-") and word != "-":
            raise UsageError(f"bad flag syntax: {word}", hint="flags are -name, -name=value and --name; -- ends them")
        else:
            arguments.append(word)
    return with_values(start, values), tuple(arguments)


@dataclass(frozen=True, slots=True)
class Piece:
    """An argument that is not a flag, a flag with its value, or ``--`` and all that follows.

    Attributes:
        words: The words of the command line.
        name: The flag's name, or empty.
        text: The flag's value, or None.
    """

    words: tuple[str, ...]
    name: str = ""
    text: str | None = None


def pieces(argv: Sequence[str]) -> Iterator[Piece]:
    """Yield the parts of a command line, which need not be right: a flag that is not known is taken for a switch."""
    words = list(argv)
    while words:
        word = words.pop(0)
        if word == "--":
            yield Piece((word, *words))
            return
        match = _FLAG.fullmatch(word)
        if not match:
            yield Piece((word,))
            continue
        name, text = match[1], match[2]
        flag = FLAGS.get(name)
        if text is None and flag and flag.read is not None and name != "buildvcs" and words:
            text = words.pop(0)
            yield Piece((word, text), name, text)
        else:
            yield Piece((word,), name, text)


def flags_of(argv: Sequence[str]) -> Iterator[tuple[str, str | None]]:
    """Yield name and value of each flag on a command line that `parse` found right; a switch may have no value."""
    return ((piece.name, piece.text) for piece in pieces(argv) if piece.name)


def parse_only(argv: Sequence[str], names: Collection[str], command: str) -> tuple[Options, tuple[str, ...]]:
    """Read the command line of a command that builds nothing, and so takes few of the flags.

    Args:
        argv: the command line after the command's name.
        names: of its flags.
        command: the command's name.

    Returns:
        The options, and the arguments that are not flags.

    Raises:
        UsageError: as `parse`, or a flag does not belong to the command.
    """
    try:
        options, words = parse(argv)
    except FlagNameError as error:
        error.hint = did_you_mean(error.flag, names, "-") or _use(names, command)
        raise
    plain, accepted = values_of(Options()), {FLAGS[name].option for name in names}
    changed = {name for name, value in values_of(options).items() if value != plain[name]} - accepted
    strange = sorted(name for name, flag in FLAGS.items() if flag.option in changed)
    if strange:
        refused = ", ".join(f"-{name}" for name in strange)
        raise UsageError(
            f"{refused} {'are not flags' if ',' in refused else 'is not a flag'} of {command}",
            hint=_use(names, command),
        )
    return options, words


def _use(names: Collection[str], command: str) -> str:
    if len(names) > _FEW:
        return f"gomod2bazel help {command} lists its flags"
    return f"use {', '.join(f'-{name}' for name in names)}" if names else ""


def read_flag(piece: Piece, before: Mapping[str, Any]) -> tuple[Flag, Any]:
    """Return a flag of a command line, and the value of its option.

    Args:
        piece: The flag, with its value.
        before: The values of options so far.

    Raises:
        UsageError: The flag is unknown, has no value, or a wrong one.
    """
    name, text = piece.name, piece.text
    flag = FLAGS.get(name)
    if flag is None:
        raise _unknown(name)
    if flag.read is None:
        return flag, _switch(name, text)
    if text is None and name == "buildvcs":
        # A switch to the go command, whose values are not only true and false.
        text = "true"
    if text is None:
        raise UsageError(f"flag needs an argument: -{name}", hint=_needs(name, flag))
    try:
        return flag, flag.read(before.get(flag.option), text)
    except FlagError:
        raise
    except FlagValueError as error:
        what = f"invalid value {quoted(text)} for flag -{name}: {error.what}"
        raise UsageError(what, hint=error.hint) from error
    except UsageError as error:
        raise UsageError(f"-{name}: {error.what}", hint=error.hint) from error


def _switch(name: str, text: str | None) -> bool:
    on = text is None or text in read.TRUE
    if text is not None and not on and text not in read.FALSE:
        message = f"invalid boolean value {quoted(text)} for -{name}: parse error"
        raise UsageError(message, hint=f"write -{name} or -{name}=false")
    if name == "trimpath" and not on:
        raise UsageError(
            "-trimpath=false is not supported: a hermetic build has no source folder to record",
            hint="omit the flag; binaries are made as by go build -trimpath",
        )
    return on


def _needs(name: str, flag: Flag) -> str:
    return f"write -{name} {flag.value}" + (f", such as -{name} {flag.choices[0]}" if flag.choices else "")


def _unknown(name: str) -> FlagNameError:
    return FlagNameError(f"flag provided but not defined: -{name}", hint=did_you_mean(name, FLAGS, "-")).of_flag(name)
