"""What the binary of each main package of a repository is: a program, a plugin, or nothing that can be linked."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping

from gomod2bazel.generate.loading.test_facts import OwnTests
from gomod2bazel.golang.command.configuration import Configuration
from gomod2bazel.golang.command.golist import Package
from gomod2bazel.golang.command.modinfo import closure_of

__all__ = ["ABSENT", "NOTHING", "PLUGIN", "PROGRAM", "absent_kinds", "link_kinds"]

PROGRAM, PLUGIN, NOTHING, ABSENT = "program", "plugin", "nothing", "absent"
"""Kinds of binaries; one is absent from a configuration where that of another one is better."""

# What can be done with a binary, best first.
_ORDER = (PROGRAM, PLUGIN, NOTHING)

# internal/platform, BuildModeSupported, as far as the plugin package can load plugins there.
_WITH_PLUGINS = frozenset((
    "darwin/amd64", "darwin/arm64", "freebsd/amd64", "linux/386", "linux/amd64", "linux/arm", "linux/arm64",
    "linux/loong64", "linux/ppc64le", "linux/riscv64", "linux/s390x",
))  # fmt: skip


def link_kinds(
    good: Collection[Package],
    tests: Mapping[str, OwnTests],
    by_path: Mapping[str, Package],
    mainless: Collection[str],
    configuration: Configuration,
) -> dict[str, str]:
    """Return the kinds of the binaries that are not programs, as nothing defines their func main.

    One is a plugin where a package of the repository, or its test, imports the plugin package, which loads plugins, or
    where the main package's own tests come to that package by what they import.

    Args:
        good: packages of the repository that can be built.
        tests: what their tests need, by import path of the package under test.
        by_path: all packages, by import path.
        mainless: import paths of the main packages without func main.
        configuration: that they were loaded for.
    """
    able = configuration.cgo and f"{configuration.goos}/{configuration.goarch}" in _WITH_PLUGINS
    imports = [*(package.imports for package in good), *(package_tests.imports for package_tests in tests.values())]
    hosted = any("plugin" in paths for paths in imports)

    def kind(path: str) -> str:
        return PLUGIN if able and (hosted or _reaches(tests.get(path), by_path)) else NOTHING

    return {package.import_path: kind(package.import_path) for package in good if package.import_path in mainless}


def _reaches(tests: OwnTests | None, by_path: Mapping[str, Package]) -> bool:
    imports = tests.imports if tests else ()
    return any(member.import_path == "plugin" for member in closure_of(imports, by_path))


def absent_kinds(kinds: Iterable[Mapping[str, str]]) -> list[dict[str, str]]:
    """Return the kinds of binaries for each configuration; a binary is absent where another configuration's is better.

    Args:
        kinds: by import path of the main package, for each configuration that has it.
    """
    link_kinds = list(kinds)
    best: dict[str, str] = {}
    for by_path in link_kinds:
        best |= {path: min(best.get(path, kind), kind, key=_ORDER.index) for path, kind in by_path.items()}
    return [{path: kind if kind == best[path] else ABSENT for path, kind in by_path.items()} for by_path in link_kinds]
