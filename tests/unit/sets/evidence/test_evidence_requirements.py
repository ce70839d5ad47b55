"""Hints of what a program for tests needs."""

from __future__ import annotations

import pytest

from gomod2bazel.sets.evidence.hint import Hint
from gomod2bazel.sets.evidence.requirements import needs_hints


@pytest.mark.parametrize(
    ("seen", "needs"),
    [
        (["name:test"], ["compiler-alone"]),
        (["name:test", "imports:flags"], ["compiler-alone"]),
        (["name:test", "imports:server"], ["network"]),
        (["above:test", "imports:database", "code:local-address"], ["system", "network"]),
        (["says:integration"], ["integration"]),
        (["imports:server", "imports:system"], []),  # not about tests
        ([], []),
    ],
)
def test_needs(seen: list[str], needs: list[str]) -> None:
    found = needs_hints([Hint(kind, f"seen {kind}", "a.go:1") for kind in seen])
    assert [hint.kind for hint in found] == [f"needs:{need}" for need in needs]


def test_the_sign_is_named() -> None:
    seen = [Hint("name:test", "x", "a"), Hint("imports:server", "it imports 'net/http'", "a/a.go:3")]
    (hint,) = needs_hints(seen)
    assert hint.position == "a/a.go:3"
    assert hint.reason.endswith(": it imports 'net/http'")
