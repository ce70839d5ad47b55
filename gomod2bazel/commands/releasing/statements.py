"""The files of -provenance and -checksums, which are about all other files."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from gomod2bazel.commands.releasing.contents_of import digest_of
from gomod2bazel.commands.releasing.releasing import Placed, Planned, Releasing, Scratch, release_file
from gomod2bazel.install.install import BuiltBinary
from gomod2bazel.release.checksums import checksums
from gomod2bazel.release.contents import Release
from gomod2bazel.release.provenance import provenance

__all__ = ["Checksums", "Provenance"]


class Provenance:
    """Makes the in-toto statement."""

    def planned(self, releasing: Releasing) -> Iterator[Planned]:
        """Yield its name."""
        return _planned(releasing, "provenance", releasing.options.release.provenance)

    def make(
        self, releasing: Releasing, release: Release, before: Sequence[Placed], scratch: Scratch
    ) -> Iterator[Placed]:
        """Yield it."""
        for file, destination in self.planned(releasing):
            content = provenance(release, _digests(before), _folder(destination.shown(file.name)))
            yield BuiltBinary(binary=file, source=scratch.written(content)), destination


class Checksums:
    """Makes the checksum file."""

    def planned(self, releasing: Releasing) -> Iterator[Planned]:
        """Yield its name."""
        return _planned(releasing, "checksums", releasing.options.release.checksums)

    def make(
        self, releasing: Releasing, release: Release, before: Sequence[Placed], scratch: Scratch
    ) -> Iterator[Placed]:
        """Yield it."""
        del release
        for file, destination in self.planned(releasing):
            content = checksums(_digests(before), _folder(destination.shown(file.name)))
            yield BuiltBinary(binary=file, source=scratch.written(content)), destination


def _planned(releasing: Releasing, kind: str, text: str) -> Iterator[Planned]:
    if text:
        destination, name = releasing.place(text, kind)
        yield release_file(name, kind), destination


def _folder(path: str) -> str:
    return path.rpartition("/")[0] or ("/" if path.startswith("/") else ".")


def _digests(files: Sequence[Placed]) -> Mapping[str, str]:
    """Return the SHA-256 of each file by its path without the prefix."""
    return {place.shown(item.binary.name, item.binary.folder): digest_of(item.source)[1] for item, place in files}
