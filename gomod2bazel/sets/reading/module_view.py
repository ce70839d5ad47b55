"""A module as evidence sees it: its files and its main packages."""

from __future__ import annotations

import posixpath
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

from gomod2bazel.golang.command.gosource import package_name
from gomod2bazel.golang.command.names import binary_name
from gomod2bazel.sets.reading.discover import MainPackage
from gomod2bazel.sets.reading.tree import Tree

__all__ = ["ModuleView"]


@dataclass(frozen=True, slots=False, kw_only=True, eq=False)
class ModuleView:
    """One module.

    Attributes:
        tree: its files.
        packages: its main packages, by directory.
    """

    tree: Tree
    packages: tuple[MainPackage, ...]

    @property
    def name(self) -> str:
        """The name that ``go install`` gives the command in its root."""
        return binary_name(self.tree.path)

    @cached_property
    def is_library(self) -> bool:
        """Whether the module's root holds a package to import."""
        names = [name for name in self.tree.files_in.get("", ()) if name.endswith(".go")]
        return any(package_name(self.tree.read(name)) not in ("main", "") for name in names if "_test" not in name)

    @cached_property
    def by_directory(self) -> dict[str, MainPackage]:
        """The main packages by directory."""
        return {package.directory: package for package in self.packages}

    @cached_property
    def commands(self) -> tuple[MainPackage, ...]:
        """The main packages that ``go install ./...`` builds."""
        return tuple(
            package for package in self.packages if package.files and not package.skipped and not package.asked_for
        )

    @cached_property
    def root_command(self) -> MainPackage | None:
        """The main package in the root, if it is one of these."""
        return next((package for package in self.commands if not package.directory), None)

    @cached_property
    def commands_in(self) -> Counter[str]:
        """How many of these lie side by side, by the folder that holds their directories."""
        return Counter(package.parent for package in self.commands if package.directory)

    @cached_property
    def _by_base(self) -> dict[str, list[str]]:
        by_base: dict[str, list[str]] = {}
        for file in self.tree.files:
            by_base.setdefault(posixpath.basename(file), []).append(file)
        return by_base

    def files_called(self, name: str) -> Sequence[str]:
        """Return the files of the module that have a name, in any folder."""
        return self._by_base.get(name, ())

    def directory_of(self, path: str) -> str | None:
        """Return the directory that an import path of the module means; None for a path of another."""
        if path == self.tree.path:
            return ""
        below = path.removeprefix(f"{self.tree.path}/")
        return below.strip("/") if below != path else None
