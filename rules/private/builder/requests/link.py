"""What the jobs of linking are asked: with Go's own linker (actions/link.bzl), and with gccgo (actions/gccgo.bzl)."""

from __future__ import annotations

import os
from dataclasses import dataclass, field

__all__ = ["LinkRequest", "ProgramRequest"]


@dataclass(frozen=True, kw_only=True)
class LinkRequest:
    """What a linker may read, in addition to its own command line. All paths are relative to the execution root.

    Attributes:
        export: the program that is made.
        inputs: all files that the tools may read, and `visible`: folders outside of the system's.
        libraries: the arguments for pkg-config of each package, as JSON.
        cc, cxx_tool, pkg_config_tool: C tools as the go command would split them.
    """

    export: str = ""
    inputs: list[str] = field(default_factory=list)
    visible: list[str] = field(default_factory=list)
    libraries: list[str] = field(default_factory=list)
    cc: str = ""
    cxx_tool: str = ""
    pkg_config_tool: str = ""


@dataclass(frozen=True, kw_only=True)
class ProgramRequest(LinkRequest):
    """A program that gccgo links.

    Attributes:
        gccgo: the gccgo program.
        importpath: that of the main package.
        goos, goarch: the target; `changes`: what this Go does otherwise than older ones.
        archives: what it is linked from, in order, and `cgo_archives` those of them whose packages use cgo.
        ldflags: the libraries of other languages. gcflags: the user's own flags, which come last.
    """

    gccgo: str = ""
    importpath: str = ""
    goos: str = ""
    goarch: str = ""
    changes: list[str] = field(default_factory=list)
    archives: list[str] = field(default_factory=list)
    cgo_archives: list[str] = field(default_factory=list)
    ldflags: list[str] = field(default_factory=list)
    gcflags: list[str] = field(default_factory=list)

    @property
    def objdir(self) -> str:
        """Absolute path of the scratch folder, without a trailing slash."""
        return os.path.abspath(self.export + ".work")
