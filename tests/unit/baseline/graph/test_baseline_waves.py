"""In which order modules are released after a bump."""

from __future__ import annotations

import pytest

from gomod2bazel.base.version import Version
from gomod2bazel.baseline.graph.requirements import Graph
from gomod2bazel.baseline.graph.waves import release_waves, selected_requirements

DIAMOND = {"top": ["left", "right", "other"], "left": ["low"], "right": ["low"], "other": [], "low": []}


@pytest.mark.parametrize(
    ("bumped", "waves"),
    [
        (["low"], (("low",), ("left", "right"), ("top",))),
        (["right"], (("right",), ("top",))),
        (["low", "other"], (("low", "other"), ("left", "right"), ("top",))),
        (["left", "low"], (("low",), ("left", "right"), ("top",))),
        (["top"], (("top",),)),
        (["new"], (("new",),)),
        ([], ()),
    ],
    ids=str,
)
def test_waves(bumped: list[str], waves: tuple[tuple[str, ...], ...]) -> None:
    found = release_waves(DIAMOND, bumped)
    assert (found.waves, found.cycles) == (waves, ())


def test_modules_that_require_each_other_are_in_one_wave() -> None:
    requires = {"a": ["b", "low"], "b": ["c"], "c": ["a"], "top": ["b"], "low": []}
    found = release_waves(requires, ["low"])
    assert found.waves == (("low",), ("a", "b", "c"), ("top",))
    assert list(found.lines())[-1] == "cycle: a -> b -> c -> a"
    assert found.to_dict()["cycles"] == [["a", "b", "c", "a"]]


def test_only_selected_versions_count() -> None:
    graph = Graph.parse("a b@v1.0.0\na low@v1.2.0\nb@v1.0.0 old@v1.0.0\nb@v1.1.0 low@v1.1.0\na b@v1.1.0\n")
    assert graph.root == Version("a")
    found = selected_requirements([(graph, {"b": "v1.1.0", "low": "v1.2.0"})])
    assert found == {"a": {"b", "low"}, "b": {"low"}}
