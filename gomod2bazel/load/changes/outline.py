"""The outline of a source file: what loading reads of it. As long as it stays the same, nothing need be loaded again.

``go list`` reads a Go file's build constraints, package clause, imports, cgo preamble and ``//go:embed`` patterns, and
the driver ``//go:debug`` lines and whether there is a func main. What is in functions only the compiler reads.
"""

from __future__ import annotations

import hashlib
import os
import posixpath
import re

__all__ = ["outline_of"]

# Comments and blanks (Go specification, "Comments"), and tokens of an import declaration. Nothing is tried twice.
_BLANK = rb"(?:\s++|//[^\n]*+(?:\n|\Z)|/\*.*?\*/)"
_STRING = rb'(?:"[^"\n]*+"|`[^`]*+`)'
_NAME = rb"[^\s\"`();/]++"
_IMPORT = (
    rb"import" + _BLANK + rb"*+(?:\((?:" + _BLANK + rb"|;|" + _NAME + rb"|" + _STRING + rb")*+\)|"
    rb"(?:" + _NAME + _BLANK + rb"*+)?+" + _STRING + rb")"
)
_HEADER = re.compile(
    rb"\A((?:\xef\xbb\xbf)?+" + _BLANK + rb"*+package" + _BLANK + rb"++\w++"
    rb"(?:(?:" + _BLANK + rb"|;)*+" + _IMPORT + rb")*+)(?:" + _BLANK + rb"|;)*+",
    re.DOTALL,
)
_DECLARATION = re.compile(rb"(?:func|type|var|const)\b|\Z")

# Further down, lines with these matter: patterns, what cgo exports, and everything that mentions a main.
_MARKED = re.compile(rb"//go:|//export|//line|\bmain\b")

# Files that change what is loaded, whatever changes in them: sources for C compilers and what these include, assembly,
# objects, and what the go command reads of modules.
_SOURCES = frozenset(
    f".{suffix}"
    for suffix in (
        *("c", "cc", "cpp", "cxx", "m", "h", "hh", "hpp", "hxx", "inc", "inl", "ipp", "tcc", "def"),
        *("f", "F", "for", "f90", "s", "S", "sx", "swig", "swigcxx", "syso", "a", "mod", "sum", "work"),
    )
)
_LISTS = ("modules.txt",)


def outline_of(name: str, data: bytes) -> str:
    """Return a digest of what loading reads of a file of a module's tree; empty if it may read all of it.

    Args:
        name: the file's name, of any folder.
        data: its content.
    """
    suffix = posixpath.splitext(name)[1]
    if suffix in _SOURCES or posixpath.basename(name) in _LISTS:
        return ""
    if suffix != ".go":
        # Embedded, read by tests, or documentation: its name matters, which its folder has.
        return "-"
    header = _HEADER.match(data)
    if header is None or not _DECLARATION.match(data, header.end()):
        return ""
    marked = [_line_at(data, match.start()) for match in _MARKED.finditer(data, header.end(1))]
    return hashlib.sha256(b"\0".join([os.fsencode(name), header[1], *marked])).hexdigest()[:32]


def _line_at(data: bytes, position: int) -> bytes:
    end = data.find(b"\n", position)
    return data[data.rfind(b"\n", 0, position) + 1 : end if end >= 0 else len(data)]
