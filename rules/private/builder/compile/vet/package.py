"""Vet one package as the go command does (cmd/go/internal/work: buildVetConfig, vet).

The program is go vet's, or another of golang.org/x/tools/go/analysis/unitchecker. It is asked about one package, with
the export data and the facts of those that this one imports. It writes the facts of this one, and prints what it finds.
"""

from __future__ import annotations

import json
import os
import re
import shutil
from collections.abc import Collection
from pathlib import Path
from typing import Any

from builder.base.scratch import scratch
from builder.base.tools import BuilderError, Tools, toolexec_words
from builder.compile import cgo, cgofiles, filenames, sources, testfiles
from builder.compile.excluded import ExcludedError
from builder.compile.package import confinement_of
from builder.compile.vet import findings, sarif
from builder.requests.package import PackageRequest
from builder.requests.vet import VetRequest

__all__ = ["build"]

# What generated Go files show in positions and names, and what the go command shows in their place (Shell.reportCmd).
_CGO_LINE = re.compile(r"\[[^\[\]]+\.(cgo1|cover)\.go:[0-9]+(:[0-9]+)?\]")
_CGO_NAME = re.compile(r"\b_C2?(type|func|var|macro)_\B", re.ASCII)

_IGNORED_KINDS = ("go", "test_go", "s", "c", "cxx", "m", "f", "h", "swig", "swigcxx", "syso")


def build(request: VetRequest, *, keep: bool = False, inputs: Collection[str] | None = None) -> str:
    """Write the facts of a package, and its findings where the request names files for them.

    Args:
        request: the package.
        keep: leave the scratch folder behind, for -work.
        inputs: of the action; None where nothing else is there.

    Raises:
        BuilderError: cgo failed.
    """
    tools = Tools(toolexec=toolexec_words(request.toolexec, request.importpath), confinement=confinement_of(request))
    text = ""
    tree: dict[str, Any] = {}
    try:
        with scratch(request.objdir, tools, keep=keep):
            config = _config(request, tools, inputs)
            if config:
                text, tree = _vet(request, config)
    except BuilderError as error:
        # What does not compile is reported by the compiler; importers do without the facts.
        if request.findings and not isinstance(error, ExcludedError):
            raise
    finally:
        if not keep:
            shutil.rmtree(filenames.folder_of(request), ignore_errors=True)
    for file in filter(None, (request.export, request.unused)):
        Path(file).touch()
    if request.findings:
        Path(request.findings).write_text(text, encoding="utf-8", errors="surrogateescape")
    if request.sarif:
        Path(request.sarif).write_text(sarif.report(tree, os.path.basename(request.vet)), encoding="utf-8")
    return ""


def _config(request: VetRequest, tools: Tools, inputs: Collection[str] | None) -> dict[str, Any]:
    """Return what vet is asked (vetConfig); nothing where the package has no files."""
    try:
        package = sources.completed(request, inputs) if request.standard_library else request
    except ExcludedError:
        Path(request.unused).touch()
        return {}
    standard = [line for line in package.imports if line not in request.imports]
    facts = [*request.facts, *(line.removesuffix(".x") + request.facts_ending for line in standard)]
    if request.unused:
        _add_unused_facts(request)
    ignored = _ignored(request, package)
    package = testfiles.chosen(filenames.restored(cgofiles.parted(package)))
    if package.test and package.go == [testfiles.empty_file(package)]:
        return {}
    go = [os.path.abspath(file) for file in package.go]
    uses_cgo = bool(package.cgo_go or package.swig or package.swigcxx)
    if uses_cgo:
        go += cgo.generate(package, tools)
    other = [] if uses_cgo else [*package.s, *package.c, *package.cxx]
    paths = [line.partition("=")[0] for line in package.imports]
    return {
        "ID": request.importpath,
        "Compiler": "gc",
        "Dir": package.absdir,
        "ImportPath": request.importpath,
        "GoFiles": go,
        "NonGoFiles": [os.path.abspath(file) for file in other],
        "IgnoredFiles": [os.path.abspath(file) for file in ignored],
        "ModulePath": request.module,
        "ModuleVersion": request.version,
        "ImportMap": {path: path for path in [*paths, "unsafe"]} | _pairs(package.importmap),
        "PackageFile": _files(package.imports),
        "Standard": {line.partition("=")[0]: True for line in standard},
        "PackageVetx": _files(facts),
        "VetxOnly": not request.findings,
        "VetxOutput": os.path.abspath(request.export),
        "GoVersion": request.lang,
    }


def _pairs(lines: Collection[str]) -> dict[str, str]:
    return dict(line.split("=", 1) for line in lines)


def _files(lines: Collection[str]) -> dict[str, str]:
    return {path: os.path.abspath(file) for path, file in _pairs(lines).items()}


def _add_unused_facts(request: VetRequest) -> None:
    """Add the facts of standard packages whose export data is not used to the list of unused inputs."""
    with open(request.unused, "r+", encoding="utf-8") as file:
        lines = file.read().splitlines()
        file.writelines(f"{line.removesuffix('.x')}{request.facts_ending}\n" for line in lines)


def _ignored(request: PackageRequest, package: PackageRequest) -> list[str]:
    """Return the files that build constraints exclude; those of the package of external tests are none."""
    if request.test == "external":
        return []
    files = [file for kind in _IGNORED_KINDS for file in getattr(request, kind) if file not in getattr(package, kind)]
    return [file for file in files if not os.path.basename(file).startswith(("_", "."))]


def _vet(request: VetRequest, config: dict[str, Any]) -> tuple[str, dict[str, Any]]:
    """Run vet and return what it found: as it prints that, and the same as JSON."""
    file = f"{request.objdir}/vet.cfg"
    Path(file).write_text(json.dumps(config, indent="\t"), encoding="utf-8", errors="surrogateescape")
    kept = findings.in_order(_run(request, [*request.vet_flags, file]), request.elsewhere)
    if not kept or not request.sarif:
        return kept, {}
    printed = _run(request, ["-json", *request.vet_flags, file])
    return kept, findings.tree_of(printed, request.elsewhere)


def _run(request: VetRequest, arguments: list[str]) -> str:
    """Return what vet prints, with positions relative to the workspace."""
    hide = {request.objdir + "/": "", os.getcwd() + "/": ""}
    tools = Tools(toolexec=toolexec_words(request.toolexec, request.importpath))
    try:
        text = tools.run([os.path.abspath(request.vet), *arguments], hide=hide)
    except BuilderError as error:
        text = str(error)
    return _CGO_NAME.sub("C.", _CGO_LINE.sub("", text)) if _CGO_LINE.search(text) else text
