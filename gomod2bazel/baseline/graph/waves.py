"""The order in which modules are released after a bump: in waves, each of which needs only earlier ones."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass

from gomod2bazel.base.digraph import components, reachable, shortest_chain, waves
from gomod2bazel.baseline.graph.requirements import Graph

__all__ = ["ReleaseWaves", "release_waves", "selected_requirements"]


@dataclass(frozen=True, slots=True, kw_only=True)
class ReleaseWaves:
    """The modules that require bumped ones, however indirectly, with these.

    Attributes:
        waves: module paths; those of a wave can be released at the same time, once all of the waves before are.
        cycles: modules that require each other, each as module paths of which one requires the next; the last is the
            first again. They are in one wave: one of them is released first, with an older version of the other.
    """

    waves: tuple[tuple[str, ...], ...]
    cycles: tuple[tuple[str, ...], ...] = ()

    def lines(self) -> Iterator[str]:
        """Yield the lines of text output."""
        for number, modules in enumerate(self.waves, 1):
            yield f"wave {number}: {' '.join(modules)}"
        for cycle in self.cycles:
            yield f"cycle: {' -> '.join(cycle)}"

    def to_dict(self) -> dict[str, list[list[str]]]:
        """Return what JSON output holds."""
        return {"waves": [list(wave) for wave in self.waves], "cycles": [list(cycle) for cycle in self.cycles]}


def selected_requirements(graphs: Iterable[tuple[Graph, Mapping[str, str]]]) -> dict[str, set[str]]:
    """Return for each module the modules that its selected version requires.

    Args:
        graphs: for each leaf module its requirement graph, and the selected version of each module that it uses.
    """
    requirements: dict[str, set[str]] = {}
    for graph, selected in graphs:
        for module, required in graph.edges.items():
            if module == graph.root or selected.get(module.path) == module.version:
                requirements.setdefault(module.path, set()).update(other.path for other in required)
    return requirements


def release_waves(requires: Mapping[str, Collection[str]], bumped: Collection[str]) -> ReleaseWaves:
    """Return the waves after ``bumped`` modules got another version.

    Args:
        requires: for each module those that it requires.
        bumped: paths of the modules; they are in the first wave, or where one requires another, in the first ones.
    """
    required_by: dict[str, set[str]] = {}
    for module, others in requires.items():
        for other in others:
            required_by.setdefault(other, set()).add(module)
    affected = set(reachable(sorted(bumped), lambda module: sorted(required_by.get(module, ()))))
    edges = {module: sorted(affected & set(requires.get(module, ())) - {module}) for module in sorted(affected)}
    groups = components(edges)
    group_of = {module: group for group in groups for module in group}
    needs = {group: {group_of[other] for module in group for other in edges[module]} for group in groups}
    ordered = [sorted(module for group in wave for module in group) for wave in waves(needs)]
    return ReleaseWaves(
        waves=tuple(map(tuple, ordered)),
        cycles=tuple(_cycle(group[0], edges) for group in groups if len(group) > 1),
    )


def _cycle(module: str, edges: Mapping[str, Collection[str]]) -> tuple[str, ...]:
    """Return a shortest way from a module back to it."""
    return (module, *shortest_chain(module, edges[module], lambda other: edges[other]))
