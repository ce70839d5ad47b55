"""Command lines of ``go build`` and ``go install``, taken apart."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

__all__ = ["GoLine", "read_line"]

# Flags that take no value of their own (`go help build`).
_SWITCHES = {
    "a", "asan", "buildvcs", "cover", "json", "linkshared", "modcacherw", "msan", "n", "race", "trimpath", "v",
    "work", "x",
}  # fmt: skip
# Flags that decide which packages a pattern means.
_LISTING = {"mod", "modfile", "overlay", "tags"}


@dataclass(frozen=True, slots=True, kw_only=True)
class GoLine:
    """A command line.

    Attributes:
        command: ``build`` or ``install``.
        flags: names and values in order; the value of a switch that stands alone is None.
        packages: what is no flag.
    """

    command: str
    flags: tuple[tuple[str, str | None], ...]
    packages: tuple[str, ...]

    def value(self, name: str) -> str:
        """Return the last value of a flag, or nothing."""
        return next((value or "" for flag, value in reversed(self.flags) if flag == name), "")

    def words(self, *, without: Sequence[str] = ()) -> tuple[str, ...]:
        """Return the flags as words again, less some."""
        kept = ((name, value) for name, value in self.flags if name not in without)
        return tuple(f"-{name}" if value is None else f"-{name}={value}" for name, value in kept)

    @property
    def listing(self) -> tuple[str, ...]:
        """The flags that ``go list`` needs to find the same packages."""
        return tuple(f"-{name}={value}" for name, value in self.flags if name in _LISTING)


def read_line(argv: Sequence[str]) -> GoLine:
    """Read ``build`` or ``install`` and what follows it; ``-C DIR`` may stand before it."""
    words = list(argv)
    flags: list[tuple[str, str | None]] = []
    if words[0].lstrip("-") == "C":
        flags.append(("C", words[1]))
        del words[:2]
    command = words.pop(0)
    while words and words[0].startswith("-") and words[0] not in ("-", "--"):
        name, equals, value = words.pop(0).lstrip("-").partition("=")
        if equals or name in _SWITCHES:
            flags.append((name, value if equals else None))
        else:
            flags.append((name, words.pop(0) if words else None))
    return GoLine(command=command, flags=tuple(flags), packages=tuple(words[1:] if words[:1] == ["--"] else words))
