"""How a C, C++ or Fortran compiler is called: the start of each command, and which flags the compiler knows.

Follows cmd/go/internal/work (compilerCmd, gccArchArgs, gccSupportsFlag): the flags reach the objects' bytes.
"""

from __future__ import annotations

import os

from builder.base.tools import BuilderError, Tools
from builder.base.words import split
from builder.requests.link import ProgramRequest
from builder.requests.package import PackageRequest

__all__ = ["DEFAULT_CFLAGS", "SCRATCH", "Compilers", "architecture"]

DEFAULT_CFLAGS = "-O2 -g"
"""CGO_CFLAGS and the like where they are not set."""

SCRATCH = "/tmp/go-build"  # noqa: S108 - a name, not a folder
"""What debug information calls the scratch folder."""

# Compilers' messages for an unknown flag: gcc, clang, AIX, older gcc, -fsplit-stack, tcc.
_UNKNOWN = ("unrecognized", "unknown", "unrecognised", "is not supported", "not recognized", "unsupported")


class Compilers:
    """The compilers of one package build, each asked once which flags it knows.

    Args:
        request: the package.
        tools: ask the compilers.
    """

    def __init__(self, request: PackageRequest, tools: Tools) -> None:
        self._request = request
        self._tools = tools
        self._known: dict[tuple[str, str], bool] = {}

    def command(self, compiler: list[str]) -> list[str]:
        """Return the words that every use of ``compiler`` begins with."""
        request, goos = self._request, self._request.goos
        command = [*compiler, "-I", request.absdir]
        command += ["-fPIC"] * (goos != "windows") + architecture(request)
        mthreads = goos == "windows" and "pthread_everywhere" not in request.changes
        command.append("-mthreads" if mthreads else "-pthread")
        command += ["-mcmodel=large"] * (goos == "aix")
        probes = ("-fno-caret-diagnostics", "-Qunused-arguments", "-Wl,--no-gc-sections")
        command += [flag for flag in probes if self.supports(compiler, flag)]
        command.append("-fmessage-length=0")
        command += self.mapped(compiler, request.objdir, SCRATCH)
        command += ["-gno-record-gcc-switches"] * self.supports(compiler, "-gno-record-gcc-switches")
        return command + ["-fno-common"] * (goos in ("darwin", "ios"))

    def mapped(self, compiler: list[str], folder: str, name: str) -> list[str]:
        """Return the flag with which ``compiler`` writes ``name`` for ``folder``, where it has one."""
        if not self.supports(compiler, "-fdebug-prefix-map=a=b"):
            return []
        whole = self.supports(compiler, "-ffile-prefix-map=a=b")
        return [f"{'-ffile-prefix-map' if whole else '-fdebug-prefix-map'}={folder}={name}"]

    def supports(self, compiler: list[str], flag: str) -> bool:
        """Return whether ``compiler`` knows ``flag``, by compiling nothing (or linking it, for -Wl flags)."""
        key = (compiler[0], flag)
        if key not in self._known:
            self._known[key] = self._ask(compiler, flag)
        return self._known[key]

    def _ask(self, compiler: list[str], flag: str) -> bool:
        linking = flag.startswith("-Wl,")
        given = os.environ.get("CGO_LDFLAGS" if linking else "CGO_CFLAGS") or DEFAULT_CFLAGS
        mode = split(given) if linking else [*split(given), "-c"]
        try:
            output = self._tools.run(["env", "LC_ALL=C", *compiler, flag, *mode, "-x", "c", "-", "-o", "/dev/null"])
        except BuilderError as error:
            output = str(error)
        return not any(word in output for word in _UNKNOWN)


def architecture(request: PackageRequest | ProgramRequest) -> list[str]:
    """Return the flags that choose the target in a compiler for several (gccArchArgs)."""
    goos, goarch = request.goos, request.goarch
    if goos == "darwin" and goarch in ("amd64", "arm64"):
        return ["-arch", "x86_64", "-m64"] if goarch == "amd64" else ["-arch", "arm64"]
    if goarch == "ppc64" and goos == "aix":
        return ["-maix64"]
    if goarch in ("mips64", "mips64le"):
        return ["-mabi=64", *_floats(os.environ.get("GOMIPS64", ""), [])]
    if goarch in ("mips", "mipsle"):
        return ["-mabi=32", "-march=mips32", *_floats(os.environ.get("GOMIPS", ""), ["-mfp32", "-mno-odd-spreg"])]
    table = {
        "386": ["-m32"],
        "amd64": ["-m64"],
        "arm": ["-marm"],
        "s390x": ["-m64", "-march=z13" if "s390x_z13" in request.changes else "-march=z196"],
        "loong64": ["-mabi=lp64d"] + ["-mno-relax"] * ("loong64_no_relax" in request.changes),
    }
    return table.get(goarch, [])


def _floats(setting: str, hard: list[str]) -> list[str]:
    return {"hardfloat": ["-mhard-float", *hard], "softfloat": ["-msoft-float"]}.get(setting, [])
