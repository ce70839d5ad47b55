"""The files that loading a module reads; those that the command line names are in `OpenedInput.files_named`."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator
from pathlib import Path

from gomod2bazel.base.disk.files import walk
from gomod2bazel.golang.command.golist import Package
from gomod2bazel.load.load import Loaded
from gomod2bazel.sets.reading.tree import Tree

__all__ = ["edited_files", "files_named", "folders_of", "package_files"]


def files_named(loaded: Loaded) -> Iterator[Path]:
    """Yield each file that loading a module read because something names it: a flag, a setting, go.mod.

    A missing one counts, as it may be added later.

    Args:
        loaded: the module.
    """
    yield from loaded.files_named
    if loaded.root:
        yield from (loaded.root / "go.mod", loaded.root / "go.sum", loaded.root / "vendor" / "modules.txt")
        workspace = loaded.settings.get("GOWORK", "")
        if workspace not in ("", "off"):
            yield from (Path(workspace), Path(f"{workspace}.sum"))
        modules = {package.module for package in loaded.packages if package.module}
        yield from (Path(module.replace.dir) / "go.mod" for module in modules if module.replace)
        # Other modules of a workspace.
        yield from (Path(module.dir) / name for module in modules if module.main for name in ("go.mod", "go.sum"))
    for package in loaded.packages:
        if package.archive:
            yield Path(package.archive.file)
        if package.binary_only and loaded.options.pkgdir:
            # An archive that is put there later is used instead of the one in the module.
            yield Path(loaded.options.pkgdir, f"{package.import_path}.a")


def edited_files(loaded: Loaded, modules: Path) -> Iterator[Path]:
    """Yield each file and folder that a module was loaded from and that a user edits; some of `files_named` too.

    Args:
        loaded: the module.
        modules: the folder of private module caches.

    Raises:
        FileError: A folder cannot be listed.
    """
    if loaded.root:
        # Any file may be evidence of what a binary is for.
        yield from folders_of(loaded.root)
        tree = Tree(root=loaded.root, path=loaded.module.path)
        yield from (loaded.root / name for name in (*tree.files, *tree.folders))
    yield from package_files(loaded.packages, modules)


def package_files(packages: Iterable[Package], modules: Path) -> Iterator[Path]:
    """Yield the files and folders of packages.

    Those of the private module cache are left out: the go command keeps them read-only, and they were verified. So are
    those of the standard library: its VERSION file tells whether it changed.

    Args:
        packages: as loaded.
        modules: the folder of private module caches.
    """
    below = str(modules) + os.sep
    for package in packages:
        if package.standard or not package.dir or package.dir.startswith(below):
            continue
        folder = Path(package.dir)
        yield folder
        yield from (folder / name for files in package.files.values() for name in files)
        for name in package.embed_files:
            yield from (folder / name, (folder / name).parent)


def folders_of(root: Path) -> list[Path]:
    """Return every folder of a tree that may hold a package, so that an added or removed one is noticed."""
    roots = []
    for folder, folders, _ in walk(root, closed=True):
        folders[:] = [
            name for name in folders if not name.startswith((".", "_")) and name not in ("testdata", "node_modules")
        ]
        roots.append(Path(folder))
    return roots
