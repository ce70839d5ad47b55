"""Keys of a lock's entries: the attributes of packages, and what differs between configurations."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, TypedDict

__all__ = ["BinaryVariant", "MainModule", "PackageAttributes", "PackageVariant", "Patch", "Patched"]


class PackageAttributes(TypedDict, total=False):
    """Attributes of a package's go_library, as docs/lock.md has them; those that are empty may be absent.

    Names of files are relative to the package's folder, those of ``module_hdrs`` and ``archive`` to the repository.
    ``pgo_profile`` is an attribute of the go_binary of a command that the lock has as a package alone.
    """

    srcs: list[str]
    cgo_srcs: list[str]
    module_hdrs: list[str]
    overlay_srcs: list[str]
    embedsrcs: list[str]
    embed_patterns: dict[str, list[str]]
    gc_goopts: list[str]
    asm_opts: list[str]
    copts: list[str]
    cppopts: list[str]
    cxxopts: list[str]
    fopts: list[str]
    clinkopts: list[str]
    pkg_config: list[str]
    cover: str
    overlaid: dict[str, str]
    archive: str
    archive_build_id: str
    pgo_profile: str


class PackageVariant(PackageAttributes, total=False):
    """What a package is in one configuration, as far as that is not the same in all."""

    name: str
    imports: tuple[str, ...]


class BinaryVariant(TypedDict, total=False):
    """What a binary is in one configuration, as far as that is not the same in all."""

    name: str
    buildinfo: tuple[str, ...]
    godebug: str
    linker_deps: tuple[str, ...]
    gc_linkopts: tuple[str, ...]
    flags: Mapping[str, str]
    pgo_profile: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Patch:
    """A patch file.

    Attributes:
        name: Its file name.
        sha256: The SHA-256 of its content, in hexadecimal.
    """

    name: str
    sha256: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Patched:
    """What a baseline patches in a module.

    Attributes:
        upstream_sum, upstream_go_mod_sum: The ``h1:`` sums of the original.
        patches: The patches, in the order in which they were applied.
        diffs: For each file that differs from the original, by name: hunks of a unified diff, or None if the file is
            removed.
    """

    upstream_sum: str
    upstream_go_mod_sum: str
    patches: tuple[Patch, ...]
    diffs: Mapping[str, str | None]

    def to_dict(self) -> dict[str, Any]:
        """Return the keys that the module has for it in the lock file."""
        return {
            "upstream_sum": self.upstream_sum,
            "upstream_go_mod_sum": self.upstream_go_mod_sum,
            "patches": [{"name": patch.name, "sha256": patch.sha256} for patch in self.patches],
            "patched": dict(self.diffs),
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class MainModule:
    """A module whose packages are built where they are, by rules that only know their import paths.

    Attributes:
        path: its module path.
        lang: language version for the compiler, go1.N.
        go: the go line that DefaultGODEBUG follows: that of go.work in a workspace, else of the main module's go.mod.
        godebug: the godebug settings of the same file.
        version, replaced_by: for a module that a replace directive takes from a folder; empty for main modules.
        dir: for one of several modules without a go.work that have one lock, its folder, relative to the lock's; empty
            for the module in the lock's folder.
    """

    path: str
    lang: str
    go: str
    godebug: Mapping[str, str] = field(default_factory=dict)
    version: str = ""
    replaced_by: str = ""
    dir: str = ""

    def to_dict(self) -> dict[str, Any]:
        """Return what the lock file holds; empty values are left out."""
        entry = {name: getattr(self, name) for name in MainModule.__slots__}
        return {name: value for name, value in entry.items() if value}
