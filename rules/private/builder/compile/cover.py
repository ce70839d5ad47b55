"""Instrument a package's Go files for coverage, before cgo and the compiler see them.

Follows the go command (cmd/go/internal/work: runCover, cover, writeCoverPkgInputs).
"""

from __future__ import annotations

import hashlib
import json
import os
from dataclasses import replace
from pathlib import Path

from builder.base.tools import Tools
from builder.requests.package import PackageRequest

__all__ = ["compiler_flags", "instrument"]

# What cmd/cover writes behind the package clause of a main package.
_HOOK = b'; import _ "runtime/coverage"'


def instrument(request: PackageRequest, tools: Tools) -> PackageRequest:
    """Return ``request`` with instrumented copies in place of its Go files, or as it is where it asks for none."""
    if not request.cover_mode:
        return request
    # Tests do not count themselves.
    chosen = [file for file in [*request.go, *request.cgo_go] if not file.endswith("_test.go")]
    if not chosen:
        return replace(request, cover_mode="")
    sources = [os.path.abspath(file) for file in chosen]
    copies = [f"{request.objdir}/{os.path.basename(file).removesuffix('.go')}.cover.go" for file in sources]
    counters = f"{request.objdir}/covervars.go"
    config, outputs = f"{request.objdir}/pkgcfg.txt", f"{request.objdir}/coveroutfiles.txt"
    Path(config).write_text(json.dumps(_config(request)) + "\n", encoding="utf-8")
    Path(outputs).write_text("".join(f"{file}\n" for file in [counters, *copies]), encoding="utf-8")
    # Keeps the variable apart from the package's own.
    name = f"goCover_{hashlib.sha256(request.importpath.encode()).hexdigest()[:12]}_"
    command = [os.path.abspath(request.cover), "-pkgcfg", config, "-mode", request.cover_mode, "-var", name]
    tools.run([*command, "-outfilelist", outputs, *sources], cwd=request.objdir, hide=request.hidden)
    if request.name == "main" and not any(line.startswith("runtime/coverage=") for line in request.imports):
        # A test of it: there the main package of the test writes the counts.
        for file in copies:
            path = Path(file)
            path.write_bytes(path.read_bytes().replace(_HOOK, b"", 1))
    made = dict(zip(chosen, copies, strict=True))
    cgo_go = [made[file] for file in request.cgo_go]
    for file in cgo_go:
        _hide_folder(Path(file), request)
    return replace(request, go=[counters, *(made.get(file, file) for file in request.go)], cgo_go=cgo_go)


def _hide_folder(path: Path, request: PackageRequest) -> None:
    """Name the sources' folder as debug information will: cgo makes symbols of a digest of the file's text.

    The go command leaves the folder there, so that the same sources in another folder give another binary.
    """
    text = path.read_bytes()
    actual, mapped = (b"//line " + os.fsencode(folder) + b"/" for folder in (request.absdir, request.mapped))
    path.write_bytes(text.replace(actual, mapped, 1))


def compiler_flags(request: PackageRequest) -> list[str]:
    """Return the compiler's flags for a package whose sources are instrumented."""
    return [f"-coveragecfg={_notes(request)}"] if request.cover_mode else []


def _config(request: PackageRequest) -> dict[str, str | bool]:
    return {
        "OutConfig": _notes(request),
        "PkgPath": request.importpath,
        "PkgName": request.name,
        "Granularity": "perblock",
        "ModulePath": request.module,
        "Local": False,
        "EmitMetaFile": "",
    }


def _notes(request: PackageRequest) -> str:
    """Return the file in which the cover tool leaves word for the compiler."""
    return f"{request.objdir}/coveragecfg"
