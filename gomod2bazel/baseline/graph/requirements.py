"""The graph of requirements between module versions, as ``go mod graph`` prints it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property

from gomod2bazel.base.digraph import chain_in, ways_from
from gomod2bazel.base.version import Version, precedence

__all__ = ["Graph"]

# The go command's own versions are in the graph as if they were modules.
_NO_MODULES = ("go", "toolchain")


@dataclass(frozen=True, kw_only=True)
class Graph:
    """Requirements.

    Attributes:
        root: the module that is built.
        edges: what each module version requires, in the order of its go.mod.
        direct: paths of modules that the root requires for itself. Other requirements are in its go.mod because
            others require it, so ways through these tell more.
    """

    root: Version
    edges: Mapping[Version, tuple[Version, ...]]
    direct: frozenset[str] = frozenset()

    @classmethod
    def parse(cls, text: str, direct: Iterable[str] = ()) -> Graph:
        """Read lines ``MODULE@VERSION MODULE@VERSION``; the first begins with the main module, which has no version.

        Args:
            text: the lines.
            direct: see the class.

        Raises:
            ValueError: a line is not so.
        """
        edges: dict[Version, dict[Version, None]] = {}
        for line in text.splitlines():
            version, required = map(_version, line.split())
            if version.path not in _NO_MODULES and required.path not in _NO_MODULES:
                edges.setdefault(version, {})[required] = None
        root = next(iter(edges), Version(""))
        return cls(
            root=root, edges={version: tuple(others) for version, others in edges.items()}, direct=frozenset(direct)
        )

    def started_at(self, module: Version) -> Graph:
        """Return the graph with ``module``, which the root requires, as its root; what else it requires follows."""
        listed = dict.fromkeys((*self.edges.get(module, ()), *self.edges.get(self.root, ())))
        edges = {version: others for version, others in self.edges.items() if version != self.root}
        others = tuple(two for two in listed if two != module)
        return Graph(root=module, edges={**edges, module: others}, direct=self.direct)

    def versions(self, path: str) -> tuple[str, ...]:
        """Return the versions of a module that anything requires, lowest first."""
        versions = {version.version for version in self._chains if version.path == path and version.version}
        return tuple(sorted(versions, key=precedence))

    def chain(self, module: Version) -> tuple[str, ...]:
        """Return a shortest way from the root to ``module``; nothing where none leads there."""
        return tuple(map(str, chain_in(self._chains, module))) if module in self._chains else ()

    @cached_property
    def _chains(self) -> Mapping[Version, Version | None]:
        """For each module version that can be reached, the one before it on a shortest way."""
        listed = self.edges.get(self.root, ())
        direct = [module for module in listed if module.path in self.direct]
        near = ways_from([self.root], lambda version: direct if version == self.root else self.edges.get(version, ()))
        return {**ways_from([self.root], lambda version: self.edges.get(version, ())), **near}


def _version(word: str) -> Version:
    path, _, version = word.partition("@")
    return Version(path, version)
