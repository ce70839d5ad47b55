"""Find every directory of a module that holds a main package, also where ``./...`` does not look."""

from __future__ import annotations

import posixpath
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from gomod2bazel.base.folder_names import in_message
from gomod2bazel.golang.command.gocommand import GoCommand
from gomod2bazel.golang.command.gosource import Source, package_name, read_source
from gomod2bazel.golang.command.names import binary_name
from gomod2bazel.sets.reading.func_main import NO_FUNC_MAIN, defines_main
from gomod2bazel.sets.reading.tree import Tree

__all__ = ["MainPackage", "built_here", "discover"]


@dataclass(frozen=True, slots=False, kw_only=True, eq=False)
class MainPackage:
    """A directory with files of package main.

    Attributes:
        tree: the module.
        directory: relative to the module's root, empty for the root itself.
        files: its files of package main, _test.go files left out.
        test_files: its files of package main that are _test.go files.
        others: its other Go files, such as those of a library that a generator is next to.
    """

    tree: Tree
    directory: str
    files: tuple[str, ...]
    test_files: tuple[str, ...]
    others: tuple[str, ...]

    @property
    def import_path(self) -> str:
        """Module path and directory, also where Go would not import it."""
        return f"{self.tree.path}/{self.directory}" if self.directory else self.tree.path

    @property
    def name(self) -> str:
        """The file name that the go command gives its binary, without a platform's suffix."""
        return binary_name(self.import_path)

    @property
    def parent(self) -> str:
        """The folder that holds its directory; the root's own is the root."""
        return posixpath.dirname(self.directory)

    @cached_property
    def elements(self) -> tuple[str, ...]:
        """The elements of its directory."""
        return tuple(self.directory.split("/")) if self.directory else ()

    @cached_property
    def sources(self) -> dict[str, Source]:
        """What the files of its command say, by their paths below the module's root.

        A file that only a tag of the module's own lets in is another program next to it, most often a generator; it
        counts where there is nothing else.
        """
        every = {file: read_source(self.tree.read(file)) for file in self.files}
        return {file: source for file, source in every.items() if not source.optional} or every

    @cached_property
    def asked_for(self) -> bool:
        """Whether no build takes it that has no tags of the module's own: ``go install`` does not find it."""
        return bool(self.sources) and all(source.optional for source in self.sources.values())

    @cached_property
    def skipped(self) -> bool:
        """Whether ``./...`` does not match it (``go help packages``)."""
        special = any(element.startswith(("_", ".")) or element == "testdata" for element in self.elements)
        return special or (self.directory != "" and self.tree.ignores(self.directory))


def discover(tree: Tree) -> tuple[MainPackage, ...]:
    """Return the main packages of a module, by directory: those whose files any platform or tag may build."""
    folders: dict[str, dict[str, str]] = {}
    for file in tree.go_files:
        folders.setdefault(posixpath.dirname(file), {})[file] = package_name(tree.read(file))
    return tuple(
        _main_package(tree, folder, names) for folder, names in sorted(folders.items()) if "main" in names.values()
    )


def _main_package(tree: Tree, folder: str, names: Mapping[str, str]) -> MainPackage:
    """Split a folder's Go files, given with the names in their package clauses."""
    mains = [file for file, name in names.items() if name == "main"]
    return MainPackage(
        tree=tree,
        directory=folder,
        files=tuple(file for file in mains if not file.endswith("_test.go")),
        test_files=tuple(file for file in mains if file.endswith("_test.go")),
        others=tuple(file for file, name in names.items() if name != "main"),
    )


# So many folders are named on one command line, whose length systems limit.
_BATCH = 500


def built_here(
    packages: Iterable[MainPackage], go: GoCommand, tags: Iterable[str], overlay: str = ""
) -> dict[str, str]:
    """Ask the go command which of the packages have files for its platform and these tags.

    Nothing is resolved, so nothing is downloaded: the listing is one of folders, outside any module.

    Args:
        packages: of one module.
        go: the go command, for the platform.
        tags: build tags.
        overlay: the value of -overlay, absolute; or nothing.

    Returns:
        The directory of each package that cannot be built, and why in the go command's words.

    Raises:
        Gomod2bazelError: the go command does not run.
    """
    with_files = [package for package in packages if package.files]
    apart = go.with_environment(GO111MODULE="off", GOFLAGS="", GOWORK="off")
    problems: dict[str, str] = {}
    flags = [f"-tags={','.join(tags)}", *([f"-overlay={overlay}"] if overlay else [])]
    for first in range(0, len(with_files), _BATCH):
        problems |= _problems(with_files[first : first + _BATCH], apart, flags)
    return problems


def _problems(packages: Sequence[MainPackage], go: GoCommand, flags: Sequence[str]) -> dict[str, str]:
    root = packages[0].tree.root
    named = {str(root / package.directory): package.directory for package in packages}
    folders = [f"./{package.directory}" for package in packages]
    problems = {}
    go = go.with_environment(PWD=str(root))  # else folders are named by what a link in it leads to
    fields = "-json=Dir,Name,GoFiles,CgoFiles,Error"
    for item in go.json("list", "-find", "-e", fields, *flags, "--", *folders, cwd=root):
        directory = named.get(item.get("Dir", ""))
        if directory is None:
            continue
        # With files it is built here, whatever errors it has: an import comment has no effect in a module.
        if item.get("Error") and not item.get("GoFiles") and not item.get("CgoFiles"):
            problems[directory] = in_message(item["Error"]["Err"], str(root / directory), directory or ".")
        elif item.get("Name", "main") != "main":
            problems[directory] = f"the files built in this configuration are of package {item.get('Name')}"
        elif not item.get("Error") and not _has_main(packages[0].tree, directory, item):
            problems[directory] = NO_FUNC_MAIN
    return problems


def _has_main(tree: Tree, directory: str, item: Mapping[str, Any]) -> bool:
    """Return whether the files that are built define a func main; what other packages link in is not looked at."""
    names = (*item.get("GoFiles", ()), *item.get("CgoFiles", ()))
    return defines_main((tree.read(posixpath.join(directory, name)) for name in names), ())
