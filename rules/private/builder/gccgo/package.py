"""Compile one package, or link one binary, with gccgo.

Follows the go command (cmd/go/internal/work/gccgo.go), but for two things. No build ID is written: the go command makes
it of its cache's keys. And gccgo gets source names without folders of this machine: it writes them, as they
are, into export data and from there into binaries, whatever -ffile-prefix-map says.
"""

from __future__ import annotations

import os
from pathlib import Path

from builder.base.tools import BuilderError, Tools
from builder.base.words import split
from builder.c.compilers import Compilers, architecture
from builder.gccgo import mangle
from builder.requests.package import PackageRequest

__all__ = [
    "assemble",
    "cgo_options",
    "compile_c",
    "compile_file",
    "compile_go",
    "pack",
    "write_export",
]

# What the go command's $WORK/b001 is called in debug information.
_WORK = "/tmp/go-build"  # noqa: S108 - a name, not a folder
_OBJDIR = f"{_WORK}/b001"

# What sets the module information when a program starts (cmd/go/internal/modload, ModInfoProg).
_MODINFO = """\
package main
import _ "unsafe"
//go:linkname __set_debug_modinfo__ runtime.setmodinfo
func __set_debug_modinfo__(string)
func init() {{ __set_debug_modinfo__({text}) }}
"""


_INCOMPLETE = """\
package p

import "runtime/cgo"

type I cgo.Incomplete
"""


def compile_go(request: PackageRequest, tools: Tools, generated: list[str], embedcfg: str) -> str:
    """Compile the Go sources and return the object.

    Args:
        request: the package.
        tools: run gccgo.
        generated: sources that cgo wrote into the scratch folder.
        embedcfg: the file that lists what is embedded, or empty.

    Raises:
        BuilderError: gccgo's own words.
    """
    objdir, compilers = request.objdir, Compilers(request, tools)
    sources = [*_sources(request, tools), *(f"../{os.path.basename(file)}" for file in generated)]
    if request.modinfo:
        Path(objdir, "_gomod_.go").write_text(_MODINFO.format(text=request.modinfo), encoding="utf-8")
        sources.append("../_gomod_.go")
    here = f"{objdir}/_src_"
    output = f"{objdir}/_go_.o"
    command = [request.gccgo, "-c", "-g", *architecture(request)]
    command += [f"-fdebug-prefix-map={objdir}={_OBJDIR}", "-gno-record-gcc-switches"]
    command += [f"-fgo-pkgpath={request.pkgpath}"] * bool(request.pkgpath)
    command += ["-o", output, *_imports(request, compilers)]
    if embedcfg and compilers.supports([request.gccgo], "-fgo-embedcfg=/dev/null"):
        command.append(f"-fgo-embedcfg={embedcfg}")
    if compilers.supports([request.gccgo], "-ffile-prefix-map=a=b"):
        # Of several that fit, the last counts.
        pairs = ((objdir, _OBJDIR), ("..", _OBJDIR), (here, request.folder))
        command += [f"-ffile-prefix-map={real}={name}" for real, name in pairs]
    tools.run([*command, *request.gcflags, *sources], cwd=here, hide=_hidden(request))
    return output


def _sources(request: PackageRequest, tools: Tools) -> list[str]:
    """Link the sources below a folder of ours under the names that gccgo is to know, and return these, relative to it.

    Of a tree that is ``./below/file.go``: what the go command makes of it when it is run in the tree's folder.
    """
    named = dict(pair.split("=>", 1) for pair in request.overlaid)
    sources = []
    if not request.go:
        # A command, to be shown as one; the folders of links are shown with these.
        tools.run(["mkdir", f"{request.objdir}/_src_"])
    for file in request.go:
        base = os.path.basename(file)
        name = f"{request.folder}/{named.get(base, base)}"
        copy = Path(request.objdir, "_src_", name)
        copy.parent.mkdir(parents=True, exist_ok=True)
        copy.symlink_to(os.path.abspath(file))
        sources.append(name)
    return sources


def _hidden(request: PackageRequest) -> dict[str, str]:
    """Call files in messages by import path, as Go's own compiler is made to."""
    names = [os.path.basename(file) for file in request.go]
    renamed = {f"{request.folder}/{name}": f"{request.rewrite}/{name}" for name in names}
    return {**request.hidden, f"{request.objdir}/_src_/": "", **renamed}


def _imports(request: PackageRequest, compilers: Compilers) -> list[str]:
    """Return the flag that tells where export data is: a file that lists it, or a folder of links (importcfg)."""
    pairs = [line.split("=", 1) for line in request.imports]
    if compilers.supports([request.gccgo], "-fgo-importcfg=/dev/null"):
        path = Path(request.objdir, "importcfg")
        lines = ["# import config", *(f"packagefile {name}={os.path.abspath(file)}" for name, file in pairs)]
        path.write_text("\n".join(lines) + "\n", encoding="utf-8")
        return [f"-fgo-importcfg={path}"]
    root = Path(request.objdir, "_importcfgroot_")
    for name, file in pairs:
        folder, _, base = name.rpartition("/")
        archive = root / folder / f"lib{base}.a"
        archive.parent.mkdir(parents=True, exist_ok=True)
        archive.symlink_to(os.path.abspath(file))
    return ["-I", str(root)]


def compile_c(request: PackageRequest, tools: Tools) -> list[str]:
    """Compile the C sources of a package without cgo, which gccgo packages may have; return the objects."""
    return [compile_file(request, tools, os.path.abspath(file)) for file in request.c]


def compile_file(request: PackageRequest, tools: Tools, file: str) -> str:
    """Compile one C source, of the package or of the scratch folder (gccgoToolchain.cc), and return the object."""
    compiler, compilers, include = split(request.cc), Compilers(request, tools), os.path.abspath(request.include)
    # It may be one that Bazel has below the execution root.
    compiler[:1] = [os.path.abspath(name) if "/" in name else name for name in compiler[:1]]
    path = os.path.join(request.objdir, file)
    command = [*compiler, "-Wall", "-g", "-I", request.objdir, "-I", include]
    flags = [*_target(request), f'-DGOPKGPATH="{mangle.symbol(request, tools)}"']
    flags += ["-fsplit-stack"] * compilers.supports(compiler, "-fsplit-stack")
    flags += compilers.mapped(compiler, request.absdir, request.folder)
    flags += compilers.mapped(compiler, request.objdir, _OBJDIR)
    flags += ["-gno-record-gcc-switches"] * compilers.supports(compiler, "-gno-record-gcc-switches")
    output = f"{request.objdir}/{os.path.splitext(os.path.basename(file))[0]}.o"
    tools.run([*command, "-o", output, *flags, "-c", path], cwd=request.absdir, hide=request.hidden)
    return output


def cgo_options(request: PackageRequest, tools: Tools) -> list[str]:
    """Return cgo's flags for gccgo (runCgo); it writes names of sources into the Go files that it makes."""
    pairs = [pair.split("=>", 1) for pair in request.overlaid]
    renamed = [f"{request.absdir}/{name}=>{request.folder}/{new}" for name, new in pairs]
    options = ["-gccgo", *([f"-gccgopkgpath={request.pkgpath}"] if request.pkgpath else [])]
    options += ["-gccgo_define_cgoincomplete"] * (not _knows_incomplete(request, tools))
    return [*options, "-trimpath", ";".join([*renamed, f"{request.absdir}=>{request.folder}"])]


def _knows_incomplete(request: PackageRequest, tools: Tools) -> bool:
    """Return whether this gccgo's runtime/cgo has Incomplete, which came with GCC 13 (supportsCgoIncomplete)."""
    try:
        tools.run([request.gccgo, "-c", "-x", "go", "-", "-o", "/dev/null"], stdin=_INCOMPLETE)
    except BuilderError:
        return False
    return True


def assemble(request: PackageRequest, tools: Tools) -> list[str]:
    """Assemble the .s files, which are in the C compiler's language, and return the objects."""
    outputs = []
    compiler, compilers = [request.gccgo], Compilers(request, tools)
    # The go command maps none: its binaries tell where the assembly lay.
    named = compilers.mapped(compiler, request.absdir, request.folder)
    named += compilers.mapped(compiler, request.objdir, _OBJDIR)
    for file in request.s:
        outputs.append(f"{request.objdir}/{os.path.splitext(os.path.basename(file))[0]}.o")
        command = [*compiler, "-xassembler-with-cpp", "-I", request.objdir, "-c", "-o", outputs[-1], *named]
        command += [*_target(request), f"-DGOPKGPATH={mangle.symbol(request, tools)}"]
        tools.run([*command, os.path.abspath(file)], cwd=request.absdir, hide=request.hidden)
    return outputs


def _target(request: PackageRequest) -> list[str]:
    return ["-D", f"GOOS_{request.goos}", "-D", f"GOARCH_{request.goarch}", *architecture(request)]


def pack(request: PackageRequest, tools: Tools, objects: list[str]) -> None:
    """Write the package's archive."""
    tools.run([*split(os.environ.get("AR") or "ar"), "rcD", os.path.abspath(request.archive), *objects])


def write_export(request: PackageRequest, tools: Tools, compiled: str) -> None:
    """Write what importers read, which is one section of the object: it stays when function bodies alone change."""
    objcopy = tools.run([request.gccgo, "-print-prog-name=objcopy"]).strip() or "objcopy"
    tools.run([objcopy, "-j", ".go_export", compiled, os.path.abspath(request.export)])
