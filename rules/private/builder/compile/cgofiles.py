"""Which Go files of a package import C: those go through cgo."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from builder.base import gosource
from builder.requests.package import PackageRequest

__all__ = ["parted"]


def parted(request: PackageRequest) -> PackageRequest:
    """Return ``request`` with the Go files that import C apart from the others; without cgo, they are left out.

    Args:
        request: the package, all of whose Go files are in ``go``.
    """
    if not request.may_import_c:
        return request
    cgo_go = [file for file in request.go if _imports_c(file)]
    go = [file for file in request.go if file not in cgo_go]
    return replace(request, go=go, cgo_go=cgo_go if request.cgo else [])


def _imports_c(file: str) -> bool:
    # Few files hold these three bytes, and only those are read as Go.
    data = Path(file).read_bytes()
    return (b'"C"' in data or b"`C`" in data) and "C" in gosource.read(file).imports
