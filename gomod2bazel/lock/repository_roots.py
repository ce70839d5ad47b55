"""Root a module's repository higher where its packages take C files from around the module."""

from __future__ import annotations

import os
import posixpath
from collections.abc import Iterable
from dataclasses import replace
from pathlib import PurePosixPath

from gomod2bazel.golang.command.golist import Package
from gomod2bazel.golang.command.overlay import COPIES
from gomod2bazel.lock.lock import LockedModule, LockedPackage

__all__ = ["base_of", "outside_files", "with_surroundings"]


def with_surroundings(module: LockedModule, packages: Iterable[Package]) -> LockedModule:
    """Return a module with the files around it among those of its packages, all named from above the module.

    Relative paths from one file to another stay as they are, so that ``#include "../../src/lib.c"`` finds its file.

    Args:
        module: as `facts.locked_modules` has it.
        packages: as loaded; they tell where the module is.
    """
    files = [file for package in module.packages for file in package.outside]
    levels = max((PurePosixPath(file).parts.count("..") for file in files), default=0)
    if not levels:
        return replace(module, packages=tuple(map(_plain, module.packages)))
    root = next(
        os.path.realpath(p.module_root)
        for p in packages
        if p.module and (p.module.path, p.module.version) == _key(module)
    )
    base = "/".join(PurePosixPath(root).parts[-levels:])
    overlay = {name if name.startswith(COPIES) else f"{base}/{name}": file for name, file in module.overlay.items()}
    return replace(
        module, base=base, overlay=overlay, packages=tuple(_moved(package, base) for package in module.packages)
    )


def outside_files(module: LockedModule) -> list[str]:
    """Return the files around a module that its packages take, relative to the repository's root."""
    if not module.base:
        return []
    files = [file for package in module.packages for file in package.attributes.get("module_hdrs", ())]
    return sorted({file for file in files if not file.startswith(f"{module.base}/")})


def base_of(modules: Iterable[LockedModule], path: str, version: str) -> str:
    """Return the folder of a module in its repository; empty where the repository is the module."""
    return next((module.base for module in modules if _key(module) == (path, version)), "")


def _key(module: LockedModule) -> tuple[str, str]:
    return module.path, module.version


def _plain(package: LockedPackage) -> LockedPackage:
    return replace(package, outside=())


def _moved(package: LockedPackage, base: str) -> LockedPackage:
    attributes = package.attributes.copy()
    outside = [posixpath.normpath(f"{base}/{file}") for file in package.outside]
    if "module_hdrs" in attributes or outside:
        attributes["module_hdrs"] = sorted([*(f"{base}/{file}" for file in attributes["module_hdrs"]), *outside])
    if "archive" in attributes:
        attributes["archive"] = f"{base}/{attributes['archive']}"
    return replace(package, dir=f"{base}/{package.dir}", attributes=attributes, outside=())
