"""Hints of siblings."""

from __future__ import annotations

import pytest

from gomod2bazel.sets.evidence.hint import Hint
from gomod2bazel.sets.evidence.siblings import Company

RELEASED = Hint("script:release", "released", "goreleaser.yml:1")
INSTALLED = Hint("document:install", "installed", "README.md:1")


def _kinds(directory: str, found: dict[str, list[Hint]], decided: dict[str, str] | None = None) -> dict[str, Hint]:
    sets = dict.fromkeys(found, "target") | (decided or {})
    return {hint.kind: hint for hint in Company(found, sets).hints(directory, found[directory])}


def test_others_are_released() -> None:
    found = {"a/x": [RELEASED], "b/y": [], "b/z": [INSTALLED]}
    assert set(_kinds("b/y", found)) == {"company:others-released", "company:siblings-given"}
    assert set(_kinds("b/z", found)) == {"company:others-released"}
    assert set(_kinds("a/x", found)) == set()
    assert _kinds("b/y", found)["company:others-released"].position == "goreleaser.yml:1"


def test_the_root_has_siblings_and_is_none() -> None:
    assert set(_kinds("", {"": [], "a": [INSTALLED]})) == {"company:siblings-given"}
    assert set(_kinds("a", {"": [INSTALLED], "a": []})) == set()


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
    assert list(_kinds("a/me", {name: [] for name in decided}, decided)) == custom


def test_what_it_is_itself_is_no_custom() -> None:
    decided = {"a/a": "example", "a/b": "example", "a/c": "target", "a/d": "target"}
    assert _kinds("a/a", {name: [] for name in decided}, decided) == {}
    alike = dict.fromkeys(("a/a", "a/b", "a/c", "a/d"), "example")
    hint = _kinds("a/a", {name: [] for name in alike}, alike)["company:example"]
    assert (hint.position, hint.reason) == ("a/b", "3 of its 3 siblings look like example")
