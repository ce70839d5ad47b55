"""What the go_test of a package needs to know of its tests."""

from __future__ import annotations

from dataclasses import dataclass

from gomod2bazel.golang.command.golist_tests import PackageTests

__all__ = ["OwnTests", "own_tests"]


@dataclass(frozen=True, slots=True, kw_only=True)
class OwnTests:
    """The tests of a package of the repository.

    Attributes:
        srcs: names of test files.
        imports: import paths, without the package's own.
        embed_patterns, embed_files: of their //go:embed lines.
    """

    srcs: tuple[str, ...]
    imports: tuple[str, ...]
    embed_patterns: tuple[str, ...]
    embed_files: tuple[str, ...]


def own_tests(tests: PackageTests) -> OwnTests:
    """Return what the go_test of a package needs."""
    return OwnTests(
        srcs=tests.files,
        imports=tests.imports,
        embed_patterns=tests.embed_patterns,
        embed_files=tests.embed_files,
    )
