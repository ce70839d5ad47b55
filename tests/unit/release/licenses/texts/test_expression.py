"""SPDX licence expressions: joined, spelled as the list has them, and held against what is allowed."""

from __future__ import annotations

import pytest

from gomod2bazel.base.errors import UsageError
from gomod2bazel.release.licenses.texts.expression import all_of, any_of, canonical, identifiers, satisfies


@pytest.mark.parametrize(
    ("expressions", "joined"),
    [
        ([], ""),
        (["", ""], ""),
        (["MIT"], "MIT"),
        (["MIT", "Apache-2.0", "MIT"], "Apache-2.0 AND MIT"),
        (["MIT AND ISC", "Apache-2.0"], "Apache-2.0 AND ISC AND MIT"),
        (["MIT OR Apache-2.0"], "MIT OR Apache-2.0"),
        (["MIT OR Apache-2.0", "ISC"], "ISC AND (MIT OR Apache-2.0)"),
        (["ISC AND (MIT OR Apache-2.0)", "(MIT OR Apache-2.0)"], "ISC AND (MIT OR Apache-2.0)"),
        (["GPL-2.0-only WITH Classpath-exception-2.0", "MIT"], "GPL-2.0-only WITH Classpath-exception-2.0 AND MIT"),
    ],
)
def test_all_parts_are_asked_for_once(expressions: list[str], joined: str) -> None:
    assert all_of(expressions) == joined
    assert all_of(reversed(expressions)) == joined


def test_a_choice_of_compounds_keeps_their_parentheses() -> None:
    assert any_of(["MIT AND ISC", "Apache-2.0", "MIT OR 0BSD"]) == "0BSD OR Apache-2.0 OR MIT OR (MIT AND ISC)"


@pytest.mark.parametrize(
    ("expression", "allowed"),
    [
        ("MIT", True),
        ("GPL-3.0-only", False),
        ("MIT AND GPL-3.0-only", False),
        ("GPL-3.0-only OR MIT", True),
        ("MIT AND GPL-3.0-only OR ISC", True),
        ("MIT AND (GPL-3.0-only OR ISC)", True),
        ("GPL-3.0-only AND (MIT OR ISC)", False),
        ("((MIT))", True),
    ],
)
def test_all_of_and_any_of_or_has_to_be_allowed(expression: str, allowed: bool) -> None:
    assert satisfies(expression, {"MIT", "ISC"}.__contains__) == allowed


def test_identifiers_have_their_exceptions() -> None:
    expression = "(MIT OR GPL-2.0-only WITH Classpath-exception-2.0) AND ISC"
    assert identifiers(expression) == {"MIT", "ISC", "GPL-2.0-only WITH Classpath-exception-2.0"}
    assert identifiers("") == frozenset()


def test_identifiers_are_spelled_as_in_the_list() -> None:
    assert canonical("mit or (apache-2.0 and LicenseRef-Ours)") == "MIT OR (Apache-2.0 AND LicenseRef-Ours)"


@pytest.mark.parametrize("text", ["", "MIT/Apache-2.0", "MIT AND", "Free", "MIT\n", "(" * 3000, "(" * 900 + "MIT"])
def test_what_is_not_an_expression_is_refused(text: str) -> None:
    with pytest.raises(UsageError, match="not an SPDX licence expression"):
        canonical(text)
