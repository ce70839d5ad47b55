"""SWIG: from .swig and .swigcxx files to Go files for cgo and the C or C++ files next to them.

Follows cmd/go/internal/work (swig, swigOne, swigDoVersionCheck).
"""

from __future__ import annotations

import os
import re
from dataclasses import dataclass
from pathlib import Path

from builder.base.tools import BuilderError, Tools
from builder.requests.package import PackageRequest

__all__ = ["Wrapped", "is_old", "wrap"]

_TOO_OLD = "must have SWIG version >= 3.0.6\n"

# Architectures whose int has 32 bits; the go command compiles a constant to find out.
_INT32 = ("386", "arm", "mips", "mipsle")


@dataclass(frozen=True)
class Wrapped:
    """What SWIG made of one package.

    Attributes:
        go: Go files that import C.
        c, cxx: C and C++ files to compile in addition to them.
    """

    go: list[str]
    c: list[str]
    cxx: list[str]


def wrap(request: PackageRequest, tools: Tools, cppflags: list[str], cflags: list[str], cxxflags: list[str]) -> Wrapped:
    """Run SWIG on each of the package's files.

    Args:
        request: the package.
        tools: run SWIG.
        cppflags: of the package; SWIG gets the folders of headers that they name.
        cflags: for C, likewise.
        cxxflags: for C++, likewise.

    Raises:
        BuilderError: SWIG is missing, too old or does not accept a file.
    """
    if not (request.swig or request.swigcxx):
        return Wrapped([], [], [])
    if is_old(_swig(["swig", "-version"], request, tools)):
        raise BuilderError(_TOO_OLD)
    made = Wrapped([], [], [])
    for files, flags, wrappers in ((request.swig, cflags, made.c), (request.swigcxx, cxxflags, made.cxx)):
        for file in files:
            go, wrapper = _wrap_file(request, tools, file, [*cppflags, *flags], cxx=wrappers is made.cxx)
            made.go.append(go)
            wrappers.append(wrapper)
    return made


def _wrap_file(request: PackageRequest, tools: Tools, path: str, flags: list[str], *, cxx: bool) -> tuple[str, str]:
    """Return the Go file and the C or C++ file that SWIG makes of one of the package's files."""
    file = os.path.basename(path)
    if file.startswith("cgo"):
        raise BuilderError("SWIG file must not use prefix 'cgo'\n")
    base = os.path.splitext(file)[0]
    output = f"{request.objdir}/{base}_wrap.{'cxx' if cxx else 'c'}"
    bits = "32" if request.goarch in _INT32 else "64"
    command = ["swig", "-go", "-cgo", "-intgosize", bits, "-module", base]
    command += ["-o", output, "-outdir", request.objdir + "/"]
    command += [flag for flag in flags if len(flag) > 3 and flag.startswith("-I")]
    _swig([*command, *["-c++"] * cxx, file], request, tools)
    # Beside x.swig there may be an x.go that uses cgo too.
    named = f"{request.objdir}/_{base}_swig.go"
    Path(request.objdir, f"{base}.go").rename(named)
    return named, output


def _swig(command: list[str], request: PackageRequest, tools: Tools) -> str:
    try:
        return tools.run(command, cwd=request.absdir, hide=request.hidden)
    except BuilderError as error:
        output = str(error)
        if "No such file or directory" in output and output.startswith("swig:"):
            raise BuilderError('exec: "swig": executable file not found in $PATH\n') from error
        if "-intgosize" in output or "-cgo" in output:
            raise BuilderError(_TOO_OLD) from error
        raise


def is_old(output: str) -> bool:
    """Return whether ``swig -version`` prints a version before 3.0.6; one that cannot be read passes."""
    match = re.search(r"[vV]ersion +(\d+)(?:[.](\d+))?(?:[.](\d+))?", output)
    if not match:
        return False
    major, minor, patch = (int(part) if part else None for part in match.groups())
    # What a version leaves out counts for it.
    return (major, minor or 0, 6 if patch is None else patch) < (3, 0, 6)
