"""The files of -archive."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

from gomod2bazel.commands.releasing.contents_of import tree_version
from gomod2bazel.commands.releasing.releasing import Placed, Planned, Releasing, Scratch, release_file
from gomod2bazel.install.destination import Destination
from gomod2bazel.install.install import Binary, BuiltBinary
from gomod2bazel.release.archives import Archive, Member, document_names, plan_archives, write_archive
from gomod2bazel.release.contents import Release, ReleasedBinary, module_key

__all__ = ["Archives"]


class Archives:
    """Makes an archive of each module and platform."""

    def planned(self, releasing: Releasing) -> Iterator[Planned]:
        """Yield the archives.

        Raises:
            UsageError: two of them would have one name.
        """
        for destination, archive in _archives(releasing):
            yield _file(archive), destination

    def make(
        self, releasing: Releasing, release: Release, before: Sequence[Placed], scratch: Scratch
    ) -> Iterator[Placed]:
        """Yield the archives; one is left out if none of its binaries could be built."""
        del before
        built = {item.binary: item for item in release.binaries}
        for destination, archive in _archives(releasing):
            binaries = [built[binary] for binary in archive.binaries if binary in built]
            if binaries:
                output = scratch.new()
                members = [*map(_member, binaries), *_documents(release, archive)]
                write_archive(archive, members, release.created, output)
                yield BuiltBinary(binary=_file(archive), source=output), destination


def _archives(releasing: Releasing) -> Iterator[tuple[Destination, Archive]]:
    options = releasing.options.release
    groups: dict[Destination, list[Binary]] = {}
    for part in releasing.parts if options.archives else ():
        groups.setdefault(part.destination, []).extend(part.binaries)
    for destination, binaries in groups.items():
        for archive in plan_archives(binaries, options.archives, options.archive_name, tree_version(releasing.options)):
            yield destination, archive


def _file(archive: Archive) -> Binary:
    return release_file(archive.name, archive.form, archive.binaries[0])


def _member(item: ReleasedBinary) -> Member:
    # The archive is of one platform: no folder need tell it.
    folder = item.binary.folder.removeprefix(f"{item.binary.goos}_{item.binary.goarch}").strip("/")
    name = f"{folder}/{item.binary.name}".lstrip("/")
    return Member(name=name, source=item.source, is_executable=item.binary.kind == "executable")


def _documents(release: Release, archive: Archive) -> Iterable[Member]:
    """Return the licences and documents of the module whose binaries an archive has."""
    inputs = archive.binaries[0].inputs
    module = release.modules.get(module_key(inputs[0])) if inputs else None
    if module is None or module.folder is None:
        return ()
    sources: dict[str, Path] = {file.path: file.source for file in module.license.files if "/" not in file.path}
    sources |= {name: module.folder / name for name in document_names(module.folder)}
    return [Member(name=name, source=source) for name, source in sources.items()]
