"""The C side of a package: cgo, the C compilers, and the check for internal linking.

Follows the go command step by step (cmd/go/internal/work: runCgo, cgoCompileActor, dynimport): the names of the
objects, their order and the flags all reach the binary's bytes.
"""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path

from request import Request
from tool import BuilderError, quote, run, split

__all__ = ["Outcome", "build"]

_DEFAULT_CFLAGS = "-O2 -g"

# Packages of the standard library that cgo's generated code must not import.
_NO_SYSCALL = ("runtime/cgo", "runtime/race", "runtime/msan", "runtime/asan")


@dataclass
class Outcome:
    """What cgo leaves to the Go side.

    Attributes:
        go: generated Go sources.
        objects: members for the archive.
        assembly: files for Go's assembler.
    """

    go: list[str]
    objects: list[str]
    assembly: list[str]


def build(request: Request) -> Outcome:
    """Run cgo and the C compilers for ``request`` and return what the Go compiler and the archive need."""
    flags = _Flags(request)
    _run_cgo(request, flags)
    stems = [os.path.basename(file).removesuffix(".go") for file in request.cgo_go]
    go = [f"{request.objdir}/{name}" for name in ("_cgo_gotypes.go", *(f"{stem}.cgo1.go" for stem in stems))]
    generated = ["_cgo_export.c", *(f"{stem}.cgo2.c" for stem in stems)]
    assembly, gcc_assembly = _part_assembly(request)
    objects = [f"{request.objdir}/preferlinkext"] * any(f.startswith("-flto") for f in flags.c + flags.cxx)
    for token in objects:
        Path(token).touch()
    compiled = _compile_all(request, flags, [f"{request.objdir}/{name}" for name in generated], gcc_assembly)
    objects += compiled
    imports = _dynimport(request, flags, objects)
    if imports.endswith(".go"):
        go.append(imports)
    else:
        objects.append(imports)
    return Outcome(go, objects, assembly)


def _part_assembly(request: Request) -> tuple[list[str], list[str]]:
    """Return the files for Go's assembler and those for the C compiler; runtime/cgo alone has both."""
    files = request.s
    if not (request.std and request.importpath == "runtime/cgo"):
        return [], files
    gcc = [file for file in files if os.path.basename(file).startswith("gcc_")]
    return [file for file in files if file not in gcc], gcc


class _Flags:
    """Compiler and linker flags: the environment's (or -O2 -g), then the package's, then pkg-config's."""

    def __init__(self, request: Request) -> None:
        def flags(name: str, default: str, own: list[str]) -> list[str]:
            expanded = [flag.replace("${SRCDIR}", request.absdir) for flag in own]
            return split(os.environ.get(f"CGO_{name}") or default) + expanded

        cflags, libs = _pkg_config(request)
        cpp = flags("CPPFLAGS", "", request.cppflags) + cflags + ["-I", request.objdir + "/"]
        self.cc = split(request.cc)
        self.cxx_tool = split(request.cxx_tool)
        self.fc = split(request.fc)
        self.c = flags("CFLAGS", _DEFAULT_CFLAGS, request.cflags)
        self.cxx = flags("CXXFLAGS", _DEFAULT_CFLAGS, request.cxxflags)
        self.f = flags("FFLAGS", _DEFAULT_CFLAGS, request.fflags)
        self.cpp = cpp
        self.ld = flags("LDFLAGS", _DEFAULT_CFLAGS, request.ldflags) + libs
        self.ld += ["-lobjc"] * bool(request.m) + ["-lgfortran"] * bool(request.f)
        self._base: dict[str, list[str]] = {}

    def base(self, compiler: list[str], request: Request, include: str) -> list[str]:
        """Return the command that every use of ``compiler`` begins with, after asking once which flags it knows."""
        if compiler[0] not in self._base:
            self._base[compiler[0]] = [flag for flag in _probes(request) if _supports(compiler, flag)]
        known = self._base[compiler[0]]
        command = [*compiler, "-I", include, "-fPIC", *_architecture(request.goarch), "-pthread"]
        command += [flag for flag in known if not flag.startswith(("-ffile", "-gno"))]
        return [*command, "-fmessage-length=0", *(flag for flag in known if flag.startswith(("-ffile", "-gno")))]


def _probes(request: Request) -> list[str]:
    return [
        "-fno-caret-diagnostics",
        "-Qunused-arguments",
        "-Wl,--no-gc-sections",
        f"-ffile-prefix-map={request.objdir}=/tmp/go-build",
        "-gno-record-gcc-switches",
    ]


def _supports(compiler: list[str], flag: str) -> bool:
    """Tell whether ``compiler`` knows ``flag``, by compiling nothing (or linking it, for -Wl flags) as go does."""
    mode = split(_DEFAULT_CFLAGS) if flag.startswith("-Wl,") else [*split(_DEFAULT_CFLAGS), "-c"]
    try:
        said = run(["env", "LC_ALL=C", *compiler, flag, *mode, "-x", "c", "-", "-o", "/dev/null"])
    except BuilderError as error:
        said = str(error)
    return not any(word in said for word in ("unrecogni", "unknown", "not supported", "not recognized", "unsupported"))


def _architecture(goarch: str) -> list[str]:
    """Return the flags that choose the target in a compiler for several."""
    table = {
        "386": ["-m32"],
        "amd64": ["-m64"],
        "arm": ["-marm"],
        "s390x": ["-m64", "-march=z13"],
        "loong64": ["-mabi=lp64d"],
    }
    return table.get(goarch, [])


def _pkg_config(request: Request) -> tuple[list[str], list[str]]:
    if not request.pkg_config:
        return [], []
    options = [argument for argument in request.pkg_config if argument.startswith("--") and argument != "--"]
    names = [argument for argument in request.pkg_config if not argument.startswith("--")]
    for name in names:
        if name.startswith(("-", "@")):
            raise BuilderError(f"invalid pkg-config package name: {name}\n")
    tool = request.pkg_config_tool or "pkg-config"
    return (
        split(run([tool, "--cflags", *options, "--", *names], cwd=request.absdir).strip()),
        split(run([tool, "--libs", *options, "--", *names], cwd=request.absdir).strip()),
    )


def _run_cgo(request: Request, flags: _Flags) -> None:
    options: list[str] = []
    if request.std and request.importpath == "runtime/cgo":
        options.append("-import_runtime_cgo=false")
    if request.std and request.importpath in _NO_SYSCALL:
        options.append("-import_syscall=false")
    options.append("-ldflags=" + " ".join(quote(flag) for flag in flags.ld))
    command = [os.path.abspath(request.cgo), "-objdir", request.objdir + "/", "-importpath", request.importpath]
    files = [os.path.abspath(file) for file in request.cgo_go]
    command += [*options, "--", *flags.cpp, *flags.c, *files]
    run(["env", "CGO_LDFLAGS=", f"CC={request.cc}", *command], cwd=request.absdir, hide=request.hidden)


def _compile_all(request: Request, flags: _Flags, generated: list[str], assembly: list[str]) -> list[str]:
    """Compile every C-family source; the objects are numbered in the order the go command numbers them."""
    c, cxx, f = flags.cpp + flags.c, flags.cpp + flags.cxx, flags.cpp + flags.f
    jobs = [(file, c, flags.cc) for file in [*generated, *assembly, *request.c, *request.m]]
    jobs += [(file, cxx, flags.cxx_tool) for file in request.cxx] + [(file, f, flags.fc) for file in request.f]
    outputs = []
    for number, (file, options, compiler) in enumerate(jobs, 1):
        output = f"{request.objdir}/_x{number:03d}.o"
        _compile(request, flags, os.path.abspath(file), output, options, compiler)
        outputs.append(output)
    return outputs


def _compile(request: Request, flags: _Flags, file: str, output: str, options: list[str], compiler: list[str]) -> None:
    command = [*flags.base(compiler, request, request.absdir), *options]
    command += [f"-ffile-prefix-map={os.path.abspath(request.root)}={request.root_rewrite}", "-frandom-seed=1"]
    folder, name = os.path.split(file)
    run([*command, "-o", output, "-c", name], cwd=folder, hide=request.hidden)


def _dynimport(request: Request, flags: _Flags, objects: list[str]) -> str:
    """Link the objects for a try and return what came of it, a Go file or an object.

    The dynamic imports go to a Go file; a failure becomes a token that asks for the C linker.
    """
    main = f"{request.objdir}/_cgo_main"
    _compile(request, flags, main + ".c", main + ".o", flags.cpp + flags.c, flags.cc)
    linker = flags.cxx_tool if request.cxx else flags.cc
    target, output = f"{request.objdir}/_cgo_.o", f"{request.objdir}/_cgo_import.go"
    command = [*flags.base(linker, request, request.absdir), "-o", target, main + ".o"]
    tokens = [path for path in objects if not path.endswith("preferlinkext")]
    pie = ["-pie"] * (request.goos == "linux" and request.goarch == "arm" and "-no-pie" not in flags.ld)
    try:
        run([*command, *tokens, *flags.ld, *pie])
    except BuilderError:
        failed = f"{request.objdir}/dynimportfail"
        Path(failed).touch()
        return failed
    linker_name = ["-dynlinker"] * (request.std and request.importpath == "runtime/cgo")
    cgo = os.path.abspath(request.cgo)
    run([cgo, "-dynpackage", request.name, "-dynimport", target, "-dynout", output, *linker_name])
    return output
