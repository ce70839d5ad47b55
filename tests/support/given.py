"""Options as a command line gives them, each flag by the name of its field."""

from __future__ import annotations

from typing import Any

from gomod2bazel.options.options import Options, values_of, with_values

__all__ = ["options_of"]


def options_of(**values: Any) -> Options:
    """Return the options in which some flags have these values."""
    unknown = values.keys() - values_of(Options()).keys()
    assert not unknown, f"no flag sets {unknown}"
    return with_values(Options(), values)
