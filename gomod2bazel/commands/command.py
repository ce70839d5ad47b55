"""A command of the driver: what carries it out, and which flags it takes."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from gomod2bazel.base.process.session import Session

__all__ = ["Command"]


@dataclass(frozen=True, slots=True)
class Command:
    """One command.

    Attributes:
        run: carries it out: takes the session and the arguments after the command's name, returns the exit code.
        summary: one line for `help`.
        flags: its flags, where it takes few.
        refused: flags that do not apply to it, where it takes most.
        why: why they do not apply to it.
        uses_caches: whether it reads or writes the caches; others run also where these cannot be written.
    """

    run: Callable[[Session, Sequence[str]], int]
    summary: str
    flags: tuple[str, ...] = ()
    refused: tuple[str, ...] = ()
    why: str = ""
    uses_caches: bool = True
