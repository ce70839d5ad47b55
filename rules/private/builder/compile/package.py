"""Build one package: coverage, symbol ABIs, cgo, compile, assemble, pack; each where the package asks for it.

The order of steps and the flags are those of the go command (cmd/go/internal/work), so that the object is the same.
"""

from __future__ import annotations

import json
import os
import re
import shutil
from collections.abc import Collection
from pathlib import Path

from builder.base import digests, positions
from builder.base.confine import Confinement, named_folders, paths_in_flags
from builder.base.scratch import scratch
from builder.base.tools import BuilderError, Recorder, Tools, toolexec_words
from builder.compile import cgo, cgofiles, cover, excluded, filenames, sources, testfiles
from builder.compile.archive import append
from builder.requests.package import PackageRequest

__all__ = ["build", "confinement_of"]

# How cgo begins names that stand for those of C (cmd/go/internal/work, cgoTypeSigRe).
_CGO_NAME = re.compile(r"\b_C2?(type|func|var|macro)_\B", re.ASCII)


def build(
    request: PackageRequest,
    *,
    keep: bool = False,
    recorder: Recorder | None = None,
    inputs: Collection[str] | None = None,
) -> str:
    """Build the package that ``request`` describes and return what the tools printed, unless a file is to hold that.

    Args:
        request: the package.
        keep: leave the scratch folder behind, for -work; otherwise the sandbox goes away with it.
        recorder: takes commands down in place of running them.
        inputs: of the action; None where nothing else is there.

    Raises:
        BuilderError: a tool failed.
    """
    try:
        return _built(request, keep=keep, recorder=recorder, inputs=inputs)
    except BuilderError as error:
        raise BuilderError(_shown(str(error), request)) from error


def _built(request: PackageRequest, *, keep: bool, recorder: Recorder | None, inputs: Collection[str] | None) -> str:
    if request.standard_library:
        try:
            request = sources.completed(request, inputs)
        except excluded.ExcludedError:
            if not recorder:
                excluded.write(request)
            return ""
    request = cgofiles.parted(request)
    tools = Tools(
        toolexec=toolexec_words(request.toolexec, request.importpath),
        confinement=confinement_of(request),
        recorder=recorder,
    )
    try:
        with scratch(request.objdir, tools, keep=keep):
            _build(request, tools)
    except BuilderError as error:
        missing = excluded.imported(request) if request.standard_library else []
        if missing:
            lines = (f"package {request.importpath} imports {path}: {excluded.EXCLUDED}\n" for path in missing)
            raise BuilderError("".join(lines)) from error
        raise
    finally:
        if not keep:
            shutil.rmtree(filenames.folder_of(request), ignore_errors=True)
    if request.header and not os.path.exists(request.header):
        # No file imports C. Bazel wants the header all the same.
        Path(request.header).touch()
    if not recorder:
        digests.store((request.export, request.archive))
    printed = _shown("".join(tools.printed), request)
    if not request.diagnostics:
        return printed
    diagnostics = f"# {request.importpath}\n{printed}" if printed else ""
    Path(request.diagnostics).write_text(diagnostics, encoding="utf-8", errors="surrogateescape")
    return ""


def _shown(text: str, request: PackageRequest) -> str:
    return positions.in_workspace(text, request.dir, request.rewrite)


def confinement_of(request: PackageRequest) -> Confinement | None:
    """Return what tools may read; no limit where no source can name a file, and none for programs of -toolexec."""
    if request.toolexec or not request.inputs:
        return None
    commands = [request.cc, request.cxx_tool, request.fc, request.gccgo, request.pkg_config_tool]
    commands += [os.environ.get("AR", ""), *["swig"] * bool(request.swig or request.swigcxx)]
    made = [os.path.dirname(file) for file in (request.export, request.archive, request.header) if file]
    paths = [os.path.abspath(path) for path in (*request.inputs, *made)]
    paths += paths_in_flags([*request.asmflags, *(request.gcflags if request.gccgo else [])])
    return Confinement(
        paths=[*paths, request.objdir, *request.visible, *named_folders(dict(os.environ), filter(None, commands))],
        temporary=os.path.join(request.objdir, "tmp"),
        sources=[os.path.abspath(file) for file in _read_by_c(request)],
        flags=[*request.cppflags, *request.cflags, *request.cxxflags, *request.fflags, *request.ldflags],
    )


def _read_by_c(request: PackageRequest) -> list[str]:
    """Return the files that name others for C compilers and assemblers to read."""
    package_files = [
        *request.cgo_go,
        *request.s,
        *request.c,
        *request.cxx,
        *request.m,
        *request.f,
        *request.swig,
        *request.swigcxx,
    ]
    return package_files + [file for file in request.inputs if file.endswith((".h", ".hh", ".hpp", ".hxx", ".inc"))]


def _build(original: PackageRequest, tools: Tools) -> None:
    named = filenames.restored(original)
    if named.gccgo:
        _build_with_gccgo(named, tools)
        return
    request = cover.instrument(testfiles.chosen(named), tools)
    go_files = [os.path.abspath(file) for file in request.go]
    assembly, objects = request.s, []
    if request.cgo_go or request.swig or request.swigcxx:
        made = cgo.build(request, tools)
        go_files += made.go
        objects += made.objects
        assembly = made.assembly
    symabis = _symabis(request, tools, assembly) if assembly else []
    _compile(request, tools, go_files, symabis)
    _copy_platform_headers(request)
    objects = [_assemble(request, tools, file) for file in assembly] + objects
    objects += [os.path.abspath(file) for file in request.syso]
    if objects and tools.recorder:
        tools.recorder.append(request.archive, objects)
    elif objects:
        append(request.archive, objects)


def _build_with_gccgo(request: PackageRequest, tools: Tools) -> None:
    from builder.gccgo import package as gccgo  # noqa: PLC0415 - start-up counts, and few use gccgo

    made = cgo.build(request, tools) if request.cgo_go else None
    generated = made.go if made else []
    objects = [gccgo.compile_go(request, tools, generated, _embedcfg(request) if request.patterns else "")]
    _copy_platform_headers(request)
    if made:
        objects += [f"{request.objdir}/_cgo_flags", *made.objects]
    else:
        objects += gccgo.compile_c(request, tools) + gccgo.assemble(request, tools)
    gccgo.pack(request, tools, objects + [os.path.abspath(file) for file in request.syso])
    gccgo.write_export(request, tools, objects[0])


def _symabis(request: PackageRequest, tools: Tools, assembly: list[str]) -> list[str]:
    Path(request.objdir, "go_asm.h").touch()
    path = f"{request.objdir}/symabis"
    files = [os.path.abspath(file) for file in assembly]
    _run_assembler(request, tools, ["-gensymabis", "-o", path, *files])
    return ["-symabis", path, "-asmhdr", f"{request.objdir}/go_asm.h"]


def _asm_command(request: PackageRequest) -> list[str]:
    command = [os.path.abspath(request.asm), "-p", request.package, "-trimpath", request.trimpath]
    command += ["-I", request.objdir + "/", "-I", os.path.abspath(request.include)]
    for name in (f"GOOS_{request.goos}", f"GOARCH_{request.goarch}"):
        command += ["-D", name]
    command += request.asmflags
    for name in request.defines:
        command += ["-D", name]
    return command + ["-std"] * (request.std and "asm_std" in request.changes)


def _assemble(request: PackageRequest, tools: Tools, file: str) -> str:
    output = f"{request.objdir}/{os.path.splitext(os.path.basename(file))[0]}.o"
    _run_assembler(request, tools, ["-o", output, os.path.abspath(file)])
    return output


def _run_assembler(request: PackageRequest, tools: Tools, arguments: list[str]) -> None:
    """Run the assembler in the package's folder (gcToolchain.asm).

    It takes names in #include and #line, and folders of -I, from where it runs: the object names included files by
    that folder, wherever they were found.
    """
    # Sources from elsewhere alone, generated or of an overlay, leave none.
    Path(request.absdir).mkdir(parents=True, exist_ok=True)
    tools.run([*_asm_command(request), *arguments], cwd=request.absdir, hide=request.hidden)


def _compile(request: PackageRequest, tools: Tools, go_files: list[str], symabis: list[str]) -> None:
    command = [os.path.abspath(request.compile), "-o", os.path.abspath(request.export)]
    command += ["-linkobj", os.path.abspath(request.archive), "-trimpath", request.trimpath]
    command += ["-p", request.package, f"-lang={request.lang}"]
    command += ["-std"] * request.std + ["-complete"] * request.complete
    # wasm and plan9 have no debug information to write.
    command += ["-dwarf=false"] * (request.goos == "plan9" or request.goarch == "wasm")
    command += ["-goversion", request.goversion]
    command += cover.compiler_flags(request)
    command += [f"-pgoprofile={os.path.abspath(request.pgo_profile)}"] * bool(request.pgo_profile)
    # The user's flags come last, so that they count.
    command += [*symabis, f"-c={min(4, os.cpu_count() or 1)}", *request.gcflags]
    command += ["-nolocalimports", "-importcfg", _importcfg(request)]
    if request.patterns:
        command += ["-embedcfg", _embedcfg(request)]
    _run_compiler(request, tools, [*command, "-pack", *go_files])


def _run_compiler(request: PackageRequest, tools: Tools, command: list[str]) -> None:
    """Run the compiler; what it says shows names of cgo as the sources write them (Builder.build since Go 1.27)."""
    uses_cgo = bool(request.cgo_go or request.swig or request.swigcxx)
    if not uses_cgo or "cgo_names_shown" not in request.changes:
        tools.run(command, hide=request.hidden)
        return
    before = len(tools.printed)
    try:
        tools.run(command, hide=request.hidden)
    except BuilderError as error:
        raise BuilderError(_CGO_NAME.sub("C.", str(error))) from error
    tools.printed[before:] = [_CGO_NAME.sub("C.", text) for text in tools.printed[before:]]


def _importcfg(request: PackageRequest) -> str:
    path = f"{request.objdir}/importcfg"
    lines = ["# import config"]
    lines += [f"importmap {line}" for line in request.importmap]
    lines += [f"packagefile {line}" for line in request.imports]
    Path(path).write_text("\n".join(lines) + "\n", encoding="utf-8", errors="surrogateescape")
    return path


def _embedcfg(request: PackageRequest) -> str:
    path = f"{request.objdir}/embedcfg"
    files: dict[str, str] = {}
    for file in request.embed:
        for name in request.embed_names(file):
            files.setdefault(name, os.path.abspath(file))
    patterns = request.patterns
    if request.test == "external":
        # Those of the package under test are here too, and it may have files from elsewhere.
        patterns = {pattern: names for pattern, names in patterns.items() if files.keys() >= set(names)}
    embedded = {name for names in patterns.values() for name in names}
    missing = sorted(embedded - files.keys())
    if missing:
        raise BuilderError(f"{request.importpath}: not among embedsrcs: {', '.join(missing)} (of embed_patterns)\n")
    config = {"Patterns": patterns, "Files": {name: files[name] for name in sorted(embedded)}}
    Path(path).write_text(json.dumps(config), encoding="utf-8")
    return path


def _copy_platform_headers(request: PackageRequest) -> None:
    """Copy defs_linux_amd64.h to defs_GOOS_GOARCH.h and so on, where assembly includes them by those names."""
    endings = {
        f"_{request.goos}_{request.goarch}": "_GOOS_GOARCH",
        f"_{request.goarch}": "_GOARCH",
        f"_{request.goos}": "_GOOS",
    }
    for header in request.h:
        stem, extension = os.path.splitext(os.path.basename(header))
        for ending, generic in endings.items():
            if stem.endswith(ending):
                shutil.copyfile(header, f"{request.objdir}/{stem.removesuffix(ending)}{generic}{extension}")
                break
