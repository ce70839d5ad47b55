"""What a module's README and the headers of its sources have about its licence."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator
from pathlib import Path

from gomod2bazel.base.disk.files import entries_of, file_errors
from gomod2bazel.release.licenses.texts.text_words import decoded

__all__ = ["headers", "leaves_choice", "readmes"]

# Headers are at the beginning of sources, and a few sources tell what is meant. Bytes, and files.
_HEADER, _MOST_SOURCES = 4096, 40

# READMEs can be books; what is needed of them is a sentence. Bytes.
_README = 1 << 18

# "Licensed under either of Apache License, Version 2.0 or MIT license at your option."
_CHOICE = re.compile(r"\b(?:either|dual|choose|choice)\b.{0,400}?\b(?:your (?:option|choice)|you (?:may|can) choose)\b")


def readmes(folder: Path) -> Iterator[str]:
    """Yield the text of each README at the root of a module.

    Raises:
        FileError: it cannot be read.
    """
    for path in entries_of(folder):
        if path.name.lower().startswith("readme"):
            yield _beginning(path, _README)


def headers(folder: Path) -> Iterator[str]:
    """Yield the beginnings of the Go files at the root of a module.

    Raises:
        FileError: one cannot be read.
    """
    sources = [path for path in entries_of(folder) if path.suffix == ".go"]
    for path in sources[:_MOST_SOURCES]:
        yield _beginning(path, _HEADER)


def leaves_choice(text: str, licenses: Collection[str]) -> bool:
    """Return whether a sentence of a text leaves the choice between licences.

    Args:
        text: a README, or a file that lists licences.
        licenses: the identifiers of the licences, all of which the sentence has to name.
    """
    plain = " ".join(text.lower().split())
    families = [re.sub(r"[^a-z].*", "", name.lower()) for name in licenses]
    return any(all(family in match[0] for family in families) for match in _CHOICE.finditer(plain))


def _beginning(path: Path, size: int) -> str:
    with file_errors("read", path):
        if path.is_symlink() or not path.is_file():
            return ""
        with path.open("rb") as file:
            return decoded(file.read(size))
