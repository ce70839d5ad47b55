"""Files of a module that C and assembly sources include, whatever they are called: ``#include "Eigen/Core"``."""

from __future__ import annotations

import os
import re
from collections.abc import Iterable, Iterator, Mapping, Set
from pathlib import Path

from gomod2bazel.base.digraph import reachable
from gomod2bazel.base.disk.files import read_bytes

__all__ = ["included_files", "included_names"]

# What a compiler or an assembler opens by a name in the source; a line of a cgo preamble may follow slashes.
# In C, .incbin is in a string, and quotes in it have a backslash.
_INCLUDE = re.compile(rb'(?:#[ \t]*(?:include|include_next|import|embed)[ \t]*[<"]|\.incbin[ \t]+\\?")([^>"\\\n]+)')

_BINARY = (".a", ".dylib", ".lib", ".o", ".so", ".syso")


def included_files(root: Path, sources: Iterable[str], others: Iterable[str]) -> list[str]:
    """Return which of ``others`` the sources include, or what these include in turn, sorted.

    Which folders are searched depends on flags and on the compiler; so a file counts as included when its path ends in
    the name that is written. A file too many costs nothing but an input.

    Args:
        root: the folder of the module.
        sources: files to read, relative to it.
        others: files that may be included, relative to it.
    """
    by_name: dict[bytes, list[str]] = {}
    for file in others:
        by_name.setdefault(os.fsencode(file.rpartition("/")[2]), []).append(file)
    reached: set[str] = set()

    def included(file: str) -> set[str]:
        others = {other for name in included_names(root / file) for other in _matching(name, by_name)}
        reached.update(others)
        return others

    if by_name:
        reachable(sources, included)
    return sorted(reached)


def included_names(path: Path) -> Set[bytes]:
    """Return the names that a file includes; a library, a broken link and what is not a file at all include nothing."""
    if path.suffix in _BINARY or not path.is_file():
        return set()
    return set(_INCLUDE.findall(read_bytes(path)))


def _matching(name: bytes, by_name: Mapping[bytes, list[str]]) -> Iterator[str]:
    # ../ at the front depends on who includes.
    suffix = os.fsdecode(re.sub(rb"^(?:\.{0,2}/)+", b"", os.path.normpath(name)))
    for file in by_name.get(name.rpartition(b"/")[2], ()):
        if f"/{file}".endswith(f"/{suffix}"):
            yield file
