"""Which test files belong to which package: those of ``package p`` and, in the same folder, of ``package p_test``."""

from __future__ import annotations

import os
from dataclasses import replace
from pathlib import Path

from builder.base import gosource
from builder.base.tools import BuilderError
from builder.requests.package import PackageRequest

__all__ = ["chosen", "empty_file", "is_external"]


def is_external(path: str, source: gosource.GoSource) -> bool:
    """Return whether a file belongs to the package of external tests (go/build, Import)."""
    return path.endswith("_test.go") and source.package.endswith("_test")


def chosen(request: PackageRequest) -> PackageRequest:
    """Return ``request`` with the test files that belong to its package, or as it is where it is not for a test.

    Raises:
        BuilderError: an internal test file imports what imports the package under test, or one uses cgo.
    """
    if not request.test:
        return request
    read = {path: gosource.read(path) for path in request.test_go}
    external = request.test == "external"
    mine = {path: source for path, source in read.items() if is_external(path, source) == external}
    _check(request, mine)
    go = [*request.go, *mine]
    return replace(request, go=go if go or request.cgo_go else [_empty(request)])


def _check(request: PackageRequest, files: dict[str, gosource.GoSource]) -> None:
    problems = []
    for path, source in files.items():
        if "C" in source.imports and path.endswith("_test.go"):
            problems.append(f"{path}: use of cgo in test not supported")
        problems += [
            f"{path}: import cycle not allowed in test: {imported} imports {request.importpath}; "
            f"put the test into package {request.name}_test"
            for imported in source.imports
            if imported in request.cycle
        ]
    if problems:
        raise BuilderError("".join(f"{problem}\n" for problem in problems))


def empty_file(request: PackageRequest) -> str:
    """Return what stands for a package's files where it has none."""
    return os.path.join(request.objdir, "empty.go")


def _empty(request: PackageRequest) -> str:
    """Write an empty file for a package that does not exist, so that its importers compile."""
    path = empty_file(request)
    Path(path).write_text(f"package {request.name}\n", encoding="utf-8")
    return path
