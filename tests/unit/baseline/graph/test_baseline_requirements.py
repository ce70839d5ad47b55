"""Requirement graphs: what go mod graph prints, and ways through it."""

from gomod2bazel.base.version import Version
from gomod2bazel.baseline.graph.requirements import Graph

TEXT = """\
m a@v1.0.0
m c@v1.10.0
m go@1.22
a@v1.0.0 b@v1.0.0
b@v1.0.0 c@v1.10.0
b@v1.0.0 c@v1.9.0
go@1.22 toolchain@go1.22
lost@v1.0.0 c@v9.0.0
"""


def test_versions_are_those_that_are_reached_in_their_order() -> None:
    graph = Graph.parse(TEXT)
    assert graph.versions("c") == ("v1.9.0", "v1.10.0")
    assert graph.versions("go") == ()
    assert graph.chain(Version("lost", "v1.0.0")) == ()


def test_a_chain_goes_through_what_the_root_itself_requires() -> None:
    graph = Graph.parse(TEXT, ["a"])
    assert graph.chain(Version("c", "v1.10.0")) == ("m", "a@v1.0.0", "b@v1.0.0", "c@v1.10.0")
    assert Graph.parse(TEXT, ["a", "c"]).chain(Version("c", "v1.10.0")) == ("m", "c@v1.10.0")


def test_a_module_that_the_root_requires_takes_its_place() -> None:
    graph = Graph.parse("load a@v1.0.0\nload b@v2.0.0\na@v1.0.0 b@v1.0.0\nb@v2.0.0 c@v1.0.0\n", ["b"])
    started = graph.started_at(Version("a", "v1.0.0"))
    assert started.chain(Version("c", "v1.0.0")) == ("a@v1.0.0", "b@v2.0.0", "c@v1.0.0")


def test_an_empty_graph() -> None:
    assert Graph.parse("").chain(Version("a", "v1.0.0")) == ()
