"""Which set a binary belongs to, and the value of -set."""

from __future__ import annotations

import pytest

from gomod2bazel.classify import SETS, classify, parse_sets
from gomod2bazel.errors import UsageError


@pytest.mark.parametrize(
    ("folder", "name", "word"),
    [
        ("", "target", ""),
        ("cmd/server", "target", ""),
        ("cmd/latest", "target", ""),
        ("cmd/contest", "target", ""),
        ("examples/server", "example", "examples"),
        ("_examples/server", "example", "examples"),
        ("cmd/demo-client", "example", "demo"),
        ("Example", "example", "example"),
        ("internal/testdata/prog", "test-helper", "testdata"),
        ("cmd/mock_server", "test-helper", "mock"),
        ("test/e2e", "test-helper", "test"),
        ("e2e/test", "integration", "e2e"),
        ("interop/client", "integration", "interop"),
        ("examples/tools", "example", "examples"),
        ("tools/example", "maintenance", "tools"),
        ("internal/gen", "maintenance", "gen"),
        ("cmd/docs.gen", "maintenance", "gen"),
        ("scripts", "maintenance", "scripts"),
    ],
)
def test_classify(folder: str, name: str, word: str) -> None:
    decision = classify(folder)
    assert decision.set == name
    assert repr(word) in decision.reasons[0] if word else "elsewhere" in decision.reasons[0]


@pytest.mark.parametrize(
    ("text", "sets"),
    [
        ("target", ("target",)),
        ("example,target", ("target", "example")),
        ("all", SETS),
        ("all,-example", ("target", "test-helper", "integration", "maintenance")),
        (" all , -example ,-maintenance", ("target", "test-helper", "integration")),
        ("-example,all", SETS),
        ("target,target", ("target",)),
        ("all,-all,example", ("example",)),
    ],
)
def test_parse_sets(text: str, sets: tuple[str, ...]) -> None:
    assert parse_sets(text) == sets


@pytest.mark.parametrize("text", ["", ",", "targets", "all,-nothing", "target,-target", "-target"])
def test_parse_sets_refuses(text: str) -> None:
    with pytest.raises(UsageError) as caught:
        parse_sets(text)
    assert all(name in caught.value.hint for name in SETS)
