"""The files of -oci."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence

from gomod2bazel.base.errors import UsageError
from gomod2bazel.commands.releasing.contents_of import tree_version
from gomod2bazel.commands.releasing.releasing import Placed, Planned, Releasing, Scratch, release_file
from gomod2bazel.install.install import Binary, BuiltBinary
from gomod2bazel.lock.reader import read_lock
from gomod2bazel.options.options import Options
from gomod2bazel.release.contents import Release
from gomod2bazel.release.oci.base import Base, base_of
from gomod2bazel.release.oci.files import LAYOUT_FILES, oci_files
from gomod2bazel.release.oci.linking import dynamic_error, will_be_dynamic
from gomod2bazel.release.oci.platform import Platform
from gomod2bazel.release.oci.references import images_of

__all__ = ["Images"]

_KIND = "image"


class Images:
    """Makes an image of each program for Linux."""

    def planned(self, releasing: Releasing) -> Iterator[Planned]:
        """Yield the files of the layout that do not have the names of their digests.

        Raises:
            Gomod2bazelError: no program is built for Linux, images would have one name, or the base cannot be used.
        """
        options = releasing.options.release
        if not options.oci:
            return
        binaries = [binary for part in releasing.parts for binary in part.binaries]
        images = images_of(binaries, tree_version(releasing.options))
        if not images:
            raise UsageError(
                "-oci: no selected binary is an executable for Linux",
                hint="-platform linux/amd64,linux/arm64 builds for these platforms; or leave out -oci",
            )
        base = _base(releasing.options)
        if base:
            base.check(Platform(binary.goos, binary.goarch) for image in images.values() for binary in image)
        else:
            _check_static(releasing, {binary for image in images.values() for binary in image})
        for name in LAYOUT_FILES:
            yield release_file(name, _KIND), releasing.folder(options.oci)

    def make(
        self, releasing: Releasing, release: Release, before: Sequence[Placed], scratch: Scratch
    ) -> Iterator[Placed]:
        """Yield the files of the layout."""
        del before
        options = releasing.options.release
        if not options.oci:
            return
        destination = releasing.folder(options.oci)
        for file in oci_files(release, scratch.folder / "layers", _base(releasing.options)):
            planned = release_file(file.name, _KIND, file.binary)
            yield BuiltBinary(binary=planned, source=scratch.written(file.content)), destination


def _check_static(releasing: Releasing, binaries: Collection[Binary]) -> None:
    """Refuse programs that will certainly be linked dynamically, before they are built."""
    for part in releasing.parts:
        lock = read_lock(part.prepared.lock, "lock")
        for binary in part.binaries:
            if binary in binaries and will_be_dynamic(lock, binary.import_path):
                raise dynamic_error(binary, "a C library and its loader")


def _base(options: Options) -> Base | None:
    return base_of(options.release.oci_base) if options.release.oci_base else None
