"""What the builder reads from a package's sources, where its rule does not say it.

A go_library of a repository's own names files and packages that it imports. Its package clause, its imports of the
standard library, its //go:embed patterns, and which files the target has, are in the files themselves.
"""

from __future__ import annotations

import os
from collections.abc import Collection, Iterable, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

from builder.base import gosource
from builder.base.tools import BuilderError
from builder.compile import embeds
from builder.compile.constraints import context_of
from builder.compile.excluded import EXCLUDED, ExcludedError
from builder.compile.testfiles import is_external
from builder.requests.package import PackageRequest

__all__ = ["completed", "ignored"]

# Sources of these kinds may have build constraints.
_KINDS = ("go", "s", "c", "cxx", "m", "f", "h", "swig", "swigcxx", "syso", "test_go")

# What a command imports to leave its counts of coverage behind when it ends: cmd/cover writes the import into it.
_HOOK = "runtime/coverage"


def completed(request: PackageRequest, inputs: Collection[str] | None = None) -> PackageRequest:
    """Return ``request`` with what its sources tell, and write the list of inputs that it does not use.

    Args:
        request: with `standard_library`.
        inputs: all inputs of the action, relative to the execution root; None where only these are there.

    Raises:
        ExcludedError: no Go file is left for the target.
        BuilderError: an import is not there, or an embedded file.
    """
    request = _of_target(request)
    texts = {path: gosource.text_of(path) for path in (*request.go, *request.test_go)}
    headers = {path: gosource.header(text) for path, text in texts.items()}
    request = _without_ignored(request, headers)
    headers = {path: headers[path] for path in (*request.go, *request.test_go)}
    standard = _Standard(request, inputs)
    request = _named(request, headers, standard)
    mine = {path: source for path, source in headers.items() if _belongs(request, path, source)}
    request = _with_imports(request, mine, standard)
    embedding = [path for path, source in mine.items() if "embed" in source.imports]
    if embedding:
        patterns: dict[str, str] = {}
        for path in embedding:
            shown = f"{request.rewrite}/{os.path.basename(path)}"
            patterns = embeds.patterns_of(shown, texts[path]) | patterns
        names = [name for file in request.embed for name in request.embed_names(file)]
        request = replace(request, patterns=embeds.matched(patterns, names))
    return request


def _of_target(request: PackageRequest) -> PackageRequest:
    """Return the request with the files that the target has."""
    context = context_of(request, "gccgo" if request.gccgo else "gc")
    kept: dict[str, Any] = {kind: [file for file in getattr(request, kind) if context.has(file)] for kind in _KINDS}
    if request.go and not kept["go"] and not request.test:
        raise ExcludedError(f"package {request.importpath}: {EXCLUDED}\n")
    return replace(request, **kept)


def _without_ignored(request: PackageRequest, headers: Mapping[str, gosource.GoSource]) -> PackageRequest:
    """Return the request without the Go files that go/build ignores for what they are: see `ignored`."""
    cgo = bool(request.cgo) or not request.may_import_c
    go = [path for path in request.go if not ignored(headers[path], cgo=cgo)]
    if request.go and not go and not request.test:
        raise ExcludedError(f"package {request.importpath}: {EXCLUDED}\n")
    return replace(request, go=go, test_go=[path for path in request.test_go if not ignored(headers[path])])


def ignored(source: gosource.GoSource, *, cgo: bool = True) -> bool:
    """Return whether a Go file is of no package: documentation of a command, or one that imports C without cgo."""
    return source.package == "documentation" or ("C" in source.imports and not cgo)


def _named(request: PackageRequest, headers: Mapping[str, gosource.GoSource], standard: _Standard) -> PackageRequest:
    """Return the request with the package's name, and with what the compiler gets as a command's path."""
    clauses = [headers[path].package for path in request.go]
    clauses += [headers[path].package for path in request.test_go if not is_external(path, headers[path])]
    clauses += [headers[path].package.removesuffix("_test") for path in request.test_go]
    name = (clauses or [request.importpath.rpartition("/")[2]])[0]
    if request.test == "external":
        return replace(request, name=f"{name}_test")
    if name != "main" or request.test:
        if request.header:
            # Of commands alone; Bazel wants the file all the same.
            Path(request.header).touch()
        return replace(request, name=name, header="")
    package = request.main_path or request.package
    return replace(request, name=name, package=package, pkgpath="", cover_mode=_cover_mode(request, headers, standard))


def _cover_mode(request: PackageRequest, headers: Mapping[str, gosource.GoSource], standard: _Standard) -> str:
    """Return how a command is instrumented: it leaves counts behind only where it imports what writes them."""
    imported = any(_HOOK in source.imports for source in headers.values())
    return request.cover_mode if imported or not request.cover_hook or standard.file(_HOOK) else ""


def _belongs(request: PackageRequest, path: str, source: gosource.GoSource) -> bool:
    return path in request.go or is_external(path, source) == (request.test == "external")


class _Standard:
    """The export data of the standard library that the action has."""

    def __init__(self, request: PackageRequest, inputs: Collection[str] | None) -> None:
        self.folder = os.path.dirname(request.standard_library)
        paths = self._unpacked() if inputs is None else (path for path in inputs if self._is_in(path))
        # The other compiler brings its own.
        self.files = set() if request.gccgo else set(paths)

    def _is_in(self, path: str) -> bool:
        return path.startswith(f"{self.folder}/") and path.endswith(".x")

    def _unpacked(self) -> Iterable[str]:
        for folder, _, names in os.walk(self.folder):
            yield from (f"{folder}/{name}" for name in names if name.endswith(".x"))

    def file(self, path: str) -> str:
        """Return the export data of a package; empty where there is none."""
        file = f"{self.folder}/{path}.x"
        return file if file in self.files else ""


def _with_imports(
    request: PackageRequest, sources: Mapping[str, gosource.GoSource], standard: _Standard
) -> PackageRequest:
    """Return the request with the standard packages that the sources import, or that what is added to them does."""
    known = {line.partition("=")[0] for line in (*request.imports, *request.importmap)} | {"C", "unsafe"}
    used: dict[str, str] = {}
    problems = []
    for path, source in sources.items():
        for imported in source.imports:
            if imported in known or imported in request.cycle:
                continue
            used[imported] = standard.file(imported)
            if not used[imported]:
                place = f"{request.rewrite}/{os.path.basename(path)}:{source.places[imported]}"
                problems.append(f"{place}: {_unknown(imported, request.target)}\n")
    if problems and not request.gccgo:
        raise BuilderError("".join(problems))
    uses_c = request.cgo and any("C" in source.imports for source in sources.values())
    implied = ["runtime/cgo", "syscall"] * (uses_c or bool(request.swig or request.swigcxx))
    implied += ["sync/atomic"] * (request.cover_mode == "atomic")
    implied += [_HOOK] * bool(request.name == "main" and request.cover_mode and not request.test)
    used |= {path: standard.file(path) for path in implied if path not in known}
    if request.unused:
        unused = sorted(standard.files - set(used.values()))
        Path(request.unused).write_text("".join(f"{path}\n" for path in unused), encoding="utf-8")
    imports = [*request.imports, *(f"{path}={file}" for path, file in used.items() if file)]
    outside = [*request.s, *request.c, *request.cxx, *request.m, *request.f, *request.syso, *request.swig]
    complete = not (uses_c or outside or request.swigcxx)
    return replace(request, imports=imports, complete=complete)


def _unknown(path: str, target: str) -> str:
    """Return what is wrong with an import that neither deps nor the lock has, and what helps."""
    deps = f"deps of {target}" if target else "deps"
    if "." in path.partition("/")[0]:
        return f"package {path} is not in {deps}; run gomod2bazel generate, or add it"
    return (
        f"package {path} is neither in {deps} nor among the standard packages of the lock; "
        "run gomod2bazel generate (or lock), or correct the import"
    )
