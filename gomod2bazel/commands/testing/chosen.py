"""Which packages' tests run: those that INPUT names, without integration tests."""

from __future__ import annotations

import posixpath
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from gomod2bazel.base.disk.caches import Caches
from gomod2bazel.load.input.input_module import InputModule
from gomod2bazel.load.input.main_packages import classify_input
from gomod2bazel.options.options import ModuleOptions
from gomod2bazel.sets.integration import TestFolder, integration_reason, test_folders
from gomod2bazel.sets.reading.tree import Tree

__all__ = ["Chosen", "choose_tests"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Chosen:
    """What INPUT asks for.

    Attributes:
        module: the module path.
        packages: import paths of the packages that INPUT names, or a pattern that ends in ``/...``; empty for all.
        tested: the folders whose tests run, relative to the module's.
        skipped: the reason for each package whose tests are integration tests, by import path.
        tree: the module's files.
    """

    module: str
    packages: tuple[str, ...]
    tested: frozenset[str]
    skipped: Mapping[str, str]
    tree: Tree

    def keeps(self, path: str) -> bool:
        """Return whether a test file is needed; ``path`` is relative to the module's folder."""
        return posixpath.dirname(path) in self.tested

    def reaches(self, import_path: str) -> bool:
        """Return whether INPUT names a package: by itself, by a pattern, or with the module."""
        if import_path in self.packages:
            return True
        directory = import_path.removeprefix(self.module).strip("/")
        special = any(element.startswith(("_", ".")) or element == "testdata" for element in directory.split("/"))
        if special or (directory and self.tree.ignores(directory)):
            return False
        patterns = [package.removesuffix("/...") for package in self.packages if package.endswith("/...")]
        return not self.packages or any(f"{import_path}/".startswith(f"{pattern}/") for pattern in patterns)


def choose_tests(
    opened: InputModule, options: ModuleOptions, cwd: Path, caches: Caches, *, integration: bool
) -> Chosen:
    """Return which tests of a module run.

    Args:
        opened: the module.
        options: how it is loaded.
        cwd: the user's folder.
        caches: where hints of module versions are kept.
        integration: whether integration tests run, too.

    Raises:
        UsageError: a file of rules for main packages cannot be read.
    """
    load, module = options.load, opened.module.path
    mains = classify_input(opened, options, cwd, caches)
    tree = Tree(root=opened.root, path=module, overlay=load.overlaid, ignore=mains.ignore)
    every = Chosen(module=module, packages=opened.packages, tested=frozenset(), skipped={}, tree=tree)
    folders = [folder for folder in test_folders(tree, load.tags) if every.reaches(_import_path(module, folder))]
    by_directory = {main.directory: main for main in mains.classified}
    skipped: dict[str, str] = {}
    for folder in () if integration else folders:
        if reason := integration_reason(folder, tree, by_directory):
            skipped[_import_path(module, folder)] = reason
    tested = (folder.directory for folder in folders if _import_path(module, folder) not in skipped)
    return Chosen(module=module, packages=opened.packages, tested=frozenset(tested), skipped=skipped, tree=tree)


def _import_path(module: str, folder: TestFolder) -> str:
    return posixpath.join(module, folder.directory) if folder.directory else module
