"""Modules that are ready to be built, each with a lock of a few lines."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any

from gomod2bazel.bazel.names import repository_name
from gomod2bazel.bazel.prepared import PreparedModule
from support.samples import configuration

__all__ = ["PLAIN", "X1", "X2", "Entry", "Y", "app", "module", "prepared"]

Entry = dict[str, Any]

PLAIN: Entry = {"import_path": "fmt", "go": "print"}


def module(version_path: str, *packages: Entry, **head: Any) -> Entry:
    """Return a module of a lock file."""
    path, _, version = version_path.partition("@")
    return {"path": path, **({"version": version} if version else {}), **head, "packages": [*packages, None]}


def prepared(
    *modules: Entry,
    binaries: Sequence[Entry] = (),
    standard: Sequence[Entry] = (PLAIN,),
    folders: Mapping[str, str] | None = None,
    **rest: Any,
) -> PreparedModule:
    """Return what a build of the first module needs."""
    names = [(entry["path"], entry.get("version", "")) for entry in modules]
    known = {repository_name(*name): f"/mod/{name[0]}@{name[1]}" for name in names}
    main = {"module": modules[0]["path"], "set": "target", "modules": " ".join(path for path, _ in names[1:])}
    lock = {
        "schema": 3,
        "configuration": {"go": "go1.26.8"},
        "main_modules": [{"path": modules[0]["path"]}, None],
        "modules": [*modules, None],
        "standard": {"packages": [*standard, None]},
        "binaries": [*({**main, **binary} for binary in binaries or [{"target": "cmd"}]), None],
        **rest,
    }
    return PreparedModule(
        path=names[0][0],
        version=names[0][1],
        root="",
        lock=json.dumps(lock),
        configuration=configuration(),
        settings={},
        folders={**known, **(folders or {})},
        names={},
        shown={},
        outside=(),
        c_tools={},
        cgo_packages=(),
        swig_packages=(),
    )


X1, X2 = module("x@v1.0.0", {"go": "x"}), module("x@v1.1.0", {"go": "x"})
Y = module("y@v1.0.0", {"go": "y", "imports": {"x": "."}}, {"dir": "plain", "go": "p", "imports": {"std": "fmt"}})


def app(path: str, *, needs: str = "y", **package: Any) -> Entry:
    """Return a main module whose root package imports others."""
    return module(path, {"go": "main", "name": "main", "imports": {needs: ".", "std": "fmt"}, **package})
