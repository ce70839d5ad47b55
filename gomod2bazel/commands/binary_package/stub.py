"""What is left of a package's sources when it is shipped as an archive: its package clause, its docs, its imports."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Collection, Iterable, Mapping
from pathlib import Path

from gomod2bazel.base.disk.files import read_bytes
from gomod2bazel.golang.command.golist import Package

__all__ = ["IMPORTS", "STUB", "go_folders", "imports_text", "kept_files", "package_doc", "stub_text"]

STUB = "doc.go"
"""The file that marks a package as binary-only, on every platform."""

IMPORTS = "imports_%s_%s.go"
"""The file with what it imports on one platform and not on all of them: GOOS and GOARCH."""

_TAB = "\t"  # begins code in a doc comment, right after the slashes

# What users are to read, wherever it is. Names with other endings may be sources.
_PAPERS = re.compile(
    r"(AUTHORS|CHANGELOG|CONTRIBUTORS|COPYING|COPYRIGHT|LICEN[CS]E|NOTICE|PATENTS|README|SECURITY)([._-][\w-]+)*"
)
_PAPER_ENDINGS = ("", ".md", ".rst", ".txt")


def stub_text(name: str, doc: str, imports: Iterable[str]) -> str:
    """Return the text of `STUB`.

    The comment comes right before the package clause, where no line of it is a build constraint.

    Args:
        name: the name in the package clause.
        doc: the package comment, without its slashes.
        imports: what it imports on all platforms.
    """
    comment = "".join(f"//{'' if line.startswith(_TAB) else ' '}{line}".rstrip() + "\n" for line in doc.splitlines())
    return f"//go:binary-only-package\n\n{comment}{imports_text(name, imports)}"


def imports_text(name: str, imports: Iterable[str]) -> str:
    """Return the text of a file that imports packages: those that the archive was compiled against."""
    lines = "".join(f'\t_ "{path}"\n' for path in sorted(imports))
    return f"package {name}\n" + (f"\nimport (\n{lines})\n" if lines else "")


def package_doc(package: Package) -> str:
    """Return the package comment, that of each of its files in order (go/doc)."""
    # Imported here: the parser takes time to load, and most runs make no stubs.
    from gomod2bazel.golang.command.gosource import read_source  # noqa: PLC0415

    files = sorted((*package.files.get("GoFiles", ()), *package.files.get("CgoFiles", ())))
    docs = (read_source(read_bytes(Path(package.dir, file))).doc for file in files)
    return "\n\n".join(doc.strip("\n") for doc in docs if doc.strip())


def go_folders(files: Iterable[str]) -> frozenset[str]:
    """Return the folders of a module that hold Go files; the root is empty."""
    return frozenset(posixpath.dirname(file) for file in files if file.endswith(".go"))


def kept_files(files: Collection[str], kept: Mapping[str, bool], *, otherwise: bool) -> list[str]:
    """Return the files of a module that are shipped as they are, in order.

    A file goes with the nearest folder at or above it that holds Go files. Of what is not kept, licences, READMEs and
    the like stay; and so do go.mod and go.sum.

    Args:
        files: all files, relative to the module's root.
        kept: whether the files that go with a folder are kept, for each folder with Go files.
        otherwise: whether files that go with none are kept.
    """
    return sorted(
        file for file in files if file in ("go.mod", "go.sum") or _is_paper(file) or _goes_with(file, kept, otherwise)
    )


def _goes_with(file: str, kept: Mapping[str, bool], otherwise: bool) -> bool:  # noqa: FBT001
    folder = posixpath.dirname(file)
    while folder and folder not in kept:
        folder = posixpath.dirname(folder)
    return kept.get(folder, otherwise)


def _is_paper(file: str) -> bool:
    stem, ending = posixpath.splitext(posixpath.basename(file))
    return ending.lower() in _PAPER_ENDINGS and _PAPERS.fullmatch(stem.upper()) is not None
