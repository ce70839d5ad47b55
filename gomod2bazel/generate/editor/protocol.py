"""The external driver protocol of golang.org/x/tools/go/packages: a request on stdin, an answer on stdout."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from gomod2bazel.base.errors import UsageError

__all__ = ["Package", "Problem", "Request", "answer", "not_handled", "read_request"]

# Bits of packages.LoadMode.
_NEED_COMPILED = 1 << 2
_NEED_EXPORT = 1 << 5
_TYPECHECK_CGO = 1 << 12

_LIST_ERROR = 1
"""packages.ListError: what a build system finds wrong."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """What is asked, in addition to the patterns.

    Attributes:
        compiled: whether to run cgo for the files that are compiled.
        export: whether export data is wanted.
        plain_cgo: whether the type checker reads files that import C as they are, as in gopls.
        tests: whether tests of the packages are wanted too.
        overlay: texts of files that editors have not saved, by path.
    """

    compiled: bool = True
    export: bool = False
    plain_cgo: bool = True
    tests: bool = False
    overlay: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Problem:
    """An error of a package; ``position`` is FILE:LINE:COLUMN, or empty."""

    message: str
    position: str = ""


@dataclass(slots=True, kw_only=True)
class Package:
    """A package.

    Attributes:
        id: unique in an answer: the import path; for tests followed by the test, as ``go list`` writes it.
        path: its import path.
        name: in its package clause.
        folder: where its sources are.
        lock: number of the lock that has the modules it imports; -1 for the standard library.
        go_files: absolute paths of Go sources, those that import C too.
        cgo_files: those of them that import C.
        cgo_flags: for the C compiler.
        other_files, embed_files, ignored_files: absolute paths.
        sources: what its sources import.
        imports: id of each package, by the path that sources write.
        export_file: export data, where a build left it.
        compiled: what the type checker reads where that is not ``go_files``.
        problems: what is wrong with it.
    """

    id: str
    path: str
    name: str
    folder: str
    lock: int = -1
    go_files: list[str] = field(default_factory=list)
    cgo_files: list[str] = field(default_factory=list)
    cgo_flags: list[str] = field(default_factory=list)
    other_files: list[str] = field(default_factory=list)
    embed_files: list[str] = field(default_factory=list)
    ignored_files: list[str] = field(default_factory=list)
    sources: list[str] = field(default_factory=list)
    imports: dict[str, str] = field(default_factory=dict)
    export_file: str = ""
    compiled: list[str] | None = None
    problems: list[Problem] = field(default_factory=list)

    def to_dict(self) -> dict[str, Any]:
        """Return the package as the protocol has it; empty values are left out."""
        value = {
            "ID": self.id,
            "Name": self.name,
            "PkgPath": self.path,
            "Errors": [{"Pos": e.position or "-", "Msg": e.message, "Kind": _LIST_ERROR} for e in self.problems],
            "GoFiles": self.go_files,
            "CompiledGoFiles": self.go_files if self.compiled is None else self.compiled,
            "OtherFiles": self.other_files,
            "EmbedFiles": self.embed_files,
            "IgnoredFiles": self.ignored_files,
            "ExportFile": self.export_file,
            "Imports": self.imports,
        }
        return {key: entry for key, entry in value.items() if entry}


def read_request(text: str) -> Request:
    """Read a request; an empty text asks for all that gopls does.

    Raises:
        UsageError: it is not one.
    """
    if not text.strip():
        return Request(tests=True)
    try:
        value = json.loads(text)
    except ValueError as error:
        raise UsageError(f"the driver request on standard input is not JSON: {error}") from error
    if not isinstance(value, dict) or not isinstance(value.get("mode", 0), int):
        raise UsageError("the driver request on standard input is not an object with a mode")
    mode = value.get("mode", 0)
    overlay = value.get("overlay") or {}
    return Request(
        compiled=bool(mode & _NEED_COMPILED),
        export=bool(mode & _NEED_EXPORT),
        plain_cgo=bool(mode & _TYPECHECK_CGO),
        tests=bool(value.get("tests")),
        overlay={path: _decoded(content) for path, content in overlay.items()},
    )


def _decoded(content: object) -> str:
    """Return the text of a []byte, which encoding/json writes in base 64."""
    # Imported here: most requests have none.
    import base64  # noqa: PLC0415

    try:
        return base64.b64decode(str(content), validate=True).decode("utf-8", "surrogateescape")
    except ValueError as error:
        raise UsageError("the driver request on standard input has an overlay that is not base 64") from error


def not_handled() -> str:
    """Return the answer that makes go/packages ask the go command instead."""
    return json.dumps({"NotHandled": True})


def answer(roots: Iterable[str], packages: Iterable[Package], *, goarch: str, release: int) -> str:
    """Return the text of an answer.

    Args:
        roots: ids of the packages that were asked for.
        packages: these, and all that they import.
        goarch: of the target.
        release: N of the Go release 1.N.
    """
    value = {
        "NotHandled": False,
        "Compiler": "gc",
        "Arch": goarch,
        "Roots": list(roots),
        "Packages": [package.to_dict() for package in packages],
        "GoVersion": release,
    }
    # Names of files may have bytes that are not UTF-8.
    return json.dumps(value, separators=(",", ":"))
