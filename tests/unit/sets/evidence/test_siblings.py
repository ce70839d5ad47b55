"""Hints of siblings."""

from __future__ import annotations

import pytest

from gomod2bazel.sets.evidence.hint import Hint
from gomod2bazel.sets.evidence.siblings import Company

RELEASED = Hint("script:release", "released", "goreleaser.yml:1")
INSTALLED = Hint("document:install", "installed", "README.md:1")
IN_CMD = Hint("place:cmd", "it is in cmd", "cmd/x")


def _kinds(directory: str, found: dict[str, list[Hint]], decided: dict[str, str] | None = None) -> dict[str, Hint]:
    sets = dict.fromkeys(found, "target") | (decided or {})
    return {hint.kind: hint for hint in Company(found, sets).hints(directory, found[directory])}


def _customs(directory: str, decided: dict[str, str]) -> dict[str, Hint]:
    """Return what the siblings of a directory are, in a module with commands for users."""
    found: dict[str, list[Hint]] = {name: [IN_CMD] for name in decided}
    return _kinds(directory, found, decided)


def test_others_are_released() -> None:
    found = {"a/x": [RELEASED], "b/y": [], "b/z": [INSTALLED]}
    assert set(_kinds("b/y", found)) == {
        "company:others-released",
        "company:others-for-users",
        "company:siblings-given",
    }
    assert set(_kinds("b/z", found)) == {"company:others-released"}
    assert set(_kinds("a/x", found)) == set()
    assert _kinds("b/y", found)["company:others-released"].position == "goreleaser.yml:1"


def test_the_root_has_siblings_and_is_none() -> None:
    assert set(_kinds("", {"": [], "a": [INSTALLED]})) == {"company:siblings-given", "company:others-for-users"}
    assert set(_kinds("a", {"": [INSTALLED], "a": []})) == {"company:others-for-users"}


def test_where_users_look_for_commands() -> None:
    assert set(_kinds("a", {"a": [], "b": []})) == {"company:none-for-users"}
    found = {"a": [], "cmd/x": [IN_CMD]}
    assert _kinds("a", found)["company:others-for-users"].position == "cmd/x"
    assert _kinds("cmd/x", found) == {}


@pytest.mark.parametrize(
    ("sets", "custom"),
    [
        (["example"] * 3, ["company:example"]),
        (["example"] * 2, []),  # too few
        (["example"] * 3 + ["target"], ["company:example"]),
        (["example"] * 3 + ["target", "fixture"], []),
        (["target"] * 5, []),
    ],
)
def test_custom(sets: list[str], custom: list[str]) -> None:
    decided = {f"a/s{number}": name for number, name in enumerate(sets)} | {"a/me": "fixture", "b/far": "fixture"}
    assert list(_customs("a/me", decided)) == custom


def test_what_it_is_itself_is_no_custom() -> None:
    decided = {"a/a": "example", "a/b": "example", "a/c": "target", "a/d": "target"}
    assert _customs("a/a", decided) == {}
    alike = dict.fromkeys(("a/a", "a/b", "a/c", "a/d"), "example")
    hint = _customs("a/a", alike)["company:example"]
    assert (hint.position, hint.reason) == ("a/b", "3 of its 3 siblings look like example")
