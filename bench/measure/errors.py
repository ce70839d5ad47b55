"""The error that ends a run of the bench."""

from __future__ import annotations

__all__ = ["BenchError"]


class BenchError(Exception):
    """A command failed, an argument is wrong, or a file is not what the bench wrote; the message is for the user."""
