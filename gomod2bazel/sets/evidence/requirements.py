"""Hints of what a program that serves tests needs beyond the compiler: that parts integration from other tests."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from gomod2bazel.sets.evidence.hint import Hint

__all__ = ["needs_hints"]

# What shows that tests, of whatever sort, are what a program is for.
_ABOUT_TESTS = frozenset((
    "name:test", "above:test", "top:test", "name-part:test", "name:integration", "above:integration", "top:integration",
    "name:stress", "above:stress", "says:for-tests", "says-later:for-tests", "says:integration", "says:stress",
    "readme:for-tests", "tests:run-from-integration", "imports:testing", "imports:own-test", "constraint:integration",
))  # fmt: skip

# The need, the reason, and the kinds of hints that show it; the first that is there is named.
_NEEDS: tuple[tuple[str, str, tuple[str, ...]], ...] = (
    ("needs:integration", "it is about tests of whole systems", (
        "says:integration", "says-later:integration", "above:integration", "top:integration", "name:integration",
        "readme:integration", "document:integration", "tests:run-from-integration", "constraint:integration",
    )),
    ("needs:system", "it is about tests, and needs the system or services", (
        "imports:system", "imports:database", "script:container",
    )),
    ("needs:network", "it is about tests, and uses a network", (
        "imports:server", "imports:socket", "imports:own-integration", "code:local-address",
    )),
)  # fmt: skip

_NOTHING_MORE = "it is about tests, and nothing indicates that it needs more than the compiler"


def needs_hints(hints: Sequence[Hint]) -> Iterator[Hint]:
    """Yield what the hints found so far say together, where they are about tests."""
    by_kind = {hint.kind: hint for hint in reversed(hints)}
    if not by_kind.keys() & _ABOUT_TESTS:
        return
    needs_more = False
    for kind, reason, signs in _NEEDS:
        sign = next((by_kind[name] for name in signs if name in by_kind), None)
        if sign:
            needs_more = True
            yield Hint(kind, f"{reason}: {sign.reason}", sign.position)
    if not needs_more:
        yield Hint("needs:compiler-alone", _NOTHING_MORE, ".")
