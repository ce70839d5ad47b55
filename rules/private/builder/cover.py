"""Instrument a package's Go files for coverage, before cgo and the compiler see them.

Follows the go command (cmd/go/internal/work: runCover, cover, writeCoverPkgInputs).
"""

from __future__ import annotations

import hashlib
import json
import os
from dataclasses import replace
from pathlib import Path

from request import Request
from tool import run

__all__ = ["compiler_flags", "instrument"]


def instrument(request: Request) -> Request:
    """Return ``request`` with instrumented copies in place of its Go files, or as it is where it asks for none."""
    if not request.cover_mode:
        return request
    sources = [os.path.abspath(file) for file in [*request.go, *request.cgo_go]]
    copies = [f"{request.objdir}/{os.path.basename(file).removesuffix('.go')}.cover.go" for file in sources]
    counters = f"{request.objdir}/covervars.go"
    config, outputs = f"{request.objdir}/pkgcfg.txt", f"{request.objdir}/coveroutfiles.txt"
    Path(config).write_text(json.dumps(_config(request)) + "\n", encoding="utf-8")
    Path(outputs).write_text("".join(f"{file}\n" for file in [counters, *copies]), encoding="utf-8")
    # Keeps the variable apart from the package's own.
    name = f"goCover_{hashlib.sha256(request.importpath.encode()).hexdigest()[:12]}_"
    command = [os.path.abspath(request.cover), "-pkgcfg", config, "-mode", request.cover_mode, "-var", name]
    run([*command, "-outfilelist", outputs, *sources], cwd=request.objdir, hide=request.hidden)
    plain = len(request.go)
    for file in copies[plain:]:
        _hide_folder(Path(file), request)
    return replace(request, go=[counters, *copies[:plain]], cgo_go=copies[plain:])


def _hide_folder(path: Path, request: Request) -> None:
    """Name the sources' folder as debug information will: cgo makes symbols of a digest of the file's text.

    The go command leaves the folder there, so that the same sources in another folder give another binary.
    """
    text = path.read_bytes()
    there, mapped = (b"//line " + os.fsencode(folder) + b"/" for folder in (request.absdir, request.mapped))
    path.write_bytes(text.replace(there, mapped, 1))


def compiler_flags(request: Request) -> list[str]:
    """Return the compiler's flags for a package whose sources are instrumented."""
    return [f"-coveragecfg={_notes(request)}"] if request.cover_mode else []


def _config(request: Request) -> dict[str, str | bool]:
    return {
        "OutConfig": _notes(request),
        "PkgPath": request.importpath,
        "PkgName": request.name,
        "Granularity": "perblock",
        "ModulePath": request.module,
        "Local": False,
        "EmitMetaFile": "",
    }


def _notes(request: Request) -> str:
    """Return the file in which the cover tool leaves word for the compiler."""
    return f"{request.objdir}/coveragecfg"
