"""Counts in messages."""

from __future__ import annotations

import pytest

from gomod2bazel.base.counts import count


@pytest.mark.parametrize(
    ("number", "noun", "text"),
    [
        (0, "package", "0 packages"),
        (1, "package", "1 package"),
        (2, "main package", "2 main packages"),
        (1, "binary", "1 binary"),
        (3, "binary", "3 binaries"),
        (2, "patch", "2 patches"),
        (2, "key", "2 keys"),
    ],
)
def test_the_noun_agrees_with_the_number(number: int, noun: str, text: str) -> None:
    assert count(number, noun) == text
