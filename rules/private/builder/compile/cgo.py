"""The C side of a package: cgo, the C compilers, and the check for internal linking.

Follows the go command step by step (cmd/go/internal/work: runCgo, cgoCompileActor, dynimport): the names of the
objects, their order and the flags all reach the binary's bytes.
"""

from __future__ import annotations

import os
import re
import shutil
from dataclasses import dataclass, replace
from pathlib import Path
from typing import NamedTuple

from builder.base.tools import BuilderError, Tools
from builder.base.words import expanded, quote, split, with_file
from builder.c import pkgconfig, swig
from builder.c.compilers import DEFAULT_CFLAGS, SCRATCH, Compilers
from builder.c.flagcheck import FlagCheck
from builder.requests.package import PackageRequest

__all__ = ["Outcome", "build", "generate"]

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


def build(request: PackageRequest, tools: Tools) -> Outcome:
    """Run cgo and the C compilers for ``request`` and return what the Go compiler and the archive need."""
    request = _with_copies(request)
    flags = _Flags(request, tools)
    wrapped = swig.wrap(request, tools, flags.given, flags.c, flags.cxx)
    stems = _translate(request, flags, wrapped)
    go = _go_files(request, stems)
    generated = ["_cgo_export.c", *(f"{stem}.cgo2.c" for stem in stems)]
    assembly, gcc_assembly = _part_assembly(request)
    objects = [f"{request.objdir}/preferlinkext"] * (not flags.plain)
    for token in objects:
        Path(token).touch()
    compiled = _compile_all(request, flags, [f"{request.objdir}/{name}" for name in generated], gcc_assembly, wrapped)
    objects += compiled
    if request.gccgo:
        from builder.gccgo import package as gccgo  # noqa: PLC0415 - start-up counts, and few use gccgo

        if tools.recorder:
            tools.recorder.linker_flags[os.path.abspath(request.archive)] = flags.ld
        return Outcome(go, [*compiled, gccgo.compile_file(request, tools, "_cgo_defun.c")], [])
    imports = _dynimport(request, flags, objects)
    if imports.endswith(".go"):
        go.append(imports)
    else:
        objects.append(imports)
    _check_directives(flags, go)
    return Outcome(go, objects, assembly)


def generate(request: PackageRequest, tools: Tools) -> list[str]:
    """Run cgo alone and return the Go sources that it writes in place of those that import C."""
    request = _with_copies(request)
    flags = _Flags(request, tools)
    wrapped = swig.wrap(request, tools, flags.given, flags.c, flags.cxx)
    return _go_files(request, _translate(request, flags, wrapped))


def _translate(request: PackageRequest, flags: _Flags, wrapped: swig.Wrapped) -> list[str]:
    """Run cgo and return the names of its sources without their ending."""
    sources = [*(os.path.abspath(file) for file in request.cgo_go), *wrapped.go]
    _run_cgo(request, flags, sources)
    return [os.path.basename(file).removesuffix(".go") for file in sources]


def _go_files(request: PackageRequest, stems: list[str]) -> list[str]:
    return [f"{request.objdir}/{name}" for name in ("_cgo_gotypes.go", *(f"{stem}.cgo1.go" for stem in stems))]


def _with_copies(request: PackageRequest) -> PackageRequest:
    """Put copies into the scratch folder where an overlay replaces C sources or headers (computeNonGoOverlay)."""
    if not request.copied:
        return request
    assembly, gcc_assembly = _part_assembly(request)

    def copy(files: list[str]) -> list[str]:
        return [shutil.copyfile(file, f"{request.objdir}/{os.path.basename(file)}") for file in files]

    copy(request.h)
    return replace(
        request, c=copy(request.c), cxx=copy(request.cxx), f=copy(request.f), s=[*assembly, *copy(gcc_assembly)]
    )


def _part_assembly(request: PackageRequest) -> tuple[list[str], list[str]]:
    """Return the files for Go's assembler and those for the C compiler; runtime/cgo alone has both."""
    files = request.s
    if not (request.std and request.importpath == "runtime/cgo"):
        for file in files:
            _refuse_go_assembly(request, file)
        return [], files
    gcc = [file for file in files if os.path.basename(file).startswith("gcc_")]
    return [file for file in files if file not in gcc], gcc


def _refuse_go_assembly(request: PackageRequest, file: str) -> None:
    """Refuse assembly for Go's assembler, which the C compiler would not understand (cmd/go/internal/work, gas)."""
    if re.search(rb"^(TEXT|DATA|GLOBL)", Path(file).read_bytes(), re.MULTILINE):
        raise BuilderError(f"{request.importpath}: package using cgo has Go assembly file {os.path.basename(file)}\n")


class _Flags:
    """Compiler and linker flags: the environment's (or -O2 -g), then the package's, then pkg-config's."""

    def __init__(self, request: PackageRequest, tools: Tools) -> None:
        self.tools = tools
        self.check = FlagCheck(request.flag_list)

        def flags(name: str, default: str, package_flags: list[str], folder: str) -> list[str]:
            return split(os.environ.get(f"CGO_{name}") or default) + [expanded(flag, folder) for flag in package_flags]

        here = request.absdir
        cflags, libs = pkgconfig.flags(request, tools, self.check)
        self.given = flags("CPPFLAGS", "", request.cppflags, here) + cflags + request.cdeps_flags
        self.cpp = [*self.given, "-I", request.objdir + "/"]
        self.cc = split(_compiler(request.cc))
        self.cxx_tool = split(_compiler(request.cxx_tool))
        self.fc = split(_compiler(request.fc))
        self.c = flags("CFLAGS", DEFAULT_CFLAGS, request.cflags, here)
        self.cxx = flags("CXXFLAGS", DEFAULT_CFLAGS, request.cxxflags, here)
        self.f = flags("FFLAGS", DEFAULT_CFLAGS, request.fflags, here)
        # The linker uses these again, in another sandbox: they name files from the execution root.
        self.ld = flags("LDFLAGS", DEFAULT_CFLAGS, request.ldflags, request.stored_dir or request.dir) + libs
        self.ld += ["-lobjc"] * bool(request.m) + ["-lgfortran"] * (bool(request.f) and "gfortran" in request.fc)
        newer = "ldflags_choose_linking" in request.changes
        self.plain = all(self.check.plain(flags, static=newer) for flags in (self.c, self.cxx, self.f))
        self.plain = self.plain and (not newer or self.check.plain_linker(self.ld))
        self.compilers = Compilers(request, tools)
        # C++ and Fortran get none (cmd/go/internal/work, runCgo).
        sanitizer = {"msan": ["-fsanitize=memory"], "asan": ["-fsanitize=address"]}.get(request.instrument, [])
        self.c, self.ld = sanitizer + self.c, sanitizer + self.ld
        if request.gccgo:
            self.c += ["-fsplit-stack"] * self.compilers.supports([request.gccgo], "-fsplit-stack")


def _compiler(text: str) -> str:
    """Return a compiler's command, whose program may be one that Bazel has below the execution root."""
    below = re.match(r"[^\s/'\"]+/", text)
    return f"{os.getcwd()}/{text}" if below else text


def _run_cgo(request: PackageRequest, flags: _Flags, files: list[str]) -> None:
    options: list[str] = []
    if request.std and request.importpath == "runtime/cgo":
        options.append("-import_runtime_cgo=false")
    if request.std and request.importpath in _NO_SYSCALL:
        options.append("-import_syscall=false")
    exported = f"{request.objdir}/_cgo_install.h"
    options += [f"-exportheader={exported}"] * bool(request.header)
    if request.gccgo:
        from builder.gccgo import package as gccgo  # noqa: PLC0415 - start-up counts, and few use gccgo

        options += gccgo.cgo_options(request, flags.tools)
    options.append("-ldflags=" + " ".join(quote(flag) for flag in flags.ld))
    command = ["-objdir", request.objdir + "/", "-importpath", request.importpath]
    command += [*options, "--", *flags.cpp, *flags.c, *files]
    like_gcc = "gcc_response_files" in request.changes
    command = with_file([os.path.abspath(request.cgo), *command], f"{request.objdir}/cgo.args", like_gcc=like_gcc)
    named = [f"GCCGO={request.gccgo}"] * bool(request.gccgo)
    flags.tools.run(
        ["env", "CGO_LDFLAGS=", *named, f"CC={_compiler(request.cc)}", *command],
        cwd=request.absdir,
        hide=request.hidden,
    )
    if request.header:
        # Without an exported function there is no header; Bazel wants its file all the same.
        has_header = Path(exported).exists()
        Path(request.header).write_bytes(Path(exported).read_bytes() if has_header else b"")


def _compile_all(
    request: PackageRequest, flags: _Flags, generated: list[str], assembly: list[str], wrapped: swig.Wrapped
) -> list[str]:
    """Compile every C-family source; the objects are numbered in the order the go command numbers them."""
    c, cxx, f = flags.cpp + flags.c, flags.cpp + flags.cxx, flags.cpp + flags.f
    before = "assembly_before_c" in request.changes
    sources = [*assembly, *request.c, *request.m, *wrapped.c] if before else [*request.c, *wrapped.c, *assembly]
    jobs = [(file, c, flags.cc) for file in [*generated, *sources]]
    jobs += [(file, cxx, flags.cxx_tool) for file in [*request.cxx, *wrapped.cxx]]
    jobs += [] if before else [(file, c, flags.cc) for file in request.m]
    jobs += [(file, f, flags.fc) for file in request.f]
    outputs = []
    for number, (file, options, compiler) in enumerate(jobs, 1):
        job = _Job(os.path.abspath(file), f"{request.objdir}/_x{number:03d}.o", options, compiler)
        _compile(request, flags, job)
        outputs.append(job.output)
    return outputs


class _Job(NamedTuple):
    """A file to compile into an object, with a compiler and its options."""

    file: str
    output: str
    options: list[str]
    compiler: list[str]


def _compile(request: PackageRequest, flags: _Flags, job: _Job) -> None:
    compiler = job.compiler
    command = [*flags.compilers.command(compiler), *job.options]
    if request.cdeps_flags or request.made_roots:
        # Headers and sources from anywhere below the execution root; flags for folders there go before it.
        command += flags.compilers.mapped(compiler, os.getcwd(), ".")
    root = os.path.abspath(request.root)
    command += flags.compilers.mapped(compiler, root, request.root_rewrite)
    if request.objdir.startswith(f"{root}/"):
        # The last that fits counts: once more for the root of a repository, below which the scratch folder is.
        command += flags.compilers.mapped(compiler, request.objdir, SCRATCH)
    if request.gccgo:
        # cgo wrote this name into what it made.
        command += flags.compilers.mapped(compiler, f"{request.folder}/", f"{request.mapped}/")
    command += ["-frandom-seed=1"] * flags.compilers.supports(compiler, "-frandom-seed=1")
    folder, name = os.path.split(job.file)
    if name.endswith((".s", ".S", ".sx")) and flags.compilers.supports(compiler, "-fdebug-compilation-dir=a"):
        # Of assembly's folders clang maps only some: as with the go command, the real one shows in the others.
        real = os.path.dirname(os.path.realpath(job.file))
        command.append(f"-fdebug-compilation-dir={real}")
        real_root = real.removesuffix(folder.removeprefix(root))
        command += flags.compilers.mapped(compiler, real_root, request.root_rewrite)
    flags.tools.run([*command, "-o", job.output, "-c", name], cwd=folder, hide=request.hidden)


def _dynimport(request: PackageRequest, flags: _Flags, objects: list[str]) -> str:
    """Link the objects for a try and return what came of it, a Go file or an object.

    The dynamic imports go to a Go file; a failure becomes a token that asks for the C linker.
    """
    main = f"{request.objdir}/_cgo_main"
    _compile(request, flags, _Job(main + ".c", main + ".o", flags.cpp + flags.c, flags.cc))
    linker = flags.cxx_tool if request.cxx or request.swigcxx or request.c_cxx else flags.cc
    target, output = f"{request.objdir}/_cgo_.o", f"{request.objdir}/_cgo_import.go"
    command = [*flags.compilers.command(linker), "-o", target, main + ".o", *objects]
    command += [os.path.abspath(file) for file in request.linked_syso]
    try:
        flags.tools.run([*command, *_try_flags(request, flags.ld)])
    except BuilderError:
        failed = f"{request.objdir}/dynimportfail"
        Path(failed).touch()
        return failed
    linker_name = ["-dynlinker"] * (request.std and request.importpath == "runtime/cgo")
    cgo = os.path.abspath(request.cgo)
    flags.tools.run([cgo, "-dynpackage", request.name, "-dynimport", target, "-dynout", output, *linker_name])
    return output


def _try_flags(request: PackageRequest, flags: list[str]) -> list[str]:
    """Return the linker's flags for the try, which on some targets must be position independent."""
    if request.goos != "android" and (request.goos, request.goarch) != ("linux", "arm"):
        return flags
    flags = flags if "-no-pie" in flags else [*flags, "-pie"]
    return [flag for flag in flags if flag != "-static"] if "-pie" in flags else flags


def _check_directives(flags: _Flags, go: list[str]) -> None:
    """Refuse flags for the linker that were smuggled into files that cgo writes (processCgoOutputs)."""
    written: list[str] = []
    for file in go:
        if os.path.basename(file).startswith("_cgo_"):
            text = Path(file).read_text(encoding="utf-8", errors="surrogateescape")
            written += [
                flag.strip().strip('"') for flag in re.findall(r"^[^/\n]*//go:cgo_ldflag(.*)$", text, re.MULTILINE)
            ]
    allowed = flags.ld
    start = next((at for at in range(len(written)) if written[at : at + len(allowed)] == allowed), None)
    if allowed and start is not None:
        del written[start : start + len(allowed)]
    flags.check.linker("go:cgo_ldflag", written)
