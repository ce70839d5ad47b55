"""Which packages cannot be built, and what keeps their tests from being built."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping

from gomod2bazel.golang.command.golist import Package
from gomod2bazel.golang.command.golist_tests import PackageTests
from gomod2bazel.golang.command.modinfo import closure

__all__ = ["problems_of_tests", "unbuildable"]


def unbuildable(packages: Iterable[Package]) -> frozenset[str]:
    """Return the import paths of packages with problems, and of all that import them.

    Args:
        packages: dependencies before importers.
    """
    broken: set[str] = set()
    for package in packages:
        if package.problems or not broken.isdisjoint(package.imports):
            broken.add(package.import_path)
    return frozenset(broken)


def problems_of_tests(
    package: Package, tests: PackageTests, by_path: Mapping[str, Package], bad: Collection[str]
) -> dict[str, None]:
    """Return what keeps the tests of a package from being built in addition to what keeps the package itself.

    Args:
        package: the one under test.
        tests: of it.
        by_path: all packages, by import path.
        bad: from `unbuildable`.
    """
    problems = list(tests.errors)
    for path in tests.imports:
        if path in bad:
            problems += [problem for member in closure(path, by_path) for problem in member.problems]
    lines = (f"{where}: {what}" if where else what for where, what in problems)
    return {f"tests of {package.import_path}: {text}": None for text in lines}
