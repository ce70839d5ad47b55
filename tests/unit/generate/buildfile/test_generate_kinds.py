"""The table of kinds names rules of rules/defs.bzl and their attributes."""

from __future__ import annotations

import re
from pathlib import Path

from gomod2bazel.generate.buildfile.kinds import GOMOD2BAZEL, RULE_SETS

RULES = Path(__file__).resolve().parents[4] / "rules"
REFERENCE = RULES.parent / "docs" / "reference.md"

EVERY_RULE = {"name", "tags", "target_compatible_with", "visibility"}


def _documented(rule: str) -> set[str]:
    """Return the attributes of a rule that the reference has, which is made of the rules' own doc strings."""
    section = REFERENCE.read_text(encoding="utf-8").split(f"### {rule}\n", 1)[1].split("\n##", 1)[0]
    return set(re.findall(r"^\| `(\w+)` \|", section, re.MULTILINE))


def test_every_attribute_is_one_of_the_rule() -> None:
    for name in GOMOD2BAZEL.kinds.keys() - {"filegroup"}:
        assert set(GOMOD2BAZEL.kinds[name].attrs) <= _documented(name) | EVERY_RULE, name


def test_every_attribute_is_one_of_the_kind() -> None:
    for rule_set in RULE_SETS.values():
        for name, kind in rule_set.kinds.items():
            assert kind.merge | set(kind.match) <= set(kind.attrs), name


def test_what_is_written_is_there_to_be_loaded() -> None:
    there = set(re.findall(r"^(\w+) = ", (RULES / "defs.bzl").read_text(encoding="utf-8"), re.MULTILINE))
    assert set(GOMOD2BAZEL.kinds) - {"filegroup"} <= there
