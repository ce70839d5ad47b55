"""Which packages and tests changed files reach, by the graph of packages that the go command listed."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from fnmatch import fnmatchcase
from pathlib import Path, PurePosixPath

from gomod2bazel.base.digraph import chain_in, ways_from
from gomod2bazel.golang.command.golist import Package
from gomod2bazel.load.changes.module_changes import ModuleChanges

__all__ = ["Reached", "reached_by"]

_SOURCES = (
    ".go", ".s", ".S", ".sx", ".h", ".hh", ".hpp", ".hxx", ".c", ".cc", ".cpp", ".cxx", ".m", ".f", ".F", ".for",
    ".f90", ".syso", ".swig", ".swigcxx",
)  # fmt: skip
"""Ends of the names of files that the go command takes into a package."""

_C_KINDS = ("CgoFiles", "SFiles", "HFiles", "CFiles", "CXXFiles", "MFiles", "FFiles", "SwigFiles", "SwigCXXFiles")
_OF_MODULES = ("/go.mod", "/go.sum", "/go.work", "/go.work.sum")
"""Ends of the paths of files that `module_changes` compares."""

_INCLUDED = (".s", ".S", ".h", ".hh", ".hpp", ".hxx", ".c", ".cc", ".cpp", ".cxx", ".inc", ".inl", ".def")
"""Ends of the names of files that C code and assembly include."""


@dataclass(frozen=True, slots=True)
class Reached:
    """What a difference reaches, each with the reason.

    Attributes:
        packages: by import path.
        tests: tests of packages, by the packages' import paths.
    """

    packages: Mapping[str, str]
    tests: Mapping[str, str]


def reached_by(packages: Sequence[Package], root: Path, changed: Iterable[str], modules: ModuleChanges) -> Reached:
    """Return the packages and tests whose bytes or outcome a difference can change.

    Args:
        packages: All that the module and its tests need, as listed now.
        root: The root folder of the repository.
        changed: Files that differ, relative to it; a folder stands for all below it.
        modules: What changed in files about modules.
    """
    finder = _Finder(packages, root)
    for file in changed:
        finder.take(file)
    direct = dict(finder.packages)
    for package in packages:
        reason = modules.everything or (modules.modules.get(package.module.path, "") if package.module else "")
        if reason:
            direct.setdefault(package.import_path, reason)
    users: dict[str, list[str]] = {}
    for package in packages:
        for path in package.imports:
            users.setdefault(path, []).append(package.import_path)
    before = ways_from(sorted(direct), lambda path: users.get(path, ()))
    reasons = {path: _reason(direct, chain_in(before, path)) for path in before}
    tests = dict(_tests(packages, reasons, finder.tests))
    return Reached(reasons, tests)


def _reason(direct: Mapping[str, str], chain: Sequence[str]) -> str:
    """Return the reason of the package that changed itself, which is one end of a chain."""
    changed = chain[0] if chain[0] in direct else chain[-1]
    return f"{changed}: {direct[changed]}"


def _tests(
    packages: Iterable[Package], reasons: Mapping[str, str], changed: Mapping[str, str]
) -> Iterator[tuple[str, str]]:
    for package in packages:
        path = package.import_path
        if package.tests is None:
            continue
        imports = (reasons[name] for name in (path, *package.tests.imports) if name in reasons)
        reason = f"{path}: {changed[path]}" if path in changed else next(imports, "")
        if reason:
            yield path, reason


class _Finder:
    """Finds the packages, and the tests, that changed files belong to.

    Attributes:
        packages, tests: The file that changed, by import path.
    """

    def __init__(self, packages: Sequence[Package], root: Path) -> None:
        self.packages: dict[str, str] = {}
        self.tests: dict[str, str] = {}
        self._root = os.path.realpath(root)
        self._files: dict[str, list[str]] = {}
        self._test_files: dict[str, list[str]] = {}
        self._folders: dict[str, list[Package]] = {}
        for package in packages:
            folder = os.path.realpath(package.dir) if package.dir else ""
            if _is_below(folder, self._root):
                self._add(package, folder)

    def _add(self, package: Package, folder: str) -> None:
        self._folders.setdefault(folder, []).append(package)
        names = [name for names in package.files.values() for name in names] + [*package.embed_files]
        names += ["default.pgo"] if package.name == "main" else []
        for name in names:
            self._files.setdefault(f"{folder}/{name}", []).append(package.import_path)
        tests = package.tests
        for name in (*tests.files, *tests.embed_files) if tests else ():
            self._test_files.setdefault(f"{folder}/{name}", []).append(package.import_path)

    def take(self, name: str) -> None:
        """Note what a changed file, or all below a changed folder such as a submodule, belongs to."""
        path = Path(self._root, name)
        if path.is_dir() and not path.is_symlink():
            for folder, packages in self._folders.items():
                if _is_below(folder, str(path)):
                    self._note(packages, name)
            return
        # A file may be behind a link to a folder, and be a link itself.
        real = f"{os.path.realpath(path.parent)}/{path.name}"
        for owner in self._files.get(real, ()):
            self.packages.setdefault(owner, name)
        for owner in self._test_files.get(real, ()):
            self.tests.setdefault(owner, name)
        if real not in self._files and real not in self._test_files:
            self._take_other(real, name)
        if real.endswith(_INCLUDED):
            self._take_included(real, name)

    def _take_other(self, path: str, name: str) -> None:
        """Note what a file means that no package has now: it is gone, is data, or is for another configuration."""
        folder = path.rpartition("/")[0]
        gone = not os.path.lexists(path)
        if folder in self._folders and path.endswith(_SOURCES):
            if gone and path.endswith("_test.go"):
                self.tests |= {package.import_path: name for package in self._folders[folder]}
            elif gone:
                self._note(self._folders[folder], name)
            return
        if path.endswith(_OF_MODULES):
            return
        data = path
        while _is_below(folder, self._root):
            if folder in self._folders:
                below = os.path.relpath(data, folder)
                self._take_data(self._folders[folder], below, name, gone=gone)
                return
            folder = folder.rpartition("/")[0]

    def _take_data(self, packages: Iterable[Package], below: str, name: str, *, gone: bool) -> None:
        """Note a file that is not a source: it may have been embedded, and tests may read it."""
        for package in packages:
            if gone and _is_embedded(below, package.embed_patterns):
                self.packages.setdefault(package.import_path, name)
            if package.tests is None:
                continue
            is_read = "/" not in below or below.startswith("testdata/")
            if is_read or (gone and _is_embedded(below, package.tests.embed_patterns)):
                self.tests.setdefault(package.import_path, name)

    def _take_included(self, path: str, name: str) -> None:
        """Note the packages of the same module whose C or assembly code may include a file."""
        for folder, packages in self._folders.items():
            for package in packages:
                module = os.path.realpath(package.home.dir) if package.module and package.home.dir else folder
                if _is_below(path, module) and any(kind in package.files for kind in _C_KINDS):
                    self.packages.setdefault(package.import_path, name)

    def _note(self, packages: Iterable[Package], name: str) -> None:
        for package in packages:
            self.packages.setdefault(package.import_path, name)


def _is_embedded(file: str, patterns: Iterable[str]) -> bool:
    """Return whether //go:embed patterns match a file, or a folder that it is in."""
    path = PurePosixPath(file)
    places = [str(place) for place in (path, *path.parents)]
    words = [pattern.removeprefix("all:") for pattern in patterns]
    return any(word.count("/") == place.count("/") and fnmatchcase(place, word) for word in words for place in places)


def _is_below(path: str, folder: str) -> bool:
    return path == folder or path.startswith(folder.rstrip(os.sep) + os.sep)
