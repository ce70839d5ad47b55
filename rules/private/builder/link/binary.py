"""Link a program with Go's linker: find what it is linked from, and what its module information says of that.

The request names all packages that a program may need. Which of them it does need is in the objects; the go command
knows it from the sources.
"""

from __future__ import annotations

import os
import re
import shutil
from collections.abc import Iterable, Mapping
from dataclasses import replace
from pathlib import Path

from builder.base import digests as stored
from builder.base import gosource
from builder.base.tools import BuilderError, Recorder, Tools, toolexec_words
from builder.compile.constraints import context_of
from builder.compile.excluded import EXCLUDED
from builder.compile.sources import ignored
from builder.compile.testfiles import is_external
from builder.link import godebug, modinfo, objects
from builder.link.confined import confinement_of
from builder.requests.link import BinaryRequest

__all__ = ["build"]

# cmd/link/internal/ld, checkFingerprint.
_MISMATCH = re.compile(r"fingerprint mismatch: (\S+) has ")


def build(
    request: BinaryRequest,
    *,
    keep: bool = False,
    recorder: Recorder | None = None,
    digests: Mapping[str, str] | None = None,
) -> str:
    """Link the program and return what the linker printed.

    Args:
        request: the program.
        keep: leave the scratch folder behind.
        recorder: takes commands down in place of running them.
        digests: of the action's inputs, where Bazel names them.

    Raises:
        BuilderError: the main package is not one, or the linker failed.
    """
    context, named = context_of(request), request.go
    texts = {path: gosource.text_of(path) for path in (*request.go, *request.test_go) if context.has(path)}
    headers = {path: gosource.header(text) for path, text in texts.items()}
    cgo = "cgo" in request.tags
    request = replace(
        request,
        go=[path for path in request.go if path in headers and not ignored(headers[path], cgo=cgo)],
        test_go=[path for path in request.test_go if path in headers and not ignored(headers[path])],
    )
    if named and not request.go and not request.test:
        raise BuilderError(f"package {request.importpath}: {EXCLUDED}\n")
    archives = dict(line.split("=", 1) for line in request.packages)
    linked = objects.Objects(archives=archives, digests=digests or {})
    lines, settings = _module_information(request, linked, texts, headers)
    Path(request.modinfo).write_text("".join(f"{line}\n" for line in lines), encoding="utf-8")
    importcfg = f"{request.export}.importcfg"
    entries = [f"packagefile {line}" for line in request.packages]
    build = modinfo.build_lines(request.settings, settings, request.more_settings, by_name=request.sorted_settings)
    entries += [modinfo.importcfg_line([*lines, *build])] if lines else []
    Path(importcfg).write_text("".join(f"{line}\n" for line in entries), encoding="utf-8", errors="surrogateescape")
    command = [os.path.abspath(request.link), "-o", request.export, "-importcfg", importcfg]
    command += [f"-X=runtime.godebugDefault={settings}"] * bool(settings)
    command += [*_flags(request, linked), request.main]
    # Without inputs no C tool can take part.
    confinement = confinement_of(request, command) if request.inputs and not request.toolexec else None
    tools = Tools(
        toolexec=toolexec_words(request.toolexec, request.importmap_of_main), confinement=confinement, recorder=recorder
    )
    try:
        printed = tools.run(command, hide={f"{os.getcwd()}/": ""})
    except BuilderError as error:
        raise BuilderError(f"{error}{_of_two_versions(request, str(error))}") from error
    else:
        if not recorder:
            stored.store((request.export,))
        return printed
    finally:
        if not keep:
            Path(importcfg).unlink(missing_ok=True)
        if confinement:
            shutil.rmtree(confinement.temporary, ignore_errors=True)


def _of_two_versions(request: BinaryRequest, printed: str) -> str:
    """Return what to do where packages were compiled against different versions of one that both import."""
    mismatch = _MISMATCH.search(printed)
    path = mismatch[1] if mismatch else ""
    archives = [file for name, _, file in (line.partition("=") for line in request.packages) if name == path]
    if len(set(archives)) < 2:
        return ""
    return (
        f"{path} is of two versions here: {' and '.join(sorted(set(archives)))}.\n"
        "The packages that import it are of modules with different locks, and a binary cannot contain both: put these "
        "modules into one go.work, or require the same versions: "
        "https://github.com/gomod2bazel/gomod2bazel/blob/main/docs/how-to/several-modules.md\n"
    )


def _flags(request: BinaryRequest, known: objects.Objects) -> list[str]:
    """Return the linker's flags: some depend on what is linked."""
    linked = {*known.closure(known.imports_of(request.main)), request.importmap_of_main}
    flags = [*request.flags, *(request.cgo_flags if "runtime/cgo" in linked else ()), *request.last_flags]
    cxx = linked.intersection(request.cxx_packages)
    return flags + [f"-extld={request.cxx_tool if cxx else request.cc}"] * request.extld


def _module_information(
    request: BinaryRequest, known: objects.Objects, texts: dict[str, str], headers: dict[str, gosource.GoSource]
) -> tuple[list[str], str]:
    """Return the module lines of a program, and its default GODEBUG settings."""
    is_main = any(headers[path].package == "main" for path in request.go)
    if request.go and not is_main and not request.test:
        package = headers[request.go[0]].package
        raise BuilderError(f"{request.importpath} is package {package}; only a package main links into a binary\n")
    table = Path(request.godebug_table).read_text(encoding="utf-8")
    release = request.goversion.removeprefix("go")

    def settings(*packages: Iterable[str]) -> str:
        paths = [path for files in packages for path in sorted(files, key=os.path.basename)]
        directives = [directive for path in paths for directive in godebug.directives_of(texts[path])]
        lines = dict(line.split("=", 1) for line in request.godebug)
        pairs = godebug.pairs_of(table, release, directives)
        return godebug.default_godebug(table, request.go_line, lines, pairs, fips140=request.fips140)

    _check_directives(request, table, texts)
    of_package = settings(request.go)
    if not request.test:
        return _lines(request, known, headers), of_package
    external = [path for path in request.test_go if is_external(path, headers[path])]
    whole = settings(request.go, [path for path in request.test_go if path not in external], external)
    # The program of a command's tests has the command's information; that of others is written before the go command
    # knows what it imports (cmd/go/internal/load, TestPackagesAndErrors).
    if is_main and whole == of_package:
        return _lines(request, known, headers), whole
    return modinfo.module_lines(f"{request.importpath}.test", request.module.replace("\\n", "\n"), ()), whole


def _check_directives(request: BinaryRequest, table: str, texts: dict[str, str]) -> None:
    """Refuse the //go:debug lines of a package that the go command refuses; it does not look at those of tests."""
    directives = [
        (f"{request.importpath}/{os.path.basename(path)}", directive)
        for path in sorted(request.go, key=os.path.basename)
        for directive in godebug.directives_of(texts[path])
    ]
    problems = list(godebug.problems_of(table, request.goversion.removeprefix("go"), directives))
    if problems:
        raise BuilderError("".join(f"{problem}\n" for problem in problems))


def _lines(request: BinaryRequest, known: objects.Objects, headers: dict[str, gosource.GoSource]) -> list[str]:
    renamed = dict(line.split("=", 1) for line in request.importmap)
    imported = {renamed.get(path, path) for file in request.go for path in headers[file].imports}
    linked = known.closure(imported)
    modules = dict(line.split("=", 1) for line in request.modules)
    return modinfo.module_lines(
        request.importpath,
        request.module.replace("\\n", "\n"),
        [modules[path].replace("\\n", "\n") for path in linked if path in modules],
    )
