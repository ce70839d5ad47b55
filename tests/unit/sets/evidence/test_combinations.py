"""Hints that several hints give together."""

from __future__ import annotations

import pytest

from gomod2bazel.sets.evidence.combinations import together_hints
from gomod2bazel.sets.evidence.hint import Hint


@pytest.mark.parametrize(
    ("seen", "kinds"),
    [
        (["place:testdata", "constraint:ignore"], ["makes-testdata"]),
        (["place:testdata", "constraint:ignore", "code:expectations"], []),
        (["place:testdata", "says:example", "readme:beside"], ["explained-testdata"]),
        (["place:testdata", "says:example"], []),
        (["place:cmd", "name:generator", "imports:flags", "comment:manual"], ["general-generator"]),
        (["place:top-level", "name:generator", "imports:flags", "comment:manual"], []),
        (
            ["document:install", "place:top-level", "name:generator", "imports:flags", "comment:manual"],
            ["general-generator"],
        ),
        (["script-for:generator", "script:make"], ["maintainers-alone"]),
        (["script-for:generator", "script-for:ship"], []),
        (["above:test", "script:container"], ["shipped-for-tests"]),
        (["generate:made-sources", "does:fills-template"], ["writes-the-module"]),
        (["generate:made-sources", "does:fills-template", "document:install"], []),
        (["place:elsewhere", "name:docgen"], ["documents-the-commands"]),
        (["place:elsewhere", "name:docgen", "code:large"], []),
        (["code:empty-main", "place:cmd"], ["begun-command"]),
        (["code:empty-main", "place:root", "generate:in-itself"], []),
        (["place:top-level", "name:generator", "imports:flags", "comment:manual", "constraint:ignore"], []),
        (["module:generator", "says:generator", "place:top-level"], ["product-of-module"]),
        (["script-for:test", "place:apart"], ["test-binary"]),
        (["script-for:test", "place:cmd-deeper"], []),
        (
            ["above:test", "code:tiny", "code:no-arguments", "comment:none", "imports:nothing-own"],
            ["bare-test-program"],
        ),
        (["company:none-for-users", "says:generator"], ["generates-for-library"]),
        (["company:none-for-users", "says:generator", "imports:protoc-plugin"], []),
        (["company:others-for-users", "code:writes-sources"], ["generates-apart"]),
        (["company:others-for-users"], []),
        (["code:no-arguments", "does:writes-files"], ["writes-unasked"]),
        (["code:no-arguments", "does:writes-files", "imports:server"], []),
        (["says:example"], ["declared-example"]),
        (["says:example", "document:install"], []),
        (["module:example"], ["module-of-examples"]),
        (["module:example", "script:release"], []),
        (["constraint:ignore", "file:example"], ["asked-for-example"]),
        (["constraint:own-tag", "constraint:tools"], ["asked-for-tools"]),
        (["constraint:own-tag", "constraint:tools", "above:test"], []),
        (["imports:analysis-driver", "script-for:maintenance"], ["lints-the-module", "maintainers-alone"]),
        (["imports:analysis-driver", "document:for-maintainers", "document:install"], []),
        (["code:exports"], ["library-for-others"]),
        (["script:builds-library", "tests:run-it"], []),
        (["place:cmd"], ["plain-command"]),
        (["place:cmd", "name:test"], []),
        ([], []),
    ],
)
def test_together(seen: list[str], kinds: list[str]) -> None:
    found = list(together_hints([Hint(kind, "seen", f"{kind}.go:1") for kind in seen]))
    assert sorted(hint.kind for hint in found) == [f"together:{kind}" for kind in sorted(kinds)]
    assert all(hint.position.removesuffix(".go:1") in seen for hint in found)
