"""What the go_test of a package needs to know of its tests."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from gomod2bazel.golang.command.golist import Package
from gomod2bazel.golang.command.golist_tests import PackageTests
from gomod2bazel.golang.command.modinfo import closure, module_lines

__all__ = ["OwnTests", "own_tests"]


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
