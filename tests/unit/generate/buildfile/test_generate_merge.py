"""Merging, as a table: next to this file, the BUILD file before, the rules that are generated, and the file after."""

from __future__ import annotations

from pathlib import Path

import pytest
from support import txtar

from gomod2bazel.generate.buildfile.existing_rules import existing_rules, new_rules
from gomod2bazel.generate.buildfile.kinds import GOMOD2BAZEL, ORDERED, Rule, Select
from gomod2bazel.generate.buildfile.merge import merge_file, new_file
from gomod2bazel.generate.buildfile.starlark import Item, Sum, call_of, literal, read_file

CASES = sorted((Path(__file__).parent / "merge").glob("*.txtar"))


def _rules(text: str) -> list[Rule]:
    """Read generated rules as they would be printed."""
    calls = [one.call for one in read_file(text, "generated").statements if one.call]
    values = [{item.name: _value(item) for item in call.arguments} for call in calls]
    return [
        Rule(kind=call.function, name=str(value.pop("name")), attrs=value)  # type: ignore[arg-type]
        for call, value in zip(calls, values, strict=True)
    ]


def _value(item: Item) -> object:
    """Read a value: a literal, or a list and a select as they are generated."""
    assert item.node is not None
    terms = Sum.of(item.node).terms
    call = call_of(terms[-1])
    if call is None:
        return literal(item.node)
    cases = literal(call.arguments[0].node)
    assert isinstance(cases, dict)
    common = literal(terms[0]) if len(terms) > 1 else []
    assert isinstance(common, list)
    lists = all(isinstance(value, list) for value in cases.values())
    return Select(additive=lists and item.name not in ORDERED, common=tuple(common), cases=cases)


def _merge(before: str, files: dict[str, str]) -> str:
    there = files.get("there", "a.go b.go x.go").split()
    file = read_file(before, "BUILD.bazel")
    return merge_file(file, _rules(files["generated"]), GOMOD2BAZEL, package="x", files=there)


@pytest.mark.parametrize("path", CASES, ids=lambda path: path.stem)
def test_merge(path: Path) -> None:
    files = txtar.read(path.read_text(encoding="utf-8"))
    assert _merge(files["before"], files) == files["after"]
    assert _merge(files["after"], files) == files["after"], "a second run changes nothing"


@pytest.mark.parametrize("path", CASES, ids=lambda path: path.stem)
def test_what_is_written_anew_needs_no_merging(path: Path) -> None:
    files = txtar.read(path.read_text(encoding="utf-8"))
    text = new_file(_rules(files["generated"]), GOMOD2BAZEL)
    assert bool(text) == bool(files["generated"])
    assert _merge(text, files) == text
    assert new_rules(_rules(files["generated"])) == existing_rules(read_file(text, "x"), GOMOD2BAZEL)


def test_a_file_with_nothing_left_is_empty() -> None:
    text = new_file([Rule(kind="go_library", name="x", attrs={"srcs": ["x.go"], "importpath": "m/x"})], GOMOD2BAZEL)
    assert "x.go" in text
    assert merge_file(read_file(text, "x"), [], GOMOD2BAZEL, package="x", files=[]) == ""
    assert merge_file(read_file(text, "x"), [], GOMOD2BAZEL, package="x", files=["x.go"]) == text
    assert merge_file(read_file(text, "x"), [], GOMOD2BAZEL, package="x", files=None) == text


def test_a_rule_without_an_end_of_line() -> None:
    text = 'filegroup(name = "go_hdrs", srcs = ["a.h"])'
    wanted = [Rule(kind="filegroup", name="go_hdrs", attrs={"srcs": ["a.h", "b.h"]})]
    merged = merge_file(read_file(text, "x"), wanted, GOMOD2BAZEL, package="x", files=[])
    assert merged == 'filegroup(\n    name = "go_hdrs",\n    srcs = [\n        "a.h",\n        "b.h",\n    ],\n)\n'
