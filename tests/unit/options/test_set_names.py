"""The value of -set."""

from __future__ import annotations

import pytest

from gomod2bazel.base.errors import UsageError
from gomod2bazel.options.set_names import SETS, parse_sets


@pytest.mark.parametrize(
    ("text", "sets"),
    [
        ("target", ("target",)),
        ("example,target", ("target", "example")),
        (" example , target, example ", ("target", "example")),
        ("all", SETS),
        ("all,-example", ("target", "test-helper", "integration", "maintenance")),
        ("-example", ("target", "test-helper", "integration", "maintenance")),
        ("-example,-maintenance", ("target", "test-helper", "integration")),
        ("target,-target,example", ("example",)),
    ],
)
def test_sets(text: str, sets: tuple[str, ...]) -> None:
    assert parse_sets(text) == sets


@pytest.mark.parametrize("text", ["", ",", "tests", "-tests", "fixture", "all,-all", "-all", "target,-target"])
def test_no_sets(text: str) -> None:
    with pytest.raises(UsageError) as caught:
        parse_sets(text)
    assert "target, test-helper, integration, example, maintenance or all" in caught.value.hint
