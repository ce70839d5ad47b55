"""Directed graphs: order and waves by toposort, what can be reached, and the shortest way there."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Hashable, Iterable, Iterator, Mapping
from typing import TypeVar

__all__ = [
    "CycleError",
    "chain_in",
    "components",
    "depth_first",
    "order",
    "reachable",
    "shortest_chain",
    "waves",
    "ways_from",
]

Node = TypeVar("Node", bound=Hashable)
Edges = Callable[[Node], Iterable[Node]]


class CycleError(ValueError):
    """A graph that must have none has a cycle.

    Attributes:
        cycle: its nodes as text, each needing the next; the last is the first again.
    """

    def __init__(self, cycle: tuple[str, ...]) -> None:
        super().__init__(" -> ".join(cycle))
        self.cycle = cycle


def order(needs: Mapping[Node, Iterable[Node]]) -> tuple[Node, ...]:
    """Return all nodes, each after the nodes that it needs; the order is deterministic.

    Args:
        needs: for each node the nodes that it needs; a node that is not a key needs none. An edge from a node to
            itself is ignored.

    Raises:
        CycleError: there is a cycle; the error names one.
    """
    return tuple(node for wave in waves(needs) for node in wave)


def waves(needs: Mapping[Node, Iterable[Node]]) -> tuple[tuple[Node, ...], ...]:
    """Return the nodes in waves, sorted by their text in each: a node needs only nodes of earlier waves.

    Args:
        needs: as for `order`.

    Raises:
        CycleError: there is a cycle; the error names one.
    """
    # Imported here: shutdown and clean, which order nothing, work without the packages of the driver.
    from toposort import CircularDependencyError, toposort  # noqa: PLC0415

    try:
        return tuple(tuple(sorted(wave, key=str)) for wave in toposort({node: set(needs[node]) for node in needs}))
    except CircularDependencyError as error:
        raise CycleError(_cycle(error.data)) from None


def _cycle(left: Mapping[Node, Iterable[Node]]) -> tuple[str, ...]:
    """Return a shortest cycle of what toposort could not order: some of it only needs what is in cycles."""
    cycles = (_back_to(node, left) for node in sorted(left, key=str))
    return min((tuple(map(str, chain)) for chain in cycles if chain), key=len)


def _back_to(node: Node, left: Mapping[Node, Iterable[Node]]) -> tuple[Node, ...]:
    before = ways_from(left[node], lambda current: left.get(current, ()))
    return (node, *chain_in(before, node)) if node in before else ()


def components(needs: Mapping[Node, Iterable[Node]]) -> tuple[tuple[Node, ...], ...]:
    """Return the strongly connected components: nodes that lead to each other; most nodes are alone in theirs.

    Args:
        needs: for each node those that it leads to; all of them are keys.

    Returns:
        The components, and the nodes in each, in the order of ``needs``.
    """
    backwards: dict[Node, list[Node]] = {node: [] for node in needs}
    for node, others in needs.items():
        for other in others:
            backwards[other].append(node)
    # Kosaraju's algorithm: against the edges, a component is left only for those that were found earlier.
    numbers: dict[Node, int] = {}

    def unfound(node: Node) -> list[Node]:
        return [other for other in backwards[node] if other not in numbers]

    for number, root in enumerate(reversed(tuple(depth_first(needs, lambda node: needs[node])))):
        if root not in numbers:
            numbers |= dict.fromkeys(reachable([root], unfound), number)
    groups: dict[int, list[Node]] = {}
    for node in needs:
        groups.setdefault(numbers[node], []).append(node)
    return tuple(map(tuple, groups.values()))


def depth_first(roots: Iterable[Node], edges: Edges[Node]) -> Iterator[Node]:
    """Yield ``roots`` and all nodes that they lead to, each once and after the nodes that it leads to.

    Unlike `order` it accepts cycles, which it cuts at the first node that it meets again.

    Args:
        roots: where to begin.
        edges: gives the nodes that one leads to; it is asked once of each.
    """
    seen: set[Node] = set()
    for root in roots:
        stack = [(root, False)]
        while stack:
            node, is_done = stack.pop()
            if is_done:
                yield node
            elif node not in seen:
                seen.add(node)
                stack += [(node, True), *((other, False) for other in reversed(tuple(edges(node))))]


def reachable(roots: Iterable[Node], edges: Edges[Node]) -> tuple[Node, ...]:
    """Return ``roots`` and all nodes that they lead to, each once, nearer ones first.

    Args:
        roots: where to begin.
        edges: gives the nodes that one leads to; it is asked once of each.
    """
    return tuple(ways_from(roots, edges))


def ways_from(roots: Iterable[Node], edges: Edges[Node]) -> dict[Node, Node | None]:
    """Return for each node that can be reached the one before it on a shortest way; None for ``roots`` themselves.

    Args:
        roots: where to begin.
        edges: gives the nodes that one leads to; it is asked once of each.
    """
    before: dict[Node, Node | None] = dict.fromkeys(roots)
    queue = deque(before)
    while queue:
        node = queue.popleft()
        others = [other for other in edges(node) if other not in before]
        before |= dict.fromkeys(others, node)
        queue += dict.fromkeys(others)
    return before


def shortest_chain(target: Node, roots: Iterable[Node], edges: Edges[Node]) -> tuple[Node, ...]:
    """Return a shortest way from one of ``roots`` to ``target``, both in it; nothing where none leads there.

    Args:
        target: where to end.
        roots: where to begin.
        edges: gives the nodes that one leads to.
    """
    before = ways_from(roots, edges)
    return chain_in(before, target) if target in before else ()


def chain_in(before: Mapping[Node, Node | None], target: Node) -> tuple[Node, ...]:
    """Return the way to ``target``, which is in ``before``; that is what `ways_from` returned."""
    chain = [target]
    while (node := before[chain[-1]]) is not None:
        chain.append(node)
    return tuple(reversed(chain))
