"""Patterns of licence texts: what they match, and that no text makes them slow."""

from __future__ import annotations

import time

import pytest

from gomod2bazel.release.licenses.texts.pattern import Matcher


@pytest.mark.parametrize(
    ("pattern", "text", "places"),
    [
        ("a b", "x a b y a b", [(1, 3), (4, 6)]),
        ("a b", "a x b", []),
        ("a ( b )? c", "a c a b c", [(0, 2), (2, 5)]),
        ("a ( b | c d ) e", "a b e a c d e a d e", [(0, 3), (3, 7)]),
        ("a *2 b", "a b a x b a x y b", [(0, 2), (2, 5), (5, 9)]),
        ("a *2 b", "a x y z b", []),
        ("a *1 b c", "a b b c", [(0, 4)]),
        ("( a )? b ( c | ( d )? )", "a b d", [(0, 3)]),
        ("a ( b )?", "a b", [(0, 2)]),
        ("", "a", []),
    ],
)
def test_the_longest_text_from_the_left(pattern: str, text: str, places: list[tuple[int, int]]) -> None:
    assert list(Matcher(pattern).find(text.split())) == places


@pytest.mark.parametrize("pattern", ["( a", "a )", "( a ) )", "a *x"])
def test_a_pattern_that_is_not_in_the_notation_is_refused(pattern: str) -> None:
    with pytest.raises(ValueError, match=r"parentheses|invalid literal"):
        Matcher(pattern)


def test_a_text_that_begins_again_and_again_is_given_up() -> None:
    start = time.perf_counter()
    assert list(Matcher("a *50 ( a | *50 ) *50 b").find(["a"] * 200_000)) == []
    assert time.perf_counter() - start < 20
