"""What a binary reaches: the packages that are compiled into it, each with its module."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property

from gomod2bazel.base.digraph import shortest_chain, ways_from
from gomod2bazel.lock.lock import Lock, LockedBinary, LockedModule, LockedPackage

__all__ = ["Reach"]


@dataclass(frozen=True)
class Reach:
    """The packages of a lock as a graph.

    Attributes:
        lock: which.
    """

    lock: Lock

    @cached_property
    def packages(self) -> Mapping[str, tuple[LockedModule | None, LockedPackage]]:
        """Every package by its import path, with its module; None in the standard library."""
        packages: dict[str, tuple[LockedModule | None, LockedPackage]] = {
            package.import_path: (None, package) for package in self.lock.standard
        }
        return packages | {p.import_path: (module, p) for module in self.lock.modules for p in module.packages}

    def ways(self, binary: LockedBinary) -> Mapping[str, str | None]:
        """Return every package in a binary, and before it the one that imports it on a shortest way."""
        return ways_from((binary.import_path, *binary.linker_deps), lambda path: self.packages[path][1].imports)

    def way(self, binary: LockedBinary, path: str) -> tuple[str, ...]:
        """Return a shortest way of imports from a binary's main package to a package that it reaches."""
        return shortest_chain(
            path, (binary.import_path, *binary.linker_deps), lambda importer: self.packages[importer][1].imports
        )

    def of_modules(self, binary: LockedBinary, modules: Iterable[str]) -> Mapping[str, tuple[str, ...]]:
        """Return the packages that a binary reaches of each of ``modules``, those it reaches nothing of left out."""
        sought, by_module = set(modules), dict[str, list[str]]()
        for path in sorted(self.ways(binary)):
            module = self.packages[path][0]
            if module and module.path in sought:
                by_module.setdefault(module.path, []).append(path)
        return {path: tuple(packages) for path, packages in by_module.items()}

    def content(self, binary: LockedBinary) -> object:
        """Return all that decides a binary's bytes but for the files of modules that have no version."""
        packages = []
        for path in sorted(self.ways(binary)):
            module, package = self.packages[path]
            identity = (module.path, module.version, module.sum, module.lang) if module else ()
            packages.append((identity, package))
        info = (binary.buildinfo, binary.godebug, dict(binary.flags), binary.gc_linkopts, binary.pgo_profile)
        return packages, info
