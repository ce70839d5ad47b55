"""INPUT, the module that a command line names, as a value: an unpacked tree, or a module of the sources."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from gomod2bazel.base.errors import UsageError
from gomod2bazel.base.version import Version, check_path, is_exact

__all__ = ["NO_INPUT", "Input", "ModuleInput", "TreeInput", "parse_module"]


@dataclass(frozen=True, slots=True, kw_only=True)
class TreeInput:
    """An unpacked module tree.

    Attributes:
        text: INPUT as the user wrote it.
        root: The tree's folder, absolute. Symbolic links keep their names, as for the go command.
    """

    text: str
    root: Path

    @property
    def is_repeatable(self) -> bool:
        """Whether INPUT names the same module on every run: always."""
        return True


@dataclass(frozen=True, slots=True, kw_only=True)
class ModuleInput:
    """A module that is fetched from the sources.

    Attributes:
        text: INPUT as the user wrote it.
        path: The module path.
        version: A version or version query; empty where INPUT names none.
        source: The goproxy hierarchy that INPUT is a file of, as a file URL; or empty.
    """

    text: str
    path: str
    version: str = ""
    source: str = ""

    @classmethod
    def of(cls, module: Version) -> ModuleInput:
        """Return the INPUT that names a module version."""
        return cls(text=str(module), path=module.path, version=module.version)

    @property
    def query(self) -> str:
        """The version or version query to ask the sources for."""
        return self.version or "latest"

    @property
    def is_repeatable(self) -> bool:
        """Whether INPUT names the same module on every run: a query may find a newer version tomorrow."""
        return is_exact(self.version) and not self.source

    def at_version(self, version: str) -> ModuleInput:
        """Return the INPUT that names another version of this module."""
        return ModuleInput.of(Version(self.path, version))


Input = TreeInput | ModuleInput

NO_INPUT = ModuleInput(text="", path="")
"""For options whose INPUT is not known yet."""


def parse_module(text: str) -> ModuleInput:
    """Read ``MODULE`` or ``MODULE@VERSION``.

    Args:
        text: INPUT as the user wrote it.

    Raises:
        UsageError: The module path or the version is malformed.
    """
    module, at, version = text.partition("@")
    if at and (not version or version.startswith("-") or any(char.isspace() for char in version)):
        raise UsageError(
            f"{text}: {version!r} is not a version", hint="write example.com/m@v1.2.3 or example.com/m@latest"
        )
    return ModuleInput(text=text, path=check_path(module), version=version)
