"""One rule for several configurations: which values are the same, which are selected, and how."""

from __future__ import annotations

import pytest

from gomod2bazel.generate.buildfile.kinds import GOMOD2BAZEL, Rule, Select, Value
from gomod2bazel.generate.buildfile.printing import print_rule
from gomod2bazel.generate.buildfile.selects import combine

A, B, DEFAULT = "@go_sdk//config:a", "@go_sdk//config:b", "//conditions:default"


@pytest.mark.parametrize(
    ("attr", "a", "b", "expected"),
    [
        ("srcs", ["x", "y"], ["x", "y"], ["x", "y"]),
        ("srcs", ["x", "y"], ["z", "y"], Select(additive=True, common=("y",), cases={A: ["x"], B: ["z"]})),
        ("srcs", ["x"], [], Select(additive=True, cases={A: ["x"], B: []})),
        ("srcs", [], [], []),
        ("srcs", "", [], ""),
        ("copts", ["-x", "-y"], ["-y", "-x"], Select(additive=False, cases={A: ["-x", "-y"], B: ["-y", "-x"]})),
        ("cgo", True, False, Select(additive=False, cases={A: True, B: False})),
        ("cgo", "", True, Select(additive=False, cases={A: False, B: True})),
        ("lang", "go1.2", "", Select(additive=False, cases={A: "go1.2", B: ""})),
        ("embed_patterns", {"*": ["x"]}, {}, Select(additive=False, cases={A: {"*": ["x"]}, B: {}})),
        ("tags", ["target"], ["example"], ["target"]),
    ],
)
def test_one_attribute(attr: str, a: Value, b: Value, expected: Value) -> None:
    found = {name: [Rule(kind="go_library", name="x", attrs={attr: value})] for name, value in (("a", a), ("b", b))}
    (rule,) = combine(found, ("a", "b"))
    assert rule.attrs == {attr: expected}


def test_a_rule_that_is_not_there_in_all() -> None:
    library = Rule(kind="go_library", name="x", attrs={"srcs": ["x"]})
    more = Rule(kind="go_library", name="x", attrs={"srcs": ["y"]})
    test = Rule(kind="go_test", name="x_test", attrs={"srcs": ["x_test"]})
    first, second = combine({"a": [test], "b": [library], "c": [more]}, ("a", "b", "c"))
    assert (
        print_rule(first, GOMOD2BAZEL.kinds["go_library"])
        == """\
go_library(
    name = "x",
    srcs = select({
        "@go_sdk//config:b": ["x"],
        "@go_sdk//config:c": ["y"],
        "//conditions:default": [],
    }),
    target_compatible_with = select({
        "@go_sdk//config:b": [],
        "@go_sdk//config:c": [],
        "//conditions:default": ["@gomod2bazel//rules:incompatible"],
    }),
)
"""
    )
    assert second.name == "x_test"
    assert second.attrs["srcs"] == ["x_test"]


def test_names_of_executables() -> None:
    binaries = {"a": "", "b": "x.exe"}
    found = {name: [Rule(kind="go_binary", name="x", attrs={"out": out})] for name, out in binaries.items()}
    (rule,) = combine(found, ("a", "b"))
    assert rule.attrs["out"] == Select(additive=False, cases={A: "x", B: "x.exe"})


def test_one_configuration_selects_nothing() -> None:
    rule = Rule(kind="go_library", name="x", attrs={"srcs": ["x"]})
    assert combine({"a": [rule]}, ("a",)) == [rule]
