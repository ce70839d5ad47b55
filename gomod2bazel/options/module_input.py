"""INPUT, the module that a command line names, as a value: an unpacked tree, or a module of the sources.

INPUT may also name packages of the module, as arguments of the go command do.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
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
        package: The folder of the package that INPUT names, relative to the root, or of several where it ends in
            ``...``: ``cmd/x``, ``cmd/...``, ``.`` for the root's package. Empty for the module as a whole.
    """

    text: str
    root: Path
    package: str = ""

    def packages(self, module: str) -> tuple[str, ...]:
        """Return the import path of the package that INPUT names, or its pattern; nothing where it names the module.

        Args:
            module: The module path.
        """
        if not self.package:
            return ()
        return (module if self.package == "." else f"{module}/{self.package}",)

    @property
    def is_repeatable(self) -> bool:
        """Whether INPUT names the same module on every run: always."""
        return True


@dataclass(frozen=True, slots=True, kw_only=True)
class ModuleInput:
    """A module that is fetched from the sources.

    Attributes:
        text: INPUT as the user wrote it.
        path: The module path, or where it is written one of a package: only sources tell them apart.
        version: A version or version query; empty where INPUT names none.
        source: The goproxy hierarchy that INPUT is a file of, as a file URL; or empty.
        is_written: Whether the user wrote the path, so that it may be that of a package.
        is_pattern: Whether ``/...`` followed the path.
    """

    text: str
    path: str
    version: str = ""
    source: str = ""
    is_written: bool = False
    is_pattern: bool = False

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
        return replace(self, text=str(Version(self.path, version)), version=version, source="")


Input = TreeInput | ModuleInput

NO_INPUT = ModuleInput(text="", path="")
"""For options whose INPUT is not known yet."""


def parse_module(text: str) -> ModuleInput:
    """Read ``MODULE`` or ``MODULE@VERSION``, or a package in place of the module; ``/...`` may follow its path.

    Args:
        text: INPUT as the user wrote it.

    Raises:
        UsageError: The path or the version is malformed.
    """
    if address := _ADDRESS.fullmatch(text):
        where = re.sub("//[^/@]*@", "//", text)
        name = f"{address['host']}/{address['path']}{address['version'] or ''}"
        raise UsageError(f"{where}: the address of a repository is not a module path", hint=f"write {name}")
    module, at, version = text.partition("@")
    if at and (not version or version.startswith("-") or any(char.isspace() for char in version)):
        raise UsageError(
            f"{text}: {version!r} is not a version", hint="write example.com/m@v1.2.3 or example.com/m@latest"
        )
    path = module.removesuffix("/...")
    if "..." in path:
        raise UsageError(f"{text}: only a final /... is supported", hint="write example.com/m/cmd/...@v1.2.3")
    if _is_local(check_path(path)):
        # golang.org/x/mod/module, checkPath; the go command's own words say less.
        raise UsageError(
            f"{text}: no such file or folder; in a module path, the first element has a dot", hint=_LOCAL_HINT
        )
    return ModuleInput(text=text, path=path, version=version, is_written=True, is_pattern=path != module)


# As version control systems have it: https://HOST/PATH.git, ssh://git@HOST/PATH, git@HOST:PATH.
_ADDRESS = re.compile(
    r"(?:[a-z][a-z+]*://(?:[^/@]*@)?|[\w.-]+@)(?P<host>[\w-]+(?:\.[\w-]+)+)(?::(?!//)\d*|/)/?"
    r"(?P<path>[^@:?#\s]+?)(?:\.git)?/?(?P<version>@[^@\s]+)?"
)

_LOCAL_HINT = "name a folder or file that exists, or a module or package such as example.com/m/cmd/x@v1.2.3"


def _is_local(path: str) -> bool:
    """Return whether a path can only be one of this machine: its first element has no dot, or it is a Go file."""
    return "." not in path.partition("/")[0] or ("/" not in path and path.endswith(".go"))
