"""What packages are called: targets of this repository, of modules from a lock, and of the SDK."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Mapping
from dataclasses import dataclass, field

from gomod2bazel.bazel.names import alias_target, gazelle_library, gazelle_repository
from gomod2bazel.golang.command.names import binary_name

__all__ = ["Labels", "gazelle_label", "library_name", "short_name"]

# Bazel names files after targets, with up to 55 bytes more: NAME_lib.x-0.params_sandbox12.virtualinputlock.
_LONGEST = 180


def library_name(folder: str, import_path: str) -> str:
    """Return the name of a new go_library: its folder's; in the root, what the go command would call a binary."""
    return folder.rpartition("/")[2] or binary_name(import_path)


def short_name(name: str) -> str:
    """Return a target's name, or where the files that Bazel names after it would have too long names, a shorter one."""
    data = os.fsencode(name)
    if len(data) <= _LONGEST:
        return name
    return f"{data[:100].decode(errors='ignore')}-{hashlib.sha256(data).hexdigest()[:16]}"


def gazelle_label(module: str, import_path: str) -> str:
    """Return the label that gazelle gives a package of another module (label.ImportPathToBazelRepoName).

    Args:
        module: its module's path.
        import_path: its own.
    """
    folder = import_path.removeprefix(module).strip("/")
    return f"@{gazelle_repository(module)}//{folder}:{gazelle_library(import_path)}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Labels:
    """Labels by import path.

    Attributes:
        local: of packages of this repository: folder and name.
        modules: of packages of other modules: the module's path.
        repositories: that BUILD files name, by module path.
        binaries: of main packages of this repository: folder and name.
        rules_go: whether to name other modules as gazelle does.
        go_command: of what tests need to run the go command.
    """

    local: Mapping[str, tuple[str, str]]
    modules: Mapping[str, str] = field(default_factory=dict)
    repositories: Mapping[str, str] = field(default_factory=dict)
    binaries: Mapping[str, tuple[str, str]] = field(default_factory=dict)
    rules_go: bool = False
    go_command: str = ""

    def of(self, import_path: str, folder: str) -> str:
        """Return a package's label as it is written in ``folder``; empty where it needs none."""
        if import_path in self.local:
            place, name = self.local[import_path]
            return f":{name}" if place == folder else f"//{place}:{name}"
        if import_path in self.modules:
            module = self.modules[import_path]
            if self.rules_go:
                return gazelle_label(module, import_path)
            place, name = alias_target(module, import_path)
            return f"@{self.repositories[module]}//{place}:{name}"
        # Of the standard library, which rules have anyway.
        return ""

    def of_binary(self, import_path: str, folder: str) -> str:
        """Return the label of a main package's binary as it is written in ``folder``; empty where there is none."""
        if import_path in self.binaries:
            place, name = self.binaries[import_path]
            return f":{name}" if place == folder else f"//{place}:{name}"
        return "" if import_path in self.local else self.of(import_path, folder)

    def built(self, import_path: str, folder: str) -> str:
        """Return the label for the sources of a package of this repository: its binary's, as that is public."""
        return self.of_binary(import_path, folder) or self.of(import_path, folder)
