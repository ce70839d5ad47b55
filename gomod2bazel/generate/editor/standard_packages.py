"""Packages of the standard library: of the lock, else of the SDK's folder."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from gomod2bazel.bazel.names import SDK
from gomod2bazel.generate.editor.go_files import GoFiles
from gomod2bazel.generate.editor.locked_packages import fill
from gomod2bazel.generate.editor.places import Places
from gomod2bazel.generate.editor.protocol import Package

__all__ = ["StandardPackages"]

_SKIPPED = frozenset(("testdata", "cmd", "internal", "vendor"))


@dataclass(slots=True)
class StandardPackages:
    """The standard library of one SDK.

    It has no cgo: types are the same without, and no C compiler has to run for them.

    Attributes:
        places: where files are.
        goroot: the SDK's folder.
        locked: entries of the lock by import path.
        files: reads Go files without cgo.
        made: packages that were asked for; None for what is not there.
    """

    places: Places
    goroot: str
    locked: Mapping[str, Any]
    files: GoFiles
    made: dict[str, Package | None] = field(default_factory=dict)

    @classmethod
    def of(cls, places: Places, locked: Mapping[str, Any], files: GoFiles) -> StandardPackages:
        """Return the library for the configuration whose other packages ``files`` reads."""
        return cls(places, places.goroot, locked, files.without_cgo())

    def package(self, path: str) -> Package | None:
        """Return the package with an import path, or None."""
        if path not in self.made:
            self.made[path] = self._make(path)
        return self.made[path]

    def resolve(self, path: str) -> Package | None:
        """Return what a package of the library imports as ``path``."""
        return self.package(path) or self.package(f"vendor/{path}")

    def at(self, folder: str) -> Package | None:
        """Return the package in a folder, or None."""
        below = f"{self.goroot}/src/"
        return self.package(folder.removeprefix(below)) if self.goroot and folder.startswith(below) else None

    def all(self) -> Iterator[Package]:
        """Yield the packages that programs may import."""
        waiting = [""]
        while waiting:
            path = waiting.pop()
            with os.scandir(f"{self.goroot}/src/{path}") as entries:
                names = sorted(e.name for e in entries if e.is_dir() and e.name not in _SKIPPED and e.name[0] != ".")
            waiting += [f"{path}/{name}".lstrip("/") for name in names]
            package = self.package(path) if path else None
            if package and package.name != "main":
                yield package

    def _make(self, path: str) -> Package | None:
        folder = f"{self.goroot}/src/{path}"
        entry = self.locked.get(path)
        package = Package(id=path, path=path, name=path.rpartition("/")[2], folder=folder)
        package.export_file = self.places.export_file(SDK, "", path)
        # What has C files is read again, without them.
        if entry and not entry.get("cgo_srcs") and self.goroot:
            package.name, package.sources = entry["name"], entry["imports"]
            fill(package, entry)
            return package
        return package if self.goroot and self._read(package) else None

    def _read(self, package: Package) -> bool:
        try:
            names = sorted(os.listdir(package.folder))  # noqa: PTH208 - names are all it needs
        except OSError:
            return False
        imports = dict[str, None]()
        for name in names:
            if not name.endswith(".go") or name.endswith("_test.go"):
                continue
            path = f"{package.folder}/{name}"
            file = self.files.read(path)
            if file and file.fits and "C" not in file.imports:
                package.name = file.package
                package.go_files.append(path)
                imports.update(dict.fromkeys(file.imports))
        package.sources = list(imports)
        return bool(package.go_files)
