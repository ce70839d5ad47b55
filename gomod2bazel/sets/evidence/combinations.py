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
        reason="it generates, but takes flags, documents itself, and is for users by its place or the documents",
        needed=(
            (
                "place:cmd", "place:cmd-deeper", "place:root", "document:install", "document:builds-it",
                "script-for:ship",
            ),
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
        kind="together:begun-command",
        reason="its func main is empty, but it is where commands are, and nothing indicates another purpose",
        needed=(
            ("code:empty-main",),
            ("place:cmd", "place:root"),
        ),
        without=(
            "constraint:ignore", "constraint:own-tag", "generate:in-itself", "code:expectations", "name:test",
            "name:example", "name:generator", "says:for-tests", "says:example", "says:generator", "above:test",
            "place:beside-library", "code:several-mains",
        ),
    ),
    _Rule(
        kind="together:documents-the-commands",
        reason="it writes the documentation of commands, and does little else",
        needed=(
            ("does:documents-commands", "name:documents", "name:docgen"),
            (
                "place:cmd", "place:cmd-deeper", "place:apart", "place:below-command", "place:elsewhere",
                "place:top-level",
            ),
        ),
        without=("code:large", "document:install"),
    ),
    _Rule(
        kind="together:maintainers-alone",
        reason="scripts for maintainers use it, and nothing for users does",
        needed=(
            ("script-for:generator", "script-for:maintenance"),
        ),
        without=(
            "script-for:ship", "script:release", "script-name:release", "script:packaging", "script-name:packaging",
            "script:container", "script-name:container", "script:manifest", "script-name:manifest", "document:install",
            "document:in-bin", "document:manual-page", "document:completion", "document:service",
        ),
    ),
    _Rule(
        kind="together:shipped-for-tests",
        reason="it is below a folder of tests, and images or manifests contain it",
        needed=(
            ("above:test", "top:test", "above:integration", "top:integration"),
            (
                "script:container", "script:manifest", "script-name:container", "script:ships-for-tests",
                "script-for:ship",
            ),
        ),
        without=("document:install",),
    ),
    _Rule(
        kind="together:writes-the-module",
        reason="it writes files of the module, and users are not told to install it",
        needed=(
            (
                "does:writes-own-files", "generate:made-sources", "comment:names-own-file", "generate:runs-it",
                "generate:runs-file", "generate:names-it", "script:makes-own-file",
            ),
            ("says:generator", "says-later:generator", "does:formats-sources", "does:writes-files", "name:generator",
             "name-part:generator", "does:fills-template"),
        ),
        without=("document:install", "script:release", "script:packaging", "does:tells-version"),
    ),
    _Rule(
        kind="together:generates-for-library",
        reason="it generates, and the module has no commands for users",
        needed=(
            ("company:none-for-users",),
            ("says:generator", "name:generator", "name-part:generator"),
        ),
        without=("imports:protoc-plugin", "imports:analysis-driver"),
    ),
    _Rule(
        kind="together:generates-apart",
        reason="it generates, and the module's commands for users are elsewhere",
        needed=(
            ("company:others-for-users",),
            ("says:generator", "name:generator", "name-part:generator", "code:writes-sources"),
        ),
        without=("imports:protoc-plugin", "imports:analysis-driver"),
    ),
    _Rule(
        kind="together:writes-unasked",
        reason="it writes files, and takes no arguments: it knows which",
        needed=(
            ("does:writes-files", "does:formats-sources"),
            ("code:no-arguments",),
        ),
        without=(
            "place:testdata", "above:example", "above:test", "imports:server", "place:root", "script-for:ship",
            "script:release", "document:install",
        ),
    ),
    _Rule(
        kind="together:declared-example",
        reason="its name or its comment presents it as an example, and nothing gives it to users",
        needed=(
            ("says:example", "name:example", "name-part:example"),
        ),
        without=(
            "place:testdata", "above:test", "above:integration", "says:for-tests", "document:install",
            "script:release", "script:packaging",
        ),
    ),
    _Rule(
        kind="together:module-of-examples",
        reason="the module is one of examples, and nothing gives it to users but the text that explains it",
        needed=(("module:example",),),
        without=(
            "script:release", "script:packaging", "script-for:ship", "generate:runs-it", "above:internal", "place:cmd",
            "place:root",
        ),
    ),
    _Rule(
        kind="together:asked-for-example",
        reason="builds exclude it, and it presents itself as an example",
        needed=(
            ("constraint:ignore", "constraint:own-tag"),
            ("file:example", "says:example", "name:example"),
        ),
        without=("place:testdata", "says:generator", "generate:runs-file", "generate:runs-it"),
    ),
    _Rule(
        kind="together:asked-for-tools",
        reason="builds exclude it, and its tag or its name tells that it is for maintainers",
        needed=(
            ("constraint:ignore", "constraint:own-tag"),
            (
                "constraint:tools", "constraint:maintenance", "constraint:generator", "file:tools", "file:maintenance",
                "file:generator", "code:no-main",
            ),
        ),
        without=("place:testdata", "above:test", "above:example"),
    ),
    _Rule(
        kind="together:lints-the-module",
        reason="it checks sources, and the module's own scripts or documents for maintainers use it",
        needed=(
            ("imports:analysis-driver", "name:check", "says:maintenance"),
            ("script-for:maintenance", "document:for-maintainers", "script:keeps-module"),
        ),
        without=(
            "document:install", "place:cmd", "place:root", "script-for:ship", "script:release", "script:packaging",
            "above:test",
        ),
    ),
    _Rule(
        kind="together:library-for-others",
        reason="it is a library that programs in other languages load, and it is not among tests",
        needed=(("code:exports", "script:builds-library"),),
        without=(
            "place:testdata", "above:test", "name:test", "above:integration", "name:integration", "above:example",
            "name:example", "above:internal", "tests:run-it", "says:for-tests",
        ),
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
