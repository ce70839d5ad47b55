"""Counts in messages."""

from __future__ import annotations

import pytest

from gomod2bazel.base.counts import count, joined, readable_size


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


@pytest.mark.parametrize(
    ("size", "text"),
    [
        (0, "0 B"),
        (1023, "1023 B"),
        (1536, "1.5 KiB"),
        (10 << 20, "10 MiB"),
        (3 << 30, "3.0 GiB"),
        (5000 << 40, "5000 TiB"),
    ],
)
def test_sizes(size: int, text: str) -> None:
    assert readable_size(size) == text


@pytest.mark.parametrize(("names", "text"), [(["a"], "a"), (["a", "b"], "a or b"), (["a", "b", "c"], "a, b or c")])
def test_lists_in_sentences(names: list[str], text: str) -> None:
    assert joined(names, "or") == text
    assert joined(names) == text.replace("or", "and")
