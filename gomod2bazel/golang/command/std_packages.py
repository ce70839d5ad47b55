"""Packages of the standard library that a lock has although no binary of it needs them: code of a monorepo does."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence

from gomod2bazel.base.errors import UsageError
from gomod2bazel.golang.command.golist import Package
from gomod2bazel.golang.command.modinfo import closure
from gomod2bazel.options.options import CompileOptions

__all__ = ["imported_packages", "linked_packages", "standard_packages", "standard_patterns"]

# What the main package of a test imports (cmd/go/internal/load, TestMainDeps), what main packages import for coverage,
# and what the linker needs; TEST_MAIN and COVERAGE in rules/private/config/test_packages.bzl name the same.
_TEST_MAIN = (
    "internal/coverage/cfile",
    "os",
    "reflect",
    "runtime",
    "runtime/coverage",
    "testing/internal/testdeps",
)


def standard_patterns(patterns: Sequence[str]) -> tuple[str, ...]:
    """Return what to list for -std: its patterns, and with ``testing`` all that tests are linked with."""
    return (*patterns, *(_TEST_MAIN if "testing" in patterns else ()))


def linked_packages(settings: Mapping[str, str], options: CompileOptions) -> tuple[str, ...]:
    """Return the packages that the linker may add to binaries (cmd/go/internal/load, LinkerDeps), as import paths.

    Which of them a binary takes is decided when it is built: its rule names -linkmode and the build mode.

    Args:
        settings: of ``go env``.
        options: how packages are compiled.
    """
    instruments = [name for name in ("race", "msan", "asan") if getattr(options, name)]
    paths = ["runtime", *(f"runtime/{name}" for name in instruments)]
    paths += ["runtime/cgo"] if settings["CGO_ENABLED"] == "1" else []
    paths += ["math"] if settings["GOARCH"] == "arm" else []
    return tuple(paths)


def imported_packages(imports: Iterable[Iterable[str]], by_path: Mapping[str, Package]) -> set[str]:
    """Return the import paths of the standard library among those that packages import.

    Args:
        imports: of each package.
        by_path: all packages, by import path.
    """
    return {path for paths in imports for path in paths if path in by_path and by_path[path].standard}


def standard_packages(patterns: Sequence[str], packages: Sequence[Package]) -> dict[str, Package]:
    """Return the packages that -std asks for, with all they import, by import path.

    Args:
        patterns: the values of -std.
        packages: as loaded with `standard_patterns` among what was listed; those that cannot be built on this platform
            are left out, as a pattern may match some.

    Raises:
        UsageError: a pattern asks for what does not exist, or cannot be built.
    """
    if not patterns:
        return {}
    by_path = {package.import_path: package for package in packages}
    selected: dict[str, Package] = {}
    for package in packages:
        if package.standard and package.named:
            members = closure(package.import_path, by_path)
            if not any(member.problems for member in members):
                selected |= {member.import_path: member for member in members}
    missing = [pattern for pattern in patterns if not any(_matches(pattern, path) for path in selected)]
    if missing:
        message = "\n".join(
            f"-std {name}: no such package in the standard library on this platform" for name in missing
        )
        raise UsageError(message, hint="go list std prints the packages of this platform")
    return selected


def _matches(pattern: str, path: str) -> bool:
    """Return whether a package is one that a pattern means; ``x/...`` means x too (`go help packages`)."""
    if pattern == "std":
        return True
    words = re.escape(pattern).replace(r"\.\.\.", ".*")
    return re.fullmatch(words.removesuffix("/.*") + ("(/.*)?" if words.endswith("/.*") else ""), path) is not None
