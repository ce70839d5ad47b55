"""Give files back the names that their repository cannot store them under.

A label cannot hold all that a file name can, and some names have a meaning for Bazel, so that a go_repository stores
such files under others (rules/private/config/names.bzl). Names reach the object, and C compilers search for them: the
package is compiled in a folder of links that have the names of the module.
"""

from __future__ import annotations

import os
from dataclasses import replace
from pathlib import Path
from typing import Any
from urllib.parse import unquote_to_bytes

from builder.requests.package import PackageRequest

__all__ = ["folder_of", "restored"]

_KINDS = ("go", "cgo_go", "s", "c", "cxx", "m", "f", "h", "syso", "swig", "swigcxx", "embed", "hdrs")

# The go command's order of sources, which the rules cannot tell from stored names.
_SORTED = frozenset(_KINDS) - {"embed", "hdrs"}


def folder_of(request: PackageRequest) -> str:
    """Return the folder of links: not in the scratch folder, which -trimpath cuts off."""
    return f"{request.export}.names"


def restored(request: PackageRequest) -> PackageRequest:
    """Return ``request`` with links in place of its files, or as it is where all have their own names."""
    if not request.file_names:
        return request
    names = dict(pair.split("=>", 1) for pair in request.file_names)
    links: dict[str, str] = {}
    for file in (file for kind in _KINDS for file in getattr(request, kind)):
        stored = file.removeprefix(f"{request.root}/")
        name = os.fsdecode(unquote_to_bytes(names[stored])) if stored in names else stored
        links[file] = f"{folder_of(request)}/{name}"
        _link(file, links[file])
    moved: dict[str, Any] = {
        kind: sorted((links[file] for file in files), key=lambda link: _order(kind, link))
        for kind in _KINDS
        if (files := getattr(request, kind))
    }
    folder = next(os.path.dirname(file) for file in (*moved.get("go", ()), *moved.get("cgo_go", ())))
    return replace(request, **moved, dir=folder, root=folder_of(request), stored_dir=request.dir)


def _order(kind: str, link: str) -> bytes:
    return os.fsencode(os.path.basename(link)) if kind in _SORTED else b""


def _link(file: str, link: str) -> None:
    path = Path(link)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.unlink(missing_ok=True)
    path.symlink_to(os.path.abspath(file))
