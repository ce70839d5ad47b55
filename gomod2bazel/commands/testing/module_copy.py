"""A copy of a module in which BUILD files are written and tests run: the user's tree stays as it is."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

from gomod2bazel.base.disk.files import (
    copy_file,
    entries_of,
    file_errors,
    make_folder,
    read_bytes,
    read_text,
    remove_file,
    remove_tree,
    write_file,
)
from gomod2bazel.base.errors import UsageError
from gomod2bazel.base.version import escape
from gomod2bazel.generate.loading.module_groups import replacements
from gomod2bazel.load.input.input_module import InputModule
from gomod2bazel.options.options import LoadOptions

__all__ = ["HOST", "LOCK", "ModuleCopy", "copy_module"]

LOCK = "gomod2bazel.lock.json"
HOST = "gomod2bazel.host.json"
"""Names of the lock and of the settings of this machine, next to each other."""

# What is generated again, but for data of tests. What users wrote into such files is for their own Bazel.
_BAZEL_FILES = frozenset((
    ".bazelignore", ".bazelrc", ".bazelversion", "BUILD", "BUILD.bazel", "MODULE.bazel", "MODULE.bazel.lock",
    "REPO.bazel", "WORKSPACE", "WORKSPACE.bazel", "WORKSPACE.bzlmod", "user.bazelrc", LOCK, HOST,
))  # fmt: skip

# What no module zip has (golang.org/x/mod/zip), and no package is in.
_LEFT_OUT = frozenset((".git", ".hg", ".svn", ".bzr", "node_modules"))


@dataclass(frozen=True, slots=True, kw_only=True)
class ModuleCopy:
    """Where the copy is.

    Attributes:
        root: the folder that Bazel takes for the root of the repository.
        module: the module's folder in it.
        home: the folder of its go.work, or the module's.
        go_work: the value of GOWORK for it.
    """

    root: Path
    module: Path
    home: Path
    go_work: str


def copy_module(opened: InputModule, options: LoadOptions, root: Path, keeps_test: Callable[[str], bool]) -> ModuleCopy:
    """Copy the module, and the modules in folders that it is built with, in place of what is in ``root``.

    Of other modules, tests are left out.

    Args:
        opened: the module.
        options: -modfile and -overlay, which the copy has in place of the files.
        root: where the copy goes.
        keeps_test: whether a test file of the module is needed, by its path below the module's folder.

    Raises:
        UsageError: the module's folder contains the copy.
        FileError: a file cannot be read or written.
    """
    if root.is_relative_to(opened.root):
        raise UsageError(
            f"the cache folder {root.parent} is in {opened.root}, which is copied to it",
            hint="set XDG_CACHE_HOME to a folder outside of the module",
        )
    work = _go_work(opened)
    folders = [opened.root] if opened.fetched else _folders(opened, options, work)
    base = Path(os.path.commonpath([*folders, *([work.parent] if work else [])]))
    # The folder itself stays: it is that of a Bazel server.
    for entry in entries_of(make_folder(root)):
        if entry.is_dir() and not entry.is_symlink():
            remove_tree(entry)
        else:
            remove_file(entry)
    copier = _Copier(base=base, root=root, folders=frozenset(folders), overlaid=options.overlaid)
    for folder in folders:
        keeps = keeps_test if folder == opened.root else _keeps_none
        copier.copy(folder, folder, keeps)
    copier.add_overlaid()
    module = root / opened.root.relative_to(base)
    _complete(opened, options, module)
    if work:
        for name in ("go.work", "go.work.sum"):
            if (work.parent / name).is_file():
                copy_file(work.parent / name, root / work.parent.relative_to(base) / name)
    home = root / work.parent.relative_to(base) if work else module
    return ModuleCopy(root=root, module=module, home=home, go_work=str(home / "go.work") if work else "off")


def _keeps_none(_path: str) -> bool:
    return False


def _go_work(opened: InputModule) -> Path | None:
    work = opened.settings.get("GOWORK", "")
    return Path(work) if not opened.fetched and work not in ("", "off") else None


def _folders(opened: InputModule, options: LoadOptions, work: Path | None) -> list[Path]:
    """Return the folders of the modules that the tree is built with: its own, those of go.work, and replacements."""
    mains, go = [opened.root], opened.go
    replaced: list[tuple[str, Path]] = []
    if work:
        uses = go.object("work", "edit", "-json", str(work), cwd=opened.root).get("Use") or ()
        mains += [Path(os.path.normpath(work.parent / use["DiskPath"])) for use in uses]
        replaced += replacements(go, "work", work)
    for folder in dict.fromkeys(mains):
        named = Path(options.modfile) if options.modfile and folder == opened.root else folder / "go.mod"
        # Paths in the file of -modfile are relative to the module's folder, too.
        replaced += [
            (path, Path(os.path.normpath(folder / os.path.relpath(place, named.parent))))
            for path, place in replacements(go, "mod", named)
        ]
    folders = [*mains, *(folder for _, folder in replaced if (folder / "go.mod").is_file())]
    return list(dict.fromkeys(folders))


def _complete(opened: InputModule, options: LoadOptions, module: Path) -> None:
    """Write the go.mod and go.sum that the module is built with, where the copy has others or none."""
    if options.modfile:
        write_file(module / "go.mod", read_bytes(Path(options.modfile)))
        named = Path(options.modfile).with_suffix(".sum")
        if named.is_file():
            write_file(module / "go.sum", read_bytes(named))
    if opened.fetched and not (module / "go.mod").exists():
        # The go command makes one for a module that has none.
        version = opened.fetched.version
        file = opened.cache / "cache" / "download" / escape(version.path) / "@v" / f"{escape(version.version)}.mod"
        write_file(module / "go.mod", read_bytes(file))
    if opened.fetched and (sums := opened.sums.text()):
        # A zip may have no go.sum, or not all lines; those of -sumfile are given by the user.
        go_sum = module / "go.sum"
        write_file(go_sum, (read_text(go_sum) if go_sum.exists() else "") + sums)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Copier:
    """Copies folders below one to the same places below another.

    Attributes:
        base, root: these two.
        folders: the modules that are copied; what is in another module is left out.
        overlaid: as of -overlay.
    """

    base: Path
    root: Path
    folders: frozenset[Path]
    overlaid: Mapping[str, str]

    def copy(self, folder: Path, module: Path, keeps_test: Callable[[str], bool], *, data: bool = False) -> None:
        """Copy a folder of a module.

        Args:
            folder: the folder.
            module: the module's folder.
            keeps_test: as of `copy_module`.
            data: whether it is in a folder testdata.
        """
        target = self.root / folder.relative_to(self.base)
        make_folder(target)
        with file_errors("list", folder):
            entries = sorted(os.scandir(folder), key=lambda entry: entry.name)
        if any(entry.name == "go.mod" for entry in entries) and folder not in self.folders and not data:
            shutil.rmtree(target, ignore_errors=True)
            return
        for entry in entries:
            path = Path(entry.path)
            if entry.is_symlink():
                self._link(entry, target / entry.name)
            elif entry.is_dir():
                # Of modules inside of this one, each is copied by itself.
                if entry.name not in _LEFT_OUT and path not in self.folders:
                    self.copy(path, module, keeps_test, data=data or entry.name == "testdata")
            elif entry.is_file() and self._is_kept(path, module, keeps_test, data=data):
                self._file(path, target / entry.name)

    def add_overlaid(self) -> None:
        """Add the files of the overlay that are in folders of the modules, and not in their files' places."""
        for name, actual in self.overlaid.items():
            path = Path(name)
            if actual and any(path.is_relative_to(folder) for folder in self.folders):
                copy_file(Path(actual), self.root / path.relative_to(self.base))

    def _is_kept(self, path: Path, module: Path, keeps_test: Callable[[str], bool], *, data: bool) -> bool:
        if data:
            return True
        if path.name in _BAZEL_FILES or self.overlaid.get(str(path)) == "":
            return False
        return not path.name.endswith("_test.go") or keeps_test(path.relative_to(module).as_posix())

    def _file(self, path: Path, target: Path) -> None:
        with file_errors(f"copy {path} to", target):
            shutil.copyfile(path, target)
            mode = path.stat().st_mode
            # In a module cache, files are read-only; the next run replaces these.
            target.chmod((mode & 0o777) | 0o600)
            os.utime(target, ns=(path.stat().st_atime_ns, path.stat().st_mtime_ns))

    def _link(self, entry: os.DirEntry[str], target: Path) -> None:
        """Repeat a link inside of the modules; others, such as those of Bazel to its outputs, are left out."""
        link = Path(entry.path).readlink()
        leads_to = Path(os.path.normpath(Path(entry.path).parent / link))
        inside = any(leads_to.is_relative_to(folder) for folder in self.folders)
        if inside and not link.is_absolute():
            with file_errors("link", target):
                target.symlink_to(link)
        elif entry.is_file():
            self._file(Path(entry.path), target)
