"""A short run of what `tools/fuzz` does for longer; and that it would notice."""

from __future__ import annotations

import random

import pytest
from fuzz.run import fuzz
from fuzz.targets import TARGETS, Target

from gomod2bazel.base.errors import UsageError

# Any text can be a message of a tool, and any file the licence of a module: one that nobody knows.
_NEVER_REFUSED = ("messages", "license")


def _chance() -> random.Random:
    """Return the same damage for every run."""
    return random.Random(1)  # noqa: S311 - no secret


@pytest.mark.parametrize("name", TARGETS)
def test_every_input_is_read_or_refused(name: str) -> None:
    done = fuzz(TARGETS[name], _chance(), runs=400)
    assert done.crash is None, f"{done.trace}\n{done.crash!r}"
    # Damage that is never read, or never refused, shows nothing.
    assert done.read >= len(TARGETS[name].seeds)
    assert done.refused or name in _NEVER_REFUSED


def test_what_it_finds() -> None:
    def read(data: bytes) -> None:
        if b".." in data:
            raise UsageError("no way up")
        data.decode()

    done = fuzz(Target([b"plain text"], read), _chance(), runs=2000)
    assert done.crash is not None
    assert "UnicodeDecodeError" in done.trace
