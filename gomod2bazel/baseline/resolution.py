"""What a baseline makes of a module: the go.mod to load it with, and where the two disagree."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from gomod2bazel.base.errors import Gomod2bazelError
from gomod2bazel.base.version import Version
from gomod2bazel.baseline.conflicts import Above, Absent, Replaced
from gomod2bazel.baseline.graph.requirements import Graph
from gomod2bazel.golang.command.gocommand import GoCommand
from gomod2bazel.golang.proxy.gosum import GoSum
from gomod2bazel.golang.proxy.patches.patched import PatchedModule

__all__ = ["Edits", "Resolution", "UnlistedError"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Resolution:
    """What a baseline makes of a module.

    Attributes:
        go_mod: the text of the go.mod to load it with.
        sums: what verifies modules: the module's own go.sum, the baseline's, and that of patched modules.
        added: sums that nothing verified; the go command took them from what the sources gave.
        go: the go command, which finds patched modules too.
        used: version of each module that provides a package, without the module itself.
        problems: where module and baseline disagree.
        patched: patched modules among those used, by module path.
        graph: requirements between module versions; None unless they were asked for.
        go_line: the new value of a main module's go line, where the baseline's modules ask for a higher one; or empty.
    """

    go_mod: str
    sums: GoSum
    added: GoSum
    go: GoCommand
    used: Mapping[str, str]
    problems: tuple[Above | Absent | Replaced, ...]
    patched: Mapping[str, PatchedModule]
    go_line: str
    graph: Graph | None = None


@dataclass(slots=True, kw_only=True)
class Edits:
    """What is changed in the module's go.mod."""

    requires: dict[str, str] = field(default_factory=dict)
    excludes: dict[Version, None] = field(default_factory=dict)
    drops: dict[Version, None] = field(default_factory=dict)
    replaces: dict[Version, Version] = field(default_factory=dict)

    def flags(self) -> list[str]:
        """Return them as flags of ``go mod edit``."""
        return [
            *(f"-dropreplace={old}" for old in self.drops),
            *(f"-require={path}@{version}" for path, version in self.requires.items()),
            *(f"-exclude={version}" for version in self.excludes),
            *(f"-replace={old}={new}" for old, new in self.replaces.items()),
        ]


class UnlistedError(Exception):
    """Packages cannot be listed with the baseline's versions.

    Args:
        error: what the go command says.
        problems: what was found until then.
    """

    def __init__(self, error: Gomod2bazelError, problems: tuple[Above | Absent | Replaced, ...]) -> None:
        super().__init__(str(error))
        self.error = error
        self.problems = problems
