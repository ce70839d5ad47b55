"""Which packages and modules each binary of a report needs."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

from gomod2bazel.base.digraph import reachable
from gomod2bazel.release.report.data import BuildReportData, ReportBinary, ReportPackage

__all__ = ["Needs"]


@dataclass(frozen=True)
class Needs:
    """The imports of a report's packages as a graph.

    Attributes:
        data: the report.
    """

    data: BuildReportData

    @cached_property
    def packages(self) -> tuple[Mapping[str, ReportPackage], ...]:
        """The packages of each build, by import path."""
        return tuple({package.import_path: package for package in build.packages} for build in self.data.builds)

    def of(self, binary: ReportBinary) -> tuple[ReportPackage, ...]:
        """Return the packages that a binary needs, nearer ones first; none of one that was not loaded."""
        known = self.packages[binary.build]
        roots = [path for path in binary.roots if path in known]
        paths = reachable(roots, lambda path: [other for other in known[path].imports if other in known])
        return tuple(known[path] for path in paths)

    @cached_property
    def _by_binary(self) -> tuple[tuple[ReportPackage, ...], ...]:
        return tuple(self.of(binary) for binary in self.data.binaries)

    @cached_property
    def binaries_of_packages(self) -> Mapping[str, int]:
        """How many binaries need a package, by import path."""
        return Counter(package.import_path for packages in self._by_binary for package in packages)

    @cached_property
    def binaries_of_modules(self) -> Mapping[str, int]:
        """How many binaries need a package of a module, by the module's key."""
        return Counter(key for packages in self._by_binary for key in {package.module for package in packages})

    @cached_property
    def packages_of_modules(self) -> Mapping[str, frozenset[str]]:
        """The import paths of the packages of each module, by its key."""
        groups: dict[str, set[str]] = {}
        for build in self.data.builds:
            for package in build.packages:
                groups.setdefault(package.module, set()).add(package.import_path)
        return {key: frozenset(paths) for key, paths in groups.items()}
