"""One release being made: what it is of, where its files go, and what makes them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import Protocol, TypeAlias

from gomod2bazel.base.disk.files import write_file
from gomod2bazel.base.errors import UsageError
from gomod2bazel.commands.releasing.contents_of import ReleasePart
from gomod2bazel.install.destination import Destination
from gomod2bazel.install.install import Binary, BuiltBinary
from gomod2bazel.options.options import Options
from gomod2bazel.release.contents import Release

__all__ = ["Placed", "Planned", "Producer", "Releasing", "Scratch", "release_file"]

Planned: TypeAlias = tuple[Binary, Destination]
"""A file that will be made, and where it goes."""

Placed: TypeAlias = tuple[BuiltBinary, Destination]
"""A file that was made, and where it goes."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Releasing:
    """What files are made for.

    Attributes:
        options: the command line.
        parts: what is built, and where it goes; at least one.
    """

    options: Options
    parts: Sequence[ReleasePart]

    @property
    def destination(self) -> Destination:
        """Where files go that are about the whole run."""
        return self.parts[0].destination

    def place(self, text: str, flag: str) -> tuple[Destination, str]:
        """Return folder and name of a file that a flag names: below -destination, or if absolute below -prefix alone.

        Raises:
            UsageError: it does not name a file.
        """
        name = text.rpartition("/")[2]
        if name in ("", ".", ".."):
            raise UsageError(f"-{flag} {text}: not the name of a file", hint=f"write -{flag} FILE")
        return self.folder(text.removesuffix(name) or "."), name

    def folder(self, text: str) -> Destination:
        """Return the folder that a flag names: below -destination, or if absolute below -prefix alone.

        Raises:
            UsageError: it would leave the prefix.
        """
        whole = str(PurePosixPath(self.destination.destination, text))
        return Destination(destination=whole, prefix=self.destination.prefix)


class Producer(Protocol):
    """Makes files of one kind; without the flag that asks for them, none."""

    def planned(self, releasing: Releasing) -> Iterable[Planned]:
        """Yield the files that will be made, as far as their names are known before the build.

        Raises:
            UsageError: they cannot be made, or not under these names.
        """

    def make(
        self, releasing: Releasing, release: Release, before: Sequence[Placed], scratch: Scratch
    ) -> Iterable[Placed]:
        """Yield the files.

        Args:
            releasing: what they are made for.
            release: what was built.
            before: the binaries, and the files that other producers have made.
            scratch: takes the files until they are installed.

        Raises:
            Gomod2bazelError: they cannot be made.
        """


@dataclass(slots=True)
class Scratch:
    """Takes files until they are installed.

    Attributes:
        folder: an empty folder.
    """

    folder: Path
    _count: int = 0

    def new(self) -> Path:
        """Return the path of a file that is to be written."""
        self._count += 1
        return self.folder / f"release-{self._count}"

    def written(self, content: bytes | Path) -> Path:
        """Return a file with that content.

        Raises:
            FileError: it cannot be written.
        """
        if isinstance(content, Path):
            return content
        path = self.new()
        write_file(path, content)
        return path


def release_file(name: str, kind: str, about: Binary | None = None) -> Binary:
    """Return a release file as the installer takes it.

    Args:
        name: its path below its destination, with slashes.
        kind: what it is, for result files.
        about: a binary whose module and platform it is of, or None.
    """
    folder, _, file_name = name.rpartition("/")
    return Binary(
        import_path="",
        name=file_name,
        folder=folder,
        kind=kind,
        module=about.module if about else "",
        version=about.version if about else "",
        goos=about.goos if about else "",
        goarch=about.goarch if about else "",
    )
