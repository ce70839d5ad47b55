"""Which packages -cover instruments, and how (cmd/go/internal/load: PrepareForCoverageBuild, SelectCoverPackages)."""

from __future__ import annotations

import re
from collections.abc import Collection
from dataclasses import dataclass, field, replace
from pathlib import Path

from gomod2bazel.base.disk.files import check_shortage
from gomod2bazel.base.errors import ToolError
from gomod2bazel.golang.command.golist import Package
from gomod2bazel.golang.command.patterns import Scope, matches
from gomod2bazel.options.options import CompileOptions, CoverOptions

__all__ = ["Coverage", "unused_patterns"]

# The counters of atomic mode are theirs, so they cannot have any.
_ATOMIC = ("sync/atomic", "internal/runtime/atomic")


@dataclass(frozen=True, slots=True, kw_only=True)
class Coverage:
    """What -cover, -covermode and -coverpkg ask for.

    Attributes:
        mode: set, count or atomic; empty without -cover.
        patterns: of -coverpkg; without any, packages of main modules and those named are instrumented.
        scope: what the patterns are relative to.
        registered: packages of the standard library that may be registered, but not counted.
    """

    mode: str = ""
    patterns: tuple[str, ...] = ()
    scope: Scope = field(default_factory=Scope)
    registered: frozenset[str] = frozenset()

    @classmethod
    def of(cls, options: CompileOptions, goroot: Path, scope: Scope) -> Coverage:
        """Return what the command line asks for.

        Raises:
            ToolError: the Go in ``goroot`` does not say which packages its runtime consists of.
        """
        coverage_options = options.coverage
        if not coverage_options.cover:
            return cls()
        return cls(
            mode=coverage_options.covermode or ("atomic" if options.race else "set"),
            patterns=coverage_options.coverpkg,
            scope=scope,
            # Counters of the runtime would call the race detector before it is there.
            registered=_runtime_packages(goroot) if options.race and coverage_options.coverpkg else frozenset(),
        )

    def mode_of(self, package: Package) -> str:
        """Return how a package is instrumented: set, count, atomic, regonly, or empty for not at all."""
        if not self.mode or not package.has_go or package.import_path == "unsafe" or not self._chosen(package):
            return ""
        if self.mode == "atomic" and package.standard and package.import_path in _ATOMIC:
            return ""
        return "regonly" if package.standard and package.import_path in self.registered else self.mode

    def _chosen(self, package: Package) -> bool:
        if self.patterns:
            return any(matches(pattern, package, self.scope) for pattern in self.patterns)
        return package.named or (package.module is not None and package.module.main)

    def with_imports(self, package: Package) -> Package:
        """Return a package with the imports that its instrumented sources have in addition to its own."""
        if not self.mode_of(package):
            return package
        more = {"sync/atomic"} if self.mode == "atomic" else set()
        # Written into every main package by cmd/cover, so that it leaves its data when it ends.
        more |= {"runtime/coverage"} if package.name == "main" else set()
        return replace(package, imports=tuple(sorted({*package.imports, *more})))


def unused_patterns(options: CoverOptions, packages: Collection[Package], scope: Scope) -> tuple[str, ...]:
    """Return the patterns of -coverpkg that match none of ``packages``."""
    patterns = options.coverpkg if options.cover else ()
    return tuple(pattern for pattern in patterns if not any(matches(pattern, package, scope) for package in packages))


def _runtime_packages(goroot: Path) -> frozenset[str]:
    """Return the packages that the compiler takes for parts of the runtime (cmd/internal/objabi, runtimePkgs)."""
    path = goroot / "src" / "cmd" / "internal" / "objabi" / "pkgspecial.go"
    try:
        declaration = re.search(
            r"^var runtimePkgs = \[\]string\{(.*?)^\}", path.read_text("utf-8"), re.MULTILINE | re.DOTALL
        )
    except OSError as error:
        check_shortage("read", path, error)
        raise ToolError(f"{path}: {error.strerror}") from error
    if declaration is None:
        raise ToolError(f"{path} does not list the packages of the runtime, which -race with -coverpkg needs")
    return frozenset(re.findall(r'^\t"([^"]+)",$', declaration[1], re.MULTILINE))
