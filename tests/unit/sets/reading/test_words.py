"""Words of names."""

from __future__ import annotations

from collections import Counter

import pytest

from gomod2bazel.sets.reading.words import WORDS, name_parts, purpose_words, words_of


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("", ()),
        ("gen", ("gen",)),
        ("gen-docs", ("gen", "docs")),
        ("genDocs", ("gendocs", "gen", "docs")),
        ("HTTPServer", ("httpserver", "http", "server")),
        ("e2e", ("e2e", "e", "2e")),
        ("_example", ("example",)),
        ("go-fuzz.v2", ("go", "fuzz", "v2", "v", "2")),
        ("test_test", ("test",)),
    ],
)
def test_words_of_a_name(name: str, words: tuple[str, ...]) -> None:
    assert words_of(name) == words


@pytest.mark.parametrize(
    ("name", "purposes"),
    [
        ("server", {}),
        ("examples", {"example": "examples"}),
        ("TestServer", {"test": "testserver"}),
        ("e2e-tests", {"integration": "e2e", "test": "tests"}),
        ("latest", {}),  # whole words only
        ("gengo", {}),
    ],
)
def test_purposes(name: str, purposes: dict[str, str]) -> None:
    assert dict(purpose_words(name)) == purposes


@pytest.mark.parametrize(
    ("name", "parts"),
    [
        ("testvol", ("test",)),
        ("vttest", ("test",)),
        ("mkbench", ("generator", "stress")),
        ("stubmaker", ("generator",)),
        ("demoserver", ("example",)),
        ("server", ()),
        ("generator", ()),  # a separate word says more
        ("mkx", ()),  # too short to tell
    ],
)
def test_parts_of_one_word(name: str, parts: tuple[str, ...]) -> None:
    assert name_parts(name) == parts


def test_no_word_speaks_of_two_things() -> None:
    counts = Counter(word for words in WORDS.values() for word in words)
    assert [word for word, count in counts.items() if count > 1] == []


def test_words_are_found_as_they_are_spelled() -> None:
    assert [word for words in WORDS.values() for word in words if word not in words_of(word)] == []
