"""Hints that only several hints together give."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from gomod2bazel.sets.evidence.hint import Hint

__all__ = ["together_hints"]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Rule:
    """What is seen when hints come together.

    Attributes:
        kind, reason: of the hint that they give.
        needed: of each of these groups of kinds one has to be there.
        without: none of these kinds may be there.
    """

    kind: str
    reason: str
    needed: tuple[tuple[str, ...], ...]
    without: tuple[str, ...]


_RULES = (
    _Rule(
        kind="together:makes-testdata",
        reason="it is among test data and writes files",
        needed=(
            ("place:testdata",),
            (
                "says:generator", "says:maintenance", "constraint:ignore", "code:writes-sources",
                "generate:runs-it", "generate:runs-file", "generate:in-data",
            ),
        ),
        without=("code:expectations",),
    ),
    _Rule(
        kind="together:explained-testdata",
        reason="it is among test data, and describes itself as an example",
        needed=(
            ("place:testdata",),
            ("says:example",),
            ("readme:beside",),
        ),
        without=("code:expectations",),
    ),
    _Rule(
        kind="together:general-generator",
        reason="it generates, but takes flags, documents itself, and is in a folder for users",
        needed=(
            ("place:cmd", "place:elsewhere", "place:cmd-deeper", "place:top-level", "place:root"),
            ("name:generator", "says:generator", "name-part:generator"),
            ("imports:flags", "imports:command-framework", "code:usage", "imports:protoc-plugin"),
            ("comment:manual", "code:usage", "document:install", "imports:command-framework", "tests:beside"),
        ),
        without=(
            "above:internal", "constraint:ignore", "constraint:own-tag", "code:no-arguments", "name:maintenance",
            "name:docgen",
        ),
    ),
    _Rule(
        kind="together:product-of-module",
        reason="it generates, which is the purpose of the module",
        needed=(
            ("module:generator", "module:tools"),
            ("name:generator", "says:generator", "name-part:generator"),
            ("place:cmd", "place:top-level"),
        ),
        without=("constraint:ignore", "constraint:own-tag"),
    ),
    _Rule(
        kind="together:test-binary",
        reason="a test rule builds it, and it is not in a folder for users",
        needed=(
            ("script-for:test",),
            ("place:apart", "place:below-command"),
        ),
        without=("imports:analysis-driver", "place:testdata", "says:maintenance"),
    ),
    _Rule(
        kind="together:bare-test-program",
        reason="it is among tests, has a few lines, no documentation and no flags",
        needed=(
            ("above:test", "top:test"),
            ("code:tiny",),
            ("code:no-arguments",),
            ("comment:none",),
            ("imports:nothing-own",),
        ),
        without=("says:for-tests", "says:test", "place:testdata"),
    ),
    _Rule(
        kind="together:plain-command",
        reason="it is in a folder of commands for users, and nothing indicates another purpose",
        needed=(
            ("place:cmd", "place:root"),
        ),
        without=(
            "name:test", "name:example", "name:generator", "name:maintenance", "name:stress", "name:integration",
            "name:check", "name:script", "name:tools", "name:docgen", "name:fuzz", "name:experiment",
            "name-part:test", "name-part:generator", "says:for-tests", "says:example", "says:generator",
            "says:integration", "constraint:ignore", "constraint:own-tag", "generate:runs-it", "generate:runs-file",
            "script:runs-it", "document:folder-example", "code:empty-main", "script-for:generator",
            "company:siblings-given",
        ),
    ),
)  # fmt: skip


def together_hints(hints: Sequence[Hint]) -> Iterator[Hint]:
    """Yield what the hints found so far give together, at the position of the last that was needed."""
    by_kind = {hint.kind: hint for hint in reversed(hints)}
    for rule in _RULES:
        signs = [next((by_kind[kind] for kind in kinds if kind in by_kind), None) for kinds in rule.needed]
        last = signs[-1]
        if last and all(signs) and not any(kind in by_kind for kind in rule.without):
            yield Hint(rule.kind, rule.reason, last.position)
