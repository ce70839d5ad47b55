"""What may be wrong with the value of a flag."""

from __future__ import annotations

from gomod2bazel.base.errors import UsageError

__all__ = ["FlagError", "FlagValueError"]


class FlagError(UsageError):
    """A flag is wrong; the message names the flag."""


class FlagValueError(UsageError):
    """A flag cannot have a value; the message says why, and the flag and the value are named before it."""
