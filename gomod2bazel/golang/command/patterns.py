"""Per-package flags: ``[pattern=]arg list`` of -gcflags, -asmflags and -ldflags, and import path patterns."""

from __future__ import annotations

import os
import posixpath
import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from pathlib import Path

from gomod2bazel.base.errors import UsageError
from gomod2bazel.golang.command.golist import Package
from gomod2bazel.options.quoting import split_pattern

__all__ = ["PerPackage", "Scope", "matches"]

# Stands for a vendor element, which no wildcard matches.
_VENDOR = "\0"


@dataclass(frozen=True, slots=True, kw_only=True)
class Scope:
    """What patterns mean in addition to import paths.

    Attributes:
        folder: the absolute folder that ``./...`` and other relative patterns start from.
        tools: import paths of the tools that go.mod names, for ``tool``.
    """

    folder: str = "/"
    tools: Collection[str] = ()


@dataclass(frozen=True, slots=True)
class PerPackage:
    """The values of one such flag, in the order given.

    Attributes:
        values: pattern (empty: the packages named on the command line) and arguments.
        scope: what the patterns are relative to.
    """

    values: tuple[tuple[str, tuple[str, ...]], ...]
    scope: Scope = Scope()

    @classmethod
    def parse(cls, texts: Sequence[str], flag: str, scope: Scope | None = None) -> PerPackage:
        """Read the values of ``-flag`` (cmd/go/internal/load, PerPackageFlag).

        Raises:
            UsageError: a pattern is missing, or a quote comes first or is not closed.
        """
        try:
            return cls(tuple(split_pattern(text) for text in texts), scope or Scope())
        except UsageError as error:
            raise UsageError(f"-{flag}: {error.what}", hint=error.hint) from error

    def of(self, package: Package) -> tuple[str, ...]:
        """Return the arguments for ``package``: those of the last value whose pattern matches."""
        for pattern, arguments in reversed(self.values):
            if (not pattern and package.named) or (pattern and matches(pattern, package, self.scope)):
                return arguments
        return ()


def matches(pattern: str, package: Package, scope: Scope | None = None) -> bool:
    """Return whether a pattern (``go help packages``) matches a package (cmd/go/internal/load, MatchPackage)."""
    scope = scope or Scope()
    if re.match(r"\.\.?(/|$)", pattern):
        return _below(pattern, package.dir, scope.folder)
    meanings = {
        "all": True,
        "std": package.standard,
        "cmd": package.standard and package.import_path.startswith("cmd/"),
        "tool": package.import_path in scope.tools,
        "work": package.module is not None and package.module.main,
    }
    return meanings[pattern] if pattern in meanings else _like(pattern, package.import_path)


def _below(pattern: str, folder: str, start: str) -> bool:
    """Return whether a package in ``folder`` matches a pattern that begins with a dot."""
    fixed, dots, _ = pattern.partition("...")
    if not dots:
        return folder == os.path.normpath(Path(start, pattern))
    at = fixed.rindex("/")
    below = posixpath.relpath(folder, os.path.normpath(Path(start, fixed[:at])))
    return below != ".." and not below.startswith("../") and _like(pattern[at + 1 :], below)


def _like(pattern: str, path: str) -> bool:
    """Return whether an import path pattern matches a path; ``...`` is any text (cmd/internal/pkgpattern)."""
    hidden = _hide_vendor(pattern)
    globs = [hidden]
    if hidden == f"{_VENDOR}/...":
        # Contrary to "go help packages", the go command matches no package by this one.
        globs = []
    elif hidden.endswith(f"/{_VENDOR}/..."):
        globs.append(hidden.removesuffix(f"{_VENDOR}/...") + "vendor")
    elif hidden.endswith("/..."):
        # A final /... also matches the path without it.
        globs.append(hidden.removesuffix("/..."))
    return any(_fits(glob, _hide_vendor(path)) for glob in globs)


def _fits(pattern: str, text: str) -> bool:
    """Match by the set of places that can be reached so far: many wildcards then cost no more than few."""
    first, *rest = pattern.split("...")
    places = {len(first)} if text.startswith(first) else set()
    for literal in rest:
        places = {at + len(literal) for at in _onward(places, text) if text.startswith(literal, at)}
    return len(text) in places


def _onward(places: set[int], text: str) -> set[int]:
    """Return all places that a wildcard reaches from one of ``places``."""
    reachable, reached = set(), False
    for at in range(len(text) + 1):
        reached = (reached and text[at - 1] != _VENDOR) or at in places
        reachable |= {at} if reached else set()
    return reachable


def _hide_vendor(path: str) -> str:
    """Replace the vendor elements that come before a package's own path."""
    *elements, last = path.split("/")
    return "/".join([*(_VENDOR if element == "vendor" else element for element in elements), last])
