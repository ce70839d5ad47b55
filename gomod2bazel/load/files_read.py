"""The files that loading a module reads; those that the command line names are in `OpenedInput.files_named`."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator
from pathlib import Path

from gomod2bazel.base.disk.files import walk
from gomod2bazel.golang.command.golist import Package
from gomod2bazel.load.load import Loaded
from gomod2bazel.sets.reading.tree import Tree

__all__ = ["files_read", "folders_of", "package_files"]


def files_read(loaded: Loaded, modules: Path) -> Iterator[Path]:
    """Yield each file and folder that a module was loaded from; a missing one counts, as it may be added later.

    Args:
        loaded: the module.
        modules: the folder of private module caches.

    Raises:
        FileError: A folder cannot be listed.
    """
    yield from loaded.files_named
    if loaded.root:
        yield from _tree_files(loaded, loaded.root)
    yield from package_files(loaded.packages, modules)
    if loaded.options.pkgdir:
        # An archive that is put there later is used instead of the one in the module.
        binary_only = (package.import_path for package in loaded.packages if package.binary_only)
        yield from (Path(loaded.options.pkgdir, f"{path}.a") for path in binary_only)


def _tree_files(loaded: Loaded, root: Path) -> Iterator[Path]:
    """Yield what a main module consists of: any file may be evidence of what a binary is for."""
    workspace = loaded.settings.get("GOWORK", "")
    yield from (root / "go.mod", root / "go.sum", root / "vendor" / "modules.txt", *folders_of(root))
    tree = Tree(root=root, path=loaded.module.path)
    yield from (root / name for name in (*tree.files, *tree.folders))
    if workspace not in ("", "off"):
        yield from (Path(workspace), Path(f"{workspace}.sum"))
    yield from (Path(p.module.replace.dir) / "go.mod" for p in loaded.packages if p.module and p.module.replace)


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
        if package.archive:
            yield Path(package.archive.file)
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
