"""The files of -sbom."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

from gomod2bazel.commands.releasing.releasing import Placed, Planned, Releasing, Scratch, release_file
from gomod2bazel.install.destination import Destination
from gomod2bazel.install.install import Binary, BuiltBinary
from gomod2bazel.release.contents import Release
from gomod2bazel.release.sbom.sbom import KIND, sbom_files, sbom_names

__all__ = ["Sboms"]


class Sboms:
    """Makes an SBOM of each binary, and one of all binaries of a destination."""

    def planned(self, releasing: Releasing) -> Iterator[Planned]:
        """Yield the SBOMs.

        Raises:
            UsageError: one of them would have the name of another file.
        """
        for destination, binaries in _destinations(releasing).items():
            for form in releasing.options.release.sboms:
                for name in sbom_names(binaries, form):
                    yield release_file(name, KIND), destination

    def make(
        self, releasing: Releasing, release: Release, before: Sequence[Placed], scratch: Scratch
    ) -> Iterator[Placed]:
        """Yield the SBOMs of what could be built."""
        del before
        items = {item.binary: item for item in release.binaries}
        for destination, binaries in _destinations(releasing).items():
            # INPUTs can have a folder each, in which binaries have the same names.
            here = tuple(items[binary] for binary in binaries if binary in items)
            for form in releasing.options.release.sboms if here else ():
                for file in sbom_files(replace(release, binaries=here), form):
                    made = release_file(file.name, file.kind, file.binary)
                    yield BuiltBinary(binary=made, source=scratch.written(file.content)), destination


def _destinations(releasing: Releasing) -> dict[Destination, list[Binary]]:
    """Return what is built, each file once, by where it goes."""
    folders: dict[Destination, dict[Binary, None]] = {}
    for part in releasing.parts:
        folders.setdefault(part.destination, {}).update(dict.fromkeys(part.binaries))
    return {destination: list(binaries) for destination, binaries in folders.items()}
