"""Phrases of comments and documents."""

from __future__ import annotations

import time

import pytest

from gomod2bazel.sets.reading.phrases import purposes_in


@pytest.mark.parametrize(
    ("text", "purpose", "words"),
    [
        ("Hello is a demo of the library", "example", "demo"),
        ("This shows how to embed it", "example", "shows how"),
        ("a helper\nprogram for  our tests", "for-tests", "helper program for our tests"),
        ("It is only used by the tests", "for-tests", "only used by the tests"),
        ("for end testing", "for-tests", "for end testing"),
        ("prints test results", "test", "test"),
        ("a mock of the API", "fake", "mock"),
        ("runs end-to-end against a cluster", "integration", "end-to-end"),
        ("runs against a real server", "integration", "against a real"),
        ("a load test", "stress", "load test"),
        ("It regenerates tables", "generator", "regenerates"),
        ("writes out tables.go", "generator", "writes out tables.go"),
        ("verifies that copyright headers exist", "maintenance", "verifies that"),
        ("Gofmt formats Go programs", "command", "gofmt formats"),
        ("The age tool encrypts", "command", "the age tool"),
        ("Usage: age [flags]", "command-line", "usage:"),
        ("not intended for production", "unsupported", "not intended"),
    ],
)
def test_said(text: str, purpose: str, words: str) -> None:
    found = dict(purposes_in(text))
    assert purpose in found
    assert words in found[purpose] or found[purpose] in words


@pytest.mark.parametrize(
    ("text", "purpose"),
    [
        ("the latest attestation", "test"),
        ("an exemplary tool", "example"),
        ("Reads input. Tests follow", "for-tests"),  # another sentence
        ("we see that gofmt formats Go programs", "command"),  # not at the beginning
        ("degenerate cases", "generator"),
    ],
)
def test_not_said(text: str, purpose: str) -> None:
    assert purpose not in dict(purposes_in(text))


def test_nothing_said() -> None:
    assert purposes_in("") == ()


@pytest.mark.parametrize("unit", ["run in ", "for a ", "used for ", "end to ", "a", "writes x.", "(", "test "])
def test_time_grows_with_the_text(unit: str) -> None:
    """What callers give is at most a line; of twice the text, no more than a few times the work."""
    started = time.process_time()
    purposes_in(unit * (2000 // len(unit)))
    assert time.process_time() - started < 1
