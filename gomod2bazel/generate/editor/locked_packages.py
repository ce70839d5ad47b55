"""Packages of modules, and of the standard library, as a lock describes them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from gomod2bazel.bazel.names import repository_name
from gomod2bazel.generate.editor.memory import FileMemory
from gomod2bazel.generate.editor.places import Places
from gomod2bazel.generate.editor.protocol import Package, Problem
from gomod2bazel.golang.command.configuration import Configuration
from gomod2bazel.lock.lock import Lock, LockedModule, LockedPackage
from gomod2bazel.lock.reader import read_lock

__all__ = ["LockedPackages", "read_summary"]

_LISTS = ("srcs", "cgo_srcs", "embedsrcs", "copts", "cppopts", "pkg_config")


def read_summary(path: str, platform: str) -> dict[str, Any]:
    """Return what editors need of a lock file, as plain data.

    Args:
        path: of the file.
        platform: GOOS_GOARCH, where the lock has a configuration of that name; else its first one counts.

    Raises:
        UsageError: it is not a lock.
    """
    lock = read_lock(Path(path).read_text(encoding="utf-8"), path)
    name = _configuration_name(lock, platform)
    configuration = lock.configurations.get(name, lock.configuration)
    return {
        "configuration": {**configuration.to_dict(), "compiler": configuration.compiler},
        "main_modules": [module.path for module in lock.main_modules],
        "modules": [_module(module, name) for module in lock.modules],
        "standard": {
            package.import_path: _package(package, name) for package in lock.standard if _is_in(package, name)
        },
    }


def _configuration_name(lock: Lock, platform: str) -> str:
    if platform in lock.configurations:
        return platform
    return next((name for name, value in lock.configurations.items() if value == lock.configuration), "")


def _is_in(package: LockedPackage, name: str) -> bool:
    return not package.only_in or name in package.only_in


def _module(module: LockedModule, name: str) -> dict[str, Any]:
    return {
        "path": module.path,
        "version": module.version,
        "replaced_by": module.replaced_by,
        "packages": {p.import_path: _package(p, name) for p in module.packages if _is_in(p, name)},
    }


def _package(package: LockedPackage, name: str) -> dict[str, Any]:
    attributes: Mapping[str, Any] = {**package.attributes, **package.variants.get(name, {})}
    lists = {key: attributes[key] for key in _LISTS if attributes.get(key)}
    imports = attributes.get("imports", package.imports)
    called = attributes.get("name", package.name)
    return {"name": called, "dir": package.dir, "target": package.target, "imports": list(imports), **lists}


@dataclass(slots=True)
class LockedPackages:
    """The packages of the modules of one lock.

    Attributes:
        number: of the lock among the repository's.
        group: of its tag.
        folder: of the lock file, relative to the repository's root.
        summary: from `read_summary`.
        places: where sources are.
        made: packages that were asked for.
        modules: the module of each package.
        folders: of modules that were asked for.
    """

    number: int
    group: int
    folder: str
    summary: Mapping[str, Any]
    places: Places
    made: dict[str, Package] = field(default_factory=dict)
    modules: dict[str, Mapping[str, Any]] = field(default_factory=dict)
    folders: dict[str, str] = field(default_factory=dict)

    @classmethod
    def read(
        cls, number: int, label: tuple[str, int], *, memory: FileMemory, places: Places, platform: str
    ) -> LockedPackages | None:
        """Return the packages of the lock with a path and a group; None where there is no such file.

        Raises:
            UsageError: it is not a lock.
        """
        path, group = label
        summary = memory.facts(f"{places.root}/{path}", lambda file: read_summary(file, platform))
        if summary is None:
            return None
        packages = cls(number, group, path.rpartition("/")[0], summary, places)
        packages.modules = {name: module for module in summary["modules"] for name in module["packages"]}
        return packages

    @property
    def configuration(self) -> Configuration:
        """What its packages are for."""
        value = dict(self.summary["configuration"])
        return Configuration(**{**value, "tags": tuple(value["tags"])})

    def package(self, path: str) -> Package | None:
        """Return the package with an import path, or None."""
        if path not in self.made and path in self.modules:
            self.made[path] = self._make(path, self.modules[path])
        return self.made.get(path)

    def named_folders(self) -> Iterator[tuple[str, str]]:
        """Yield the folder of each module that is here, and what binaries call it."""
        for module in self.summary["modules"]:
            folder = self._folder(module)
            if folder and module["packages"] and module["version"]:
                yield folder, f"{module['path']}@{module['version']}"

    def at(self, folder: str) -> Package | None:
        """Return the package whose sources are in a folder, or None."""
        for path, module in self.modules.items():
            if f"{self._folder(module)}/{module['packages'][path]['dir']}".rstrip("/") == folder:
                return self.package(path)
        return None

    def _folder(self, module: Mapping[str, Any]) -> str:
        if module["path"] not in self.folders:
            entries = module["packages"].values()
            files = (f"{entry['dir']}{entry['srcs'][0]}" for entry in entries if entry.get("srcs"))
            known = module["version"], module["replaced_by"], self.group, next(files, "go.mod")
            self.folders[module["path"]] = self.places.module(module["path"], *known)
        return self.folders[module["path"]]

    def _make(self, path: str, module: Mapping[str, Any]) -> Package:
        entry, root = module["packages"][path], self._folder(module)
        # The main versions of two groups may both have a package of this path.
        package = Package(
            id=path if self.number == 0 else f"{path} [{self.folder or 'group ' + str(self.group)}]",
            path=path,
            name=entry["name"],
            folder=f"{root}/{entry['dir']}".rstrip("/"),
            lock=self.number,
            sources=entry["imports"],
        )
        if not root:
            version = f"{module['path']}@{module['version']}".rstrip("@")
            message = f"{version} is neither among Bazel's repositories nor in the module cache; run bazel build //..."
            package.problems.append(Problem(message=message))
            return package
        fill(package, entry)
        repository = repository_name(module["path"], module["version"], self.group)
        package.export_file = self.places.export_file(repository, "", entry["target"])
        return package


def fill(package: Package, entry: Mapping[str, Any]) -> None:
    """Give a package the files and flags of its entry in a summary."""
    folder, cgo = package.folder, entry.get("cgo_srcs", ())
    srcs: Sequence[str] = [*entry.get("srcs", ()), *(name for name in cgo if name not in entry.get("srcs", ()))]
    package.go_files = [f"{folder}/{name}" for name in sorted(srcs) if name.endswith(".go")]
    package.cgo_files = [f"{folder}/{name}" for name in cgo]
    package.other_files = [f"{folder}/{name}" for name in srcs if not name.endswith(".go")]
    package.embed_files = [f"{folder}/{name}" for name in entry.get("embedsrcs", ())]
    flags = [*entry.get("cppopts", ()), *entry.get("copts", ())]
    package.cgo_flags = [*flags, *(f"pkg-config:{name}" for name in entry.get("pkg_config", ()))]
