"""Orders, waves, cycles and ways of graphs."""

from __future__ import annotations

import random

import pytest

from gomod2bazel.base.digraph import CycleError, components, depth_first, order, reachable, shortest_chain, waves

DIAMOND = {"top": ("left", "right"), "left": ("bottom",), "right": ("bottom",)}


def diamond(node: str) -> tuple[str, ...]:
    return DIAMOND.get(node, ())


def test_waves_and_order() -> None:
    assert waves(DIAMOND) == (("bottom",), ("left", "right"), ("top",))
    assert order(DIAMOND) == ("bottom", "left", "right", "top")
    assert order({}) == ()
    assert order({"a": ("a",)}) == ("a",), "an edge from a node to itself is ignored"


@pytest.mark.parametrize(
    ("needs", "cycle"),
    [
        ({"a": ["b"], "b": ["a"]}, "a -> b -> a"),
        ({"x": ["a"], "a": ["b"], "b": ["c"], "c": ["a"]}, "a -> b -> c -> a"),
        ({"a": ["b"], "b": ["c"], "c": ["a", "d"], "d": ["c"], "f": ["a"]}, "c -> d -> c"),
    ],
)
def test_a_cycle_is_named(needs: dict[str, list[str]], cycle: str) -> None:
    with pytest.raises(CycleError, match=f"^{cycle}$"):
        order(needs)


def test_what_is_reached_and_how() -> None:
    edges = {**DIAMOND, "bottom": ("top",), "other": ("top",)}
    assert reachable(["left"], lambda node: edges.get(node, ())) == ("left", "bottom", "top", "right")
    assert shortest_chain("bottom", ["other"], lambda node: edges.get(node, ())) == ("other", "top", "left", "bottom")
    assert shortest_chain("left", ["left"], lambda node: edges.get(node, ())) == ("left",)
    assert shortest_chain("other", ["top"], lambda node: edges.get(node, ())) == ()


def test_components() -> None:
    needs = {"a": ["b"], "b": ["c"], "c": ["a", "d"], "d": ["e"], "e": ["d"], "f": ["a", "f"]}
    assert components(needs) == (("a", "b", "c"), ("d", "e"), ("f",))


def test_components_of_random_graphs() -> None:
    chance = random.Random(2)  # noqa: S311 - for test data
    for _ in range(50):
        nodes = list(range(chance.randrange(1, 20)))
        needs = {node: chance.sample(nodes, min(len(nodes), chance.randrange(3))) for node in nodes}
        leads = {node: set(reachable([node], lambda one: needs[one])) for node in nodes}  # noqa: B023 - used at once
        together = {
            node: tuple(other for other in nodes if other in leads[node] and node in leads[other]) for node in nodes
        }
        assert sorted(components(needs)) == sorted(set(together.values()))


def test_depth_first() -> None:
    edges = {**DIAMOND, "bottom": ("top",)}
    assert list(depth_first(["top"], lambda node: edges.get(node, ()))) == ["bottom", "left", "right", "top"]
    assert list(depth_first(["left", "top"], diamond)) == ["bottom", "left", "right", "top"]
    assert list(depth_first(["right", "left"], diamond)) == ["bottom", "right", "left"]


def test_orders_of_random_graphs() -> None:
    chance = random.Random(1)  # noqa: S311 - for test data
    for _ in range(50):
        nodes = list(range(chance.randrange(1, 30)))
        needs = {node: chance.sample(nodes[:node], min(node, chance.randrange(4))) for node in nodes}
        place = {node: at for at, node in enumerate(order(needs))}
        assert sorted(place) == nodes
        assert all(place[other] < place[node] for node in nodes for other in needs[node])
