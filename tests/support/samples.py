"""Small values of the core's types, for tests that care about one field of them."""

from __future__ import annotations

import posixpath
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

from gomod2bazel.base.version import Version
from gomod2bazel.golang.command.configuration import Configuration
from gomod2bazel.golang.command.golist import Package
from gomod2bazel.load.input.main_packages import MainPackages
from gomod2bazel.load.load import Loaded
from gomod2bazel.lock.lock import Broken, Lock, LockedBinary
from gomod2bazel.sets.classify import Classified
from gomod2bazel.sets.model.scoring import Decision, Evidence
from gomod2bazel.sets.reading.discover import MainPackage
from gomod2bazel.sets.reading.tree import Tree

__all__ = ["binary", "classified", "configuration", "loaded", "lock", "mains", "package", "packages"]


def package(path: str, **fields: Any) -> Package:
    """Return a package as ``go list -json`` would print it with ``fields``; GoFiles may be left out."""
    name = path.rpartition("/")[2]
    return Package.of({"ImportPath": path, "Dir": f"/src/{path}", "Name": name, "GoFiles": ["a.go"], **fields})


def packages(module: Mapping[str, Any], *rows: tuple[str, str, list[str]]) -> tuple[Package, ...]:
    """Return packages of one module; a row is an import path, a package name and imports."""
    made = []
    for path, name, imports in rows:
        folder = f"{module['Dir']}{path.removeprefix(module['Path'])}"
        made.append(package(path, Name=name, Dir=folder, Imports=imports, Module=module))
    return tuple(made)


def configuration(**fields: Any) -> Configuration:
    """Return a configuration for linux/amd64 without cgo."""
    plain = Configuration(
        go="go1.26.8",
        goos="linux",
        goarch="amd64",
        arch="GOAMD64=v1",
        cgo=False,
        tags=(),
        experiment="",
        buildmode="default",
    )
    return replace(plain, **fields)


def mains(*classified: Classified) -> MainPackages:
    """Return the main packages of example.com/m."""
    return MainPackages(module="example.com/m", classified=classified)


def classified(path: str, name: str = "target", **fields: Any) -> Classified:
    """Return a main package of example.com/m with the set that it was decided to belong to."""
    tree = Tree(root=Path("/src/example.com/m"), path="example.com/m")
    folder = path.removeprefix("example.com/m").lstrip("/")
    files = {"files": (posixpath.join(folder, "main.go"),), "test_files": (), "others": ()}
    package = MainPackage(tree=tree, directory=folder, **{**files, **fields})
    evidence = Evidence(
        kind="words", reason="its name says so", position=folder or ".", weight=2.5, weights={name: 2.5}
    )
    return Classified(
        package=package,
        decision=Decision(set=name, runner_up="example", margin=2.5, confidence=0.9, evidence=(evidence,)),
    )


def binary(path: str, **fields: Any) -> LockedBinary:
    """Return a locked binary of set target."""
    plain = LockedBinary(
        import_path=path,
        module="example.com/m",
        dir="",
        name=path.rpartition("/")[2],
        target=path.rpartition("/")[2],
        set="target",
        margin=0.0,
        evidence=(),
        buildinfo=(),
        godebug="",
        linker_deps=("runtime",),
        gc_linkopts=(),
        flags={},
        pgo_profile="",
    )
    return replace(plain, **fields)


def lock(*binaries: LockedBinary, broken: Mapping[str, tuple[str, str]] | None = None, **fields: Any) -> Lock:
    """Return a lock of ``binaries``; ``broken`` holds set and reason of main packages that do not load."""
    rows = broken or {}
    plain = Lock(
        configuration=configuration(),
        modules=(),
        standard=(),
        binaries=binaries,
        broken={path: Broken(set=name, problems={path: why}) for path, (name, why) in rows.items()},
    )
    return replace(plain, **fields)


def loaded(*listed: Package, **fields: Any) -> Loaded:
    """Return what loading example.com/m from the folder /src/example.com/m gave."""
    plain = Loaded(
        module=Version("example.com/m"),
        packages=listed,
        mains=mains(*(classified(p.import_path) for p in listed if p.name == "main")),
        configuration=configuration(),
        settings={"GOROOT": "/go"},
        verified=frozenset(),
        sources="off",
        root=Path("/src/example.com/m"),
    )
    return replace(plain, **fields)
