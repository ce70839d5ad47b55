"""What the jobs of linking are asked: with Go's own linker (actions/link.bzl), and with gccgo (actions/gccgo.bzl)."""

from __future__ import annotations

import os
from dataclasses import dataclass, field

__all__ = ["BinaryRequest", "LinkRequest", "ProgramRequest"]


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


@dataclass(frozen=True, kw_only=True)
class BinaryRequest(LinkRequest):
    r"""A program of a repository's own that Go's linker links: its module information is found when it is linked.

    Attributes:
        link: the linker; main: the archive of the main package.
        flags, last_flags: flags of the linker; cgo_flags: those between them where the program uses cgo.
        extld: whether -extld is added, for C++ where one of `cxx_packages` is linked.
        toolexec: the file with the command of -toolexec, or empty; importmap_of_main: its TOOLEXEC_IMPORTPATH.
        importpath: of the main package, or of the package under test; test: whether it is a program of tests.
        go, test_go: Go files of that package.
        goos, goarch, goversion, arch, tags: the target, as in a `PackageRequest`.
        packages: ``path=archive`` of all packages that the program may need, by their paths in the binary.
        importmap: ``path=path`` of those that are imported by another path.
        modules: ``path=module`` of packages, with the line of its module as `modinfo.module_lines` takes it; newlines
            are written as ``\n``.
        module: that of the main package.
        settings, more_settings: ``KEY=VALUE`` of build settings, before and after DefaultGODEBUG;
            sorted_settings: whether all are sorted by name.
        godebug_table: the SDK's source with the settings of GODEBUG; go_line: the go line in force; godebug:
            ``KEY=VALUE`` of the godebug lines in force; fips140: whether GOFIPS140 is anything but off.
        modinfo: file for the module lines.
    """

    link: str = ""
    main: str = ""
    toolexec: str = ""
    importmap_of_main: str = ""
    importpath: str = ""
    goos: str = ""
    goarch: str = ""
    goversion: str = ""
    arch: str = ""
    module: str = ""
    godebug_table: str = ""
    go_line: str = ""
    modinfo: str = ""
    test: bool = False
    extld: bool = False
    fips140: bool = False
    sorted_settings: bool = False
    tags: list[str] = field(default_factory=list)
    go: list[str] = field(default_factory=list)
    test_go: list[str] = field(default_factory=list)
    packages: list[str] = field(default_factory=list)
    importmap: list[str] = field(default_factory=list)
    modules: list[str] = field(default_factory=list)
    settings: list[str] = field(default_factory=list)
    more_settings: list[str] = field(default_factory=list)
    godebug: list[str] = field(default_factory=list)
    flags: list[str] = field(default_factory=list)
    cgo_flags: list[str] = field(default_factory=list)
    last_flags: list[str] = field(default_factory=list)
    cxx_packages: list[str] = field(default_factory=list)

    @property
    def objdir(self) -> str:
        """Absolute path of the scratch folder, without a trailing slash."""
        return os.path.abspath(self.export + ".work")
