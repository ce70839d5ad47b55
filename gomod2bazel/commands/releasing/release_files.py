"""The files of a release: their names before the build, and the files once its binaries are built."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from gomod2bazel.base.process.session import Session
from gomod2bazel.commands.releasing.archives import Archives
from gomod2bazel.commands.releasing.contents_of import release_of
from gomod2bazel.commands.releasing.documents import Documents
from gomod2bazel.commands.releasing.images import Images
from gomod2bazel.commands.releasing.licenses import Licenses, with_licenses, with_policy
from gomod2bazel.commands.releasing.releasing import Placed, Planned, Producer, Releasing, Scratch
from gomod2bazel.commands.releasing.sboms import Sboms
from gomod2bazel.commands.releasing.statements import Checksums, Provenance

__all__ = ["make_release_files", "planned_files"]

_PRODUCERS: tuple[Producer, ...] = (
    Sboms(),
    Archives(),
    Documents(),
    Images(),
    Licenses(),
    Provenance(),
    Checksums(),
)
"""In this order: a statement lists what those before it have made."""


def planned_files(releasing: Releasing) -> list[Planned]:
    """Return the files that will be made, as far as their names are known before the build.

    Raises:
        UsageError: they cannot be made, or not under these names.
    """
    return [planned for producer in _PRODUCERS for planned in producer.planned(releasing)]


def make_release_files(session: Session, releasing: Releasing, built: Sequence[Placed], folder: Path) -> list[Placed]:
    """Make the release files.

    Args:
        session: for SOURCE_DATE_EPOCH.
        releasing: what they are made for.
        built: the binaries.
        folder: an empty folder for the files, until they are installed.

    Returns:
        The binaries, with their licences, and the files, all to be installed.

    Raises:
        Gomod2bazelError: one cannot be made.
    """
    release = with_policy(releasing, release_of(session, releasing.options, releasing.parts, [b for b, _ in built]))
    scratch = Scratch(folder)
    made: list[Placed] = []
    for producer in _PRODUCERS:
        made += producer.make(releasing, release, [*built, *made], scratch)
    return [*with_licenses(built, release), *made]
