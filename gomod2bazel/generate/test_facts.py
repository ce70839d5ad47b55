"""What the go_test of a package needs to know of its tests, and which tests cannot be built."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass

from gomod2bazel.buildinfo import closure, module_lines
from gomod2bazel.golist import Package
from gomod2bazel.golist_tests import PackageTests

__all__ = ["OwnTests", "own_tests", "problems_of_tests", "unbuildable"]


@dataclass(frozen=True, slots=True, kw_only=True)
class OwnTests:
    """The tests of a package of the repository.

    Attributes:
        srcs: names of test files.
        imports: import paths, without the package's own.
        embed_patterns, embed_files: of their //go:embed lines.
        buildinfo: lines of the program's module information.
        godebug: its default settings.
    """

    srcs: tuple[str, ...]
    imports: tuple[str, ...]
    embed_patterns: tuple[str, ...]
    embed_files: tuple[str, ...]
    buildinfo: tuple[str, ...]
    godebug: str


def own_tests(package: Package, tests: PackageTests, by_path: Mapping[str, Package]) -> OwnTests:
    """Return what the go_test of a package needs.

    The program of a command's tests has the command's module information; that of others has only its own path and its
    module, as the go command writes it before it knows what the program imports (cmd/go/internal/load, test.go).
    """
    if package.name == "main" and package.has_go and tests.godebug == package.godebug:
        buildinfo = module_lines(package, closure(package.import_path, by_path))
    else:
        buildinfo = (f"path\t{package.import_path}.test", *module_lines(package, ())[1:])
    return OwnTests(
        srcs=tests.files,
        imports=tests.imports,
        embed_patterns=tests.embed_patterns,
        embed_files=tests.embed_files,
        buildinfo=buildinfo,
        godebug=tests.godebug,
    )


def unbuildable(packages: Iterable[Package]) -> frozenset[str]:
    """Return the import paths of packages with problems, and of all that import them.

    Args:
        packages: dependencies before importers.
    """
    found: set[str] = set()
    for package in packages:
        if package.problems or not found.isdisjoint(package.imports):
            found.add(package.import_path)
    return frozenset(found)


def problems_of_tests(
    package: Package, tests: PackageTests, by_path: Mapping[str, Package], bad: Collection[str]
) -> dict[str, None]:
    """Return what keeps the tests of a package from being built beside what keeps the package itself.

    Args:
        package: the one under test.
        tests: of it.
        by_path: all packages, by import path.
        bad: from `unbuildable`.
    """
    found = list(tests.errors)
    for path in tests.imports:
        if path in bad:
            found += [problem for member in closure(path, by_path) for problem in member.problems]
    said = (f"{where}: {what}" if where else what for where, what in found)
    return {f"tests of {package.import_path}: {text}": None for text in said}
