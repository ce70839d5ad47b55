"""The files of -docs: what modules have for their binaries, such as manual pages and licences."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from gomod2bazel.base.disk.files import read_bytes
from gomod2bazel.base.errors import UsageError
from gomod2bazel.bazel.names import repository_name
from gomod2bazel.commands.releasing.contents_of import ReleasePart
from gomod2bazel.commands.releasing.releasing import Placed, Planned, Releasing, Scratch, release_file
from gomod2bazel.golang.command.names import binary_name
from gomod2bazel.install.destination import Destination
from gomod2bazel.install.install import Binary, BuiltBinary
from gomod2bazel.lock.reader import read_lock
from gomod2bazel.release.contents import Release
from gomod2bazel.release.distribution.documents import (
    Document,
    Layout,
    Selection,
    base_of,
    documents_of,
    package_name,
)

__all__ = ["Documents"]


class Documents:
    """Takes the documents of each module whose binaries are installed."""

    def planned(self, releasing: Releasing) -> Iterator[Planned]:
        """Yield the documents.

        Raises:
            UsageError: different files would have one name.
        """
        for item in _documents(releasing, [binary for part in releasing.parts for binary in part.binaries]):
            yield item.file, item.destination

    def make(
        self, releasing: Releasing, release: Release, before: Sequence[Placed], scratch: Scratch
    ) -> Iterator[Placed]:
        """Yield the documents of what was built."""
        del release
        for item in _documents(releasing, [built.binary for built, _ in before]):
            yield BuiltBinary(binary=item.file, source=scratch.written(item.document.content)), item.destination


@dataclass(frozen=True, slots=True, kw_only=True)
class _PlacedDocument:
    """A document, as the installer takes it."""

    document: Document
    file: Binary
    destination: Destination


def _documents(releasing: Releasing, binaries: Iterable[Binary]) -> Iterator[_PlacedDocument]:
    """Yield the documents of modules, each once.

    Args:
        releasing: what is built.
        binaries: those of it that are installed, among others.

    Raises:
        UsageError: different files would have one name.
    """
    words = releasing.options.release.documents
    if not words:
        return
    installed = set(binaries)
    placed: dict[tuple[str, str], tuple[ReleasePart, Document]] = {}
    for part, parts in _by_module(releasing.parts):
        names = {_name(binary) for each in parts for binary in each.binaries if binary in installed}
        base = Destination(destination=base_of(part.destination.destination), prefix=part.destination.prefix)
        for document in _of_module(part, names - {""}, words) if names else ():
            key = (str(base.real(".")), document.name)
            other, before = placed.setdefault(key, (part, document))
            if before is document:
                yield _placed(document, part, base)
            elif _content(before) != _content(document):
                raise UsageError(
                    f"-docs: {base.shown(document.name)} would be of {other.text} and of {part.text}",
                    hint="build them in two runs, or with another -destination",
                )


def _by_module(parts: Iterable[ReleasePart]) -> list[tuple[ReleasePart, list[ReleasePart]]]:
    """Group the platforms of each module whose binaries have one destination; return the first of each group, too."""
    groups: dict[tuple[str, str, str, Destination], list[ReleasePart]] = {}
    for part in parts:
        key = (part.prepared.path, part.prepared.version, part.prepared.root, part.destination)
        groups.setdefault(key, []).append(part)
    return [(group[0], group) for group in groups.values()]


def _name(binary: Binary) -> str:
    """Return what documents call a binary; empty for a renamed one, as they call it by its old name."""
    name = binary_name(binary.import_path)
    return name if binary.kind == "executable" and binary.name.removesuffix(".exe") == name else ""


def _of_module(part: ReleasePart, names: set[str], words: Sequence[str]) -> tuple[Document, ...]:
    prepared = part.prepared
    folder = prepared.root or prepared.folders.get(repository_name(prepared.path, prepared.version), "")
    if not folder:
        return ()
    others = {binary_name(binary.import_path) for binary in read_lock(prepared.lock, "lock").binaries}
    selection = Selection(kinds=words, installed=names, others=others)
    zsh = "vendor-completions" if "debian" in words else "site-functions"
    return documents_of(Path(folder), selection, Layout(package=package_name(prepared.path), zsh=zsh))


def _placed(document: Document, part: ReleasePart, base: Destination) -> _PlacedDocument:
    about = part.binaries[0]
    file = release_file(document.name, document.kind, about)
    return _PlacedDocument(document=document, file=file, destination=base)


def _content(document: Document) -> bytes:
    return document.content if isinstance(document.content, bytes) else read_bytes(document.content)
