"""The licence of a module: what the licence files at its root tell together."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from gomod2bazel.base.disk.files import file_errors
from gomod2bazel.release.contents import License, LicenseFile
from gomod2bazel.release.licenses.discovery import Candidate, Kind, candidates
from gomod2bazel.release.licenses.introductions import headers, leaves_choice, readmes
from gomod2bazel.release.licenses.texts.detection import Detection, detect, has_version, with_version
from gomod2bazel.release.licenses.texts.expression import all_of, any_of, identifiers
from gomod2bazel.release.licenses.texts.text_words import decoded

__all__ = ["LARGEST_TEXT", "license_of"]

LARGEST_TEXT = 1 << 20
"""Larger files are listed, and not read: the longest licence of the SPDX list has 100 KB. Bytes."""

_REUSE = re.compile(r"licen[cs]es/[^/]+", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class _Text:
    """A file with a licence or a notice, read.

    Attributes:
        file: which file.
        text: its text; empty where it is too long, or not text.
        detection: which licence it is.
    """

    file: Candidate
    text: str
    detection: Detection


def license_of(folder: Path) -> License:
    """Return the licence of a module, and its files with licences and notices.

    The licence files at the root decide, and all of them: ``MIT AND Apache-2.0``. It is ``OR`` where an
    ``SPDX-License-Identifier:`` line, a README or a file that lists the licences leaves the choice. A module without
    such a file at its root has the licences of its folder LICENSES. Where one of these texts is not known, the licence
    is not known either. Files in other folders, notices and the licences of dependencies do not change it.

    Args:
        folder: where the module is unpacked.

    Raises:
        FileError: something of it cannot be read.
    """
    texts = [_read(file) for file in candidates(folder)]
    mentioned = frozenset[str]().union(*(text.detection.mentioned for text in texts if _is_at_root(text)))
    if not all(has_version(text.detection.expression) for text in texts):
        mentioned = mentioned.union(*(detect(text).mentioned for text in (*readmes(folder), *headers(folder))))
    files = tuple(
        LicenseFile(
            path=text.file.path,
            source=text.file.source,
            expression=with_version(text.detection.expression, mentioned),
        )
        for text in texts
    )
    return License(expression=with_version(_combined(folder, _deciding(texts)), mentioned), files=files)


def _read(file: Candidate) -> _Text:
    with file_errors("read", file.source), file.source.open("rb") as stream:
        data = stream.read(LARGEST_TEXT + 1)
    text = decoded(data) if len(data) <= LARGEST_TEXT else ""
    # Only a file without content asks for nothing: one that cannot be read as text is not known.
    return _Text(file, text, detect(text) if text or not data else Detection())


def _is_at_root(text: _Text) -> bool:
    return "/" not in text.file.path and text.file.kind is not Kind.THIRD_PARTY


def _deciding(texts: Sequence[_Text]) -> list[_Text]:
    """Return the texts that decide what the licence is."""
    at_root = [text for text in texts if _is_at_root(text) and text.file.kind is not Kind.NOTICE]
    if any(text.file.kind is Kind.LICENSE for text in at_root):
        return at_root
    return [*at_root, *(text for text in texts if text.file.kind is Kind.LICENSE and _REUSE.fullmatch(text.file.path))]


def _combined(folder: Path, texts: Sequence[_Text]) -> str:
    """Return the licence that texts tell together; empty where one of them is not known."""
    unknown = [text for text in texts if not text.detection.is_known]
    parts = {text.detection.expression for text in texts} - {""}
    is_pair = len(parts) == 2 and not any(" " in part for part in parts) and len(unknown) < 2
    statements = (text.text for text in unknown) if unknown else readmes(folder) if is_pair else ()
    if is_pair and any(leaves_choice(statement, parts) for statement in statements):
        return any_of(parts)
    return "" if unknown else all_of(_without_texts_of_choices(parts))


def _without_texts_of_choices(parts: Collection[str]) -> Iterator[str]:
    """Yield expressions, without the licences that another expression leaves the choice of: they are its texts."""
    choices = {name for part in parts if " OR " in part for name in identifiers(part)}
    yield from (part for part in parts if part not in choices)
