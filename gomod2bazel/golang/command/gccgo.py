"""-compiler gccgo: what it needs, what it refuses, and how it changes what is loaded and locked (docs/gccgo.md)."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from gomod2bazel.base.errors import ToolError, UsageError
from gomod2bazel.base.process.programs import which
from gomod2bazel.base.process.session import Session
from gomod2bazel.options.options import CompileOptions, values_of

if TYPE_CHECKING:
    from gomod2bazel.golang.command.golist import Package

__all__ = [
    "CompilerFlags",
    "check_compiler",
    "check_target",
    "check_users",
    "flags_of",
    "install_suffix",
    "without_standard",
]

_HINT = "use -compiler gc, the default, which builds every module; or run go build -compiler gccgo"

# Flags that gccgo's own, compiled standard library leaves no room for; the go command says "cannot find package".
_NEED_SOURCES = ("race", "msan", "asan", "cover")

# What the machine is called in `gccgo -dumpmachine`, by GOARCH; amd64's compiler also serves 386.
_MACHINES = {
    "386": ("i386", "i486", "i586", "i686", "x86_64"), "amd64": ("x86_64",), "arm": ("arm",), "arm64": ("aarch64",),
    "loong64": ("loongarch64",), "mips": ("mips",), "mipsle": ("mipsel",), "mips64": ("mips64",),
    "mips64le": ("mips64el",), "ppc64": ("powerpc64",), "ppc64le": ("powerpc64le",), "riscv64": ("riscv64",),
    "s390x": ("s390x",),
}  # fmt: skip

# What generated code of cgo and SWIG imports in addition to what the sources do.
_ADDED = frozenset(("runtime/cgo", "sync", "syscall"))


@dataclass(frozen=True, slots=True, kw_only=True)
class CompilerFlags:
    """The values of the per-package flags that the chosen compiler takes, and the names of these flags.

    Attributes:
        compile, assemble, link: each value given, in order.
        compile_name, link_name: which flag they were given by.
    """

    compile: tuple[str, ...]
    assemble: tuple[str, ...]
    link: tuple[str, ...]
    compile_name: str = "gcflags"
    link_name: str = "ldflags"


def flags_of(options: CompileOptions) -> CompilerFlags:
    """Return the flags that count: gccgo compiles, assembles and links, and only -gccgoflags is for it."""
    if options.compiler != "gccgo":
        return CompilerFlags(compile=options.gcflags, assemble=options.asmflags, link=options.ldflags)
    given, name = options.gccgoflags, "gccgoflags"
    return CompilerFlags(compile=given, assemble=(), link=given, compile_name=name, link_name=name)


def install_suffix(options: CompileOptions) -> tuple[str, ...]:
    """Return the linker's flag for -installsuffix; gccgo has none."""
    return ("-installsuffix", options.installsuffix) if options.installsuffix and options.compiler == "gc" else ()


def check_compiler(session: Session, options: CompileOptions) -> None:
    """Note flags that are meant for the other compiler, as the go command does, and refuse what gccgo cannot build.

    Raises:
        ToolError: gccgo (or the program that GCCGO names) does not exist.
        UsageError: a flag does not apply to gccgo.
    """
    if options.compiler == "gc":
        if options.gccgoflags:
            session.out(
                "go build: when using gc toolchain, please pass compile flags using -gcflags, "
                "and linker flags using -ldflags\n"
            )
        return
    name = session.environment.get("GCCGO") or "gccgo"
    if which(name, session.environment) is None:
        raise ToolError(f'gccgo: exec: "{name}": executable file not found in $PATH', hint=_HINT)
    for flag, kind in (("gcflags", "compiler"), ("ldflags", "linker")):
        if getattr(options, flag):
            session.out(
                f"go build: when using gccgo toolchain, please pass {kind} flags using -gccgoflags, not -{flag}\n"
            )
    if options.buildmode in ("pie", "plugin"):
        raise UsageError(f"-buildmode={options.buildmode} not supported for gccgo", hint=_HINT)
    if options.buildmode not in ("default", "exe", "shared"):
        raise UsageError(f"-buildmode={options.buildmode} with -compiler gccgo is not supported", hint=_HINT)
    given = values_of(options)
    refused = [f"-{flag}" for flag in _NEED_SOURCES if given[flag]]
    if refused:
        raise UsageError(
            f"{', '.join(refused)} with -compiler gccgo: gccgo has no sources of its standard library", hint=_HINT
        )


def check_target(session: Session, goos: str, goarch: str) -> None:
    """Refuse a target that this gccgo does not compile for: the go command would mislabel the code.

    Raises:
        UsageError: it compiles for another.
    """
    program = which(session.environment.get("GCCGO") or "gccgo", session.environment)
    if program is None:
        return
    target_triple = session.runner.run([program, "-dumpmachine"], env=session.environment).out.strip()
    machine, _, system = target_triple.partition("-")
    if goarch not in _MACHINES or not machine.startswith(_MACHINES[goarch]) or goos not in system:
        raise UsageError(
            f"gccgo compiles for {target_triple}, not for {goos}/{goarch}",
            hint="set GCCGO to one that does, such as aarch64-linux-gnu-gccgo for linux/arm64",
        )


def check_users(users: Iterable[str]) -> None:
    """Refuse packages that use SWIG, which would have to write for gccgo.

    Raises:
        UsageError: there are some.
    """
    names = sorted(users)
    if names:
        raise UsageError(
            "SWIG is not supported with -compiler gccgo; these packages use it: " + ", ".join(names), hint=_HINT
        )


def without_standard(packages: Iterable[Package]) -> tuple[Package, ...]:
    """Return the packages that are compiled: gccgo has the standard library compiled already.

    `go list -compiler gccgo` knows no files of it.

    Args:
        packages: as listed, dependencies first.
    """
    listed = tuple(packages)
    left = {package.import_path for package in listed if package.standard} | _ADDED
    return tuple(
        replace(package, imports=tuple(path for path in package.imports if path not in left))
        for package in listed
        if not package.standard
    )
