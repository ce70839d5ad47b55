"""The table of kinds is that of rules/private/repositories/kinds.bzl, and follows rules/defs.bzl."""

from __future__ import annotations

import ast
import re
from pathlib import Path

from gomod2bazel.generate.buildfile.kinds import GOMOD2BAZEL, LABELS, RULE_SETS

RULES = Path(__file__).resolve().parents[4] / "rules"


def _tables() -> dict[str, ast.expr]:
    tree = ast.parse((RULES / "private" / "repositories" / "kinds.bzl").read_text(encoding="utf-8"))
    return {ast.unparse(node.targets[0]): node.value for node in tree.body if isinstance(node, ast.Assign)}


def test_same_as_of_the_rules() -> None:
    table = _tables()["RULES"]
    assert isinstance(table, ast.Dict)
    for key, value in zip(table.keys, table.values, strict=True):
        assert key is not None
        assert isinstance(value, ast.Call)
        name = ast.literal_eval(key)
        if name not in GOMOD2BAZEL.kinds:
            # Rules that generate does not write, see docs/generate.md.
            continue
        own, fields = GOMOD2BAZEL.kinds[name], {one.arg: ast.literal_eval(one.value) for one in value.keywords}
        assert list(own.attrs) == fields["attrs"], name
        assert list(own.match) == fields["match"], name
        assert own.merge == set(fields["merge"]), name
    assert set(ast.literal_eval(_tables()["LABELS"])) == LABELS


def test_every_attribute_is_one_of_the_kind() -> None:
    for rule_set in RULE_SETS.values():
        for name, kind in rule_set.kinds.items():
            assert kind.merge | set(kind.match) <= set(kind.attrs), name


def test_what_is_written_is_there_to_be_loaded() -> None:
    there = set(re.findall(r"^(\w+) = ", (RULES / "defs.bzl").read_text(encoding="utf-8"), re.MULTILINE))
    assert set(GOMOD2BAZEL.kinds) - {"filegroup"} <= there
