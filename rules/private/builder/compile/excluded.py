"""Packages of which the target has no Go file: their rules can be built, and no package can import them.

`go build ./...` passes over such packages, and `bazel build //...` has to get past their rules.
"""

from __future__ import annotations

from pathlib import Path

from builder.base import gosource
from builder.base.tools import BuilderError
from builder.requests.package import PackageRequest

__all__ = ["EXCLUDED", "ExcludedError", "imported", "write"]

EXCLUDED = "build constraints exclude all Go files"


class ExcludedError(BuilderError):
    """The target has no Go file of a package."""


def write(request: PackageRequest) -> None:
    """Write outputs that the compiler and the linker refuse.

    Args:
        request: the package.
    """
    for file in (request.export, request.archive):
        Path(file).write_text(f"{EXCLUDED}\n", encoding="utf-8")
    for file in filter(None, (request.header, request.diagnostics, request.unused)):
        Path(file).write_text("", encoding="utf-8")


def imported(request: PackageRequest) -> list[str]:
    """Return the imports of a package that have no Go file for the target.

    Args:
        request: the package, which did not compile.
    """
    files = dict(line.split("=", 1) for line in request.imports)
    renamed = dict(line.split("=", 1) for line in request.importmap)
    paths = {path for file in (*request.go, *request.test_go) for path in gosource.read(file).imports}
    return sorted(path for path in paths if _is_excluded(files.get(renamed.get(path, path), "")))


def _is_excluded(file: str) -> bool:
    if not file:
        return False
    with open(file, "rb") as export:
        return export.read(len(EXCLUDED)) == EXCLUDED.encode()
