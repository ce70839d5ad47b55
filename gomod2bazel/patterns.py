"""Per-package flags: ``[pattern=]arg list`` of -gcflags, -asmflags and -ldflags, and import path patterns."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from gomod2bazel.errors import UsageError
from gomod2bazel.flags import split
from gomod2bazel.golist import Package

__all__ = ["PerPackage", "matches"]

# Stands for a vendor element, which no wildcard matches.
_VENDOR = "\0"


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
            UsageError: a pattern is missing or names a folder, or a quote stands first or is not closed.
        """
        values = []
        for text in texts:
            pattern, arguments = "", text.strip()
            if arguments and arguments[0] in "'\"":
                raise UsageError(f"-{flag}: a value may not start with a quote: {text!r}")
            if arguments and arguments[0] != "-":
                pattern, equals, arguments = arguments.partition("=")
                if not equals:
                    raise UsageError(f"-{flag}: missing =<value> in <pattern>=<value>: {text!r}")
                if not pattern.strip():
                    raise UsageError(f"-{flag}: missing <pattern> in <pattern>=<value>: {text!r}")
                if re.match(r"/|\.\.?(/|$)", pattern):
                    raise UsageError(
                        f"-{flag}: {pattern.strip()} is a folder, not an import path", hint="write example.com/m/..."
                    )
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
    if pattern == "vendor/...":
        # Though "go help packages" says otherwise, the go command gives such flags to no package.
        return False
    wildcard = "[^\0]*"
    expression = re.escape(_hide_vendor(pattern)).replace(r"\.\.\.", wildcard)
    # A final /... also matches the path without it.
    if pattern.endswith("/vendor/..."):
        expression = expression.removesuffix(f"/{re.escape(_VENDOR)}/{wildcard}") + f"/(vendor|{_VENDOR}/{wildcard})"
    elif pattern.endswith("/..."):
        expression = expression.removesuffix(f"/{wildcard}") + f"(/{wildcard})?"
    return re.fullmatch(expression, _hide_vendor(package.import_path)) is not None


def _hide_vendor(path: str) -> str:
    """Replace the vendor elements that stand before a package's own path."""
    *elements, last = path.split("/")
    return "/".join([*(_VENDOR if element == "vendor" else element for element in elements), last])
