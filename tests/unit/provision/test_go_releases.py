"""Go releases: which are supported, and what the rules are told of them."""

from __future__ import annotations

import re

import pytest
from support.driver import ROOT

from gomod2bazel.base.errors import ToolError
from gomod2bazel.provision.go_releases import check_release, release_of, supported_releases

BUILDER = ROOT / "rules" / "private" / "builder"
RULES = BUILDER.parent
TABLE = (ROOT / "rules" / "private" / "config" / "releases.bzl").read_text(encoding="utf-8")


@pytest.mark.parametrize(
    ("version", "release"),
    [
        ("1.26.8", "1.26"), ("go1.27.3", "1.27"), ("go1.27rc1", "1.27"), ("1.23", "1.23"),
        ("devel go1.28-0123abc Mon", "1.28"), ("go1.26.8 X:jsonv2", "1.26"), ("go1.25.4-custom", "1.25"),
        ("devel +abc", ""), ("", ""),
    ],
)  # fmt: skip
def test_release_of(version: str, release: str) -> None:
    assert release_of(version) == release


def test_supported() -> None:
    assert supported_releases({}) == ("1.23", "1.24", "1.25", "1.26", "1.27")


@pytest.mark.parametrize(
    ("version", "rules"), [("1.28.0", "1.27"), ("1.22.1", "1.23"), ("go1.28rc1", "1.27"), ("devel +abc", "1.27")]
)
def test_others_are_refused_or_said_to_be_untested(version: str, rules: str) -> None:
    said: list[str] = []
    with pytest.raises(ToolError, match=re.escape(f"Go {version} is not supported; ")) as caught:
        check_release(version, supported_releases({}), untested=False, say=said.append)
    assert f"the rules of Go {rules} with -allow-untested-go" in caught.value.hint
    assert said == []
    check_release(version, supported_releases({}), untested=True, say=said.append)
    assert [f"rules of Go {rules}" in line for line in said] == [True]


def test_the_builder_asks_for_changes_of_the_table_and_for_all_of_them() -> None:
    known = set(re.findall(r'^    "(\w+)": \[', TABLE, re.MULTILINE))
    asked = {
        name
        for path in BUILDER.rglob("*.py")
        for name in re.findall(r'"(\w+)"\)?(?: not)? in request\.changes', path.read_text(encoding="utf-8"))
    }
    # Some change what actions are given, and nothing in the builder.
    asked |= {
        name
        for path in RULES.rglob("*.bzl")
        for name in re.findall(r'"(\w+)" in changes_of\(', path.read_text(encoding="utf-8"))
    }
    assert asked == known
