"""Which files of a module hold licences and notices: by their names, at its root and in its folders.

The names are those that pkg.go.dev, go-licenses and REUSE look for: LICENSE, COPYING, UNLICENSE, MIT-LICENSE and the
like with any suffix that is not one of source code, and NOTICE, PATENTS and COPYRIGHT.
"""

from __future__ import annotations

import os
import re
import stat
from collections.abc import Iterator
from dataclasses import dataclass
from enum import Enum
from pathlib import Path

from gomod2bazel.base.disk.files import file_errors, walk

__all__ = ["LISTS", "Candidate", "Kind", "candidates"]

LISTS = {"NOTICES.txt": "notices", "licenses.json": "license-list"}
"""The names of the files that -licenses writes and that are not in a module, and their kinds."""


class Kind(Enum):
    """What a file's name makes it."""

    LICENSE = "license"
    PATENTS = "patents"
    NOTICE = "notice"
    THIRD_PARTY = "third-party"


@dataclass(frozen=True, slots=True)
class Candidate:
    """A file that holds a licence or a notice, by its name.

    Attributes:
        path: its path in the module, with slashes.
        source: where it can be read.
        kind: what its name makes it.
    """

    path: str
    source: Path
    kind: Kind


_FLAGS = re.IGNORECASE | re.DOTALL
_LICENSE = re.compile(r"(?:.*[-_.])?(?:un)?licen[cs]es?(?:[-_. ].*)?|copying(?:[-_. ].*)?", _FLAGS)
_PATENTS = re.compile(r"patents?(?:[-_.].*)?", _FLAGS)
_NOTICE = re.compile(r"(?:notices?|copyrights?)(?:[-_.].*)?", _FLAGS)
_THIRD_PARTY = re.compile(r"(?:3rd|third)[-_. ]?part(?:y|ies)|dependenc(?:y|ies)|attribution", re.IGNORECASE)

# REUSE (reuse.software) keeps the texts in a folder of this name, as IDENTIFIER.txt.
_FOLDERS_OF_TEXTS = frozenset(("licenses", "licences"))

# license.go is a source, license.json is a list, LICENSE.header is a template for sources.
_NOT_TEXTS = frozenset(
    (
        *("asc", "bazel", "bzl", "c", "cc", "cfg", "css", "csv", "el", "gif", "go", "gohtml", "gotmpl", "h", "header"),
        *("hpp", "html", "ini", "java", "jpeg", "jpg", "js", "json", "lock", "mod", "pdf", "png", "proto", "py", "rb"),
        *("rego", "rs", "sh", "sig", "sum", "svg", "tmpl", "toml", "tpl", "ts", "tsx", "work", "xml", "yaml", "yml"),
        "zip",
    )
)

# What is in these folders is not in a binary.
_PASSED_OVER = frozenset(("node_modules", "testdata", "vendor"))


def candidates(folder: Path) -> list[Candidate]:
    """Return the files of a module that hold licences and notices, by path.

    Hidden folders, testdata, vendor, folders of other modules and those that -licenses wrote are passed over. A symlink
    counts where it leads to a file of the module.

    Args:
        folder: where the module is unpacked.

    Raises:
        FileError: a folder cannot be listed.
    """
    root = os.path.realpath(folder)
    files: list[Candidate] = []
    for inner, folders, names in walk(Path(root), closed=True):
        if inner != root and ("go.mod" in names or LISTS.keys() <= set(names)):
            folders.clear()
            continue
        folders[:] = sorted(name for name in folders if name not in _PASSED_OVER and not name.startswith((".", "_")))
        within = os.path.relpath(inner, root)
        prefix = "" if within == "." else f"{within}/".replace(os.sep, "/")
        files += _in_folder(root, prefix, sorted(names))
    return sorted(files, key=lambda file: file.path)


def _in_folder(root: str, prefix: str, names: list[str]) -> Iterator[Candidate]:
    parent = prefix.rstrip("/").rpartition("/")[2].lower()
    for name in names:
        kind = _kind(name, in_folder_of_texts=parent in _FOLDERS_OF_TEXTS)
        if kind is None:
            continue
        source = Path(root, prefix, name)
        if _is_file_of(source, root):
            is_third_party = _THIRD_PARTY.search(prefix + name) is not None
            yield Candidate(prefix + name, source, Kind.THIRD_PARTY if is_third_party else kind)


def _kind(name: str, *, in_folder_of_texts: bool) -> Kind | None:
    """Return what the name of a file makes it, or None for any other file."""
    if name.rpartition(".")[2].lower() in _NOT_TEXTS:
        return None
    if in_folder_of_texts or _LICENSE.fullmatch(name):
        return Kind.LICENSE
    if _PATENTS.fullmatch(name):
        return Kind.PATENTS
    return Kind.NOTICE if _NOTICE.fullmatch(name) else None


def _is_file_of(path: Path, root: str) -> bool:
    """Return whether a path is a file of the module: not a folder or a pipe, and not a link that leads out of it."""
    with file_errors("read", path):
        if path.is_symlink() and not Path(os.path.realpath(path)).is_relative_to(root):
            return False
        return path.exists() and stat.S_ISREG(path.stat().st_mode)
