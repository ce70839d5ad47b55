"""Per-package flags: ``[pattern=]arg list`` of -gcflags, -asmflags and -ldflags, and import path patterns."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from gomod2bazel.errors import UsageError
from gomod2bazel.flags import split
from gomod2bazel.golist import Package

__all__ = ["PerPackage", "matches"]


@dataclass(frozen=True, slots=True)
class PerPackage:
    """The values of one such flag, in the order given.

    Attributes:
        values: pattern (empty: the packages named on the command line) and arguments.
    """

    values: tuple[tuple[str, tuple[str, ...]], ...]

    @classmethod
    def parse(cls, texts: Sequence[str], flag: str) -> PerPackage:
        """Read the values of ``-flag``.

        Raises:
            UsageError: a pattern is empty or a quote is not closed.
        """
        values = []
        for text in texts:
            pattern, arguments = "", text.strip()
            if arguments and arguments[0] not in "-'\"":
                pattern, equals, arguments = arguments.partition("=")
                if not equals:
                    raise UsageError(f"-{flag}: missing =<value> in <pattern>=<value>: {text!r}")
                if not pattern.strip():
                    raise UsageError(f"-{flag}: missing <pattern> in <pattern>=<value>: {text!r}")
            values.append((pattern.strip(), split(arguments)))
        return cls(tuple(values))

    def of(self, package: Package) -> tuple[str, ...]:
        """Return the arguments for ``package``: those of the last value whose pattern matches."""
        for pattern, arguments in reversed(self.values):
            if (not pattern and package.named) or (pattern and matches(pattern, package)):
                return arguments
        return ()


def matches(pattern: str, package: Package) -> bool:
    """Tell whether an import path pattern (``go help packages``) matches a package."""
    if pattern == "all":
        return True
    if pattern == "std":
        return package.standard
    expression = re.escape(pattern).replace(r"\.\.\.", ".*")
    # A final /... also matches the path without it.
    if expression.endswith("/.*"):
        expression = expression[:-3] + "(/.*)?"
    return re.fullmatch(expression, package.import_path) is not None
