"""One platform's share of a run, ready to be built: what was chosen, and all that Bazel needs of the module."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass
from typing import Any

from gomod2bazel.base.errors import Gomod2bazelError
from gomod2bazel.bazel.prepared import PreparedModule
from gomod2bazel.install.install import Binary
from gomod2bazel.install.record import Input

__all__ = ["ChosenBinary", "PlatformBuild"]


@dataclass(frozen=True, slots=True, kw_only=True)
class ChosenBinary:
    """A binary to build.

    Attributes:
        target: the name of its target.
        name: of the file that Bazel makes.
        import_path: of its main package.
        set: that it belongs to.
        files: what is installed of it, itself first.
    """

    target: str
    name: str
    import_path: str
    set: str
    files: tuple[Binary, ...]

    @classmethod
    def from_dict(cls, value: Mapping[str, Any]) -> ChosenBinary:
        """Return what `dataclasses.asdict` made of one, as read from JSON."""
        files = (
            Binary(**{**file, "inputs": tuple(Input(**item) for item in file["inputs"])}) for file in value["files"]
        )
        return cls(**{**value, "files": tuple(files)})


@dataclass(frozen=True, slots=True, kw_only=True)
class PlatformBuild:
    """One platform's share of a run.

    Attributes:
        prepared: the module, for this platform.
        chosen: the binaries to build.
        packages: how many packages they need together.
        place: what messages add for one of several platforms, see `lock.choose.place_of`.
        error: what keeps other binaries that were asked for from being built.
    """

    prepared: PreparedModule
    chosen: tuple[ChosenBinary, ...]
    packages: int
    place: str
    error: Gomod2bazelError | None = None

    @property
    def files(self) -> Iterator[Binary]:
        """What is installed."""
        return (file for binary in self.chosen for file in binary.files)

    @classmethod
    def from_dict(cls, value: Mapping[str, Any]) -> PlatformBuild:
        """Return what `to_dict` wrote.

        Raises:
            KeyError, TypeError: it was not written by this version.
        """
        chosen = tuple(ChosenBinary.from_dict(binary) for binary in value["chosen"])
        prepared = PreparedModule.from_dict(value["prepared"])
        return cls(prepared=prepared, chosen=chosen, packages=value["packages"], place=value["place"])

    def to_dict(self) -> dict[str, Any]:
        """Return it as values of JSON; one with an error cannot be kept."""
        return {
            "prepared": self.prepared.to_dict(),
            "chosen": [asdict(binary) for binary in self.chosen],
            "packages": self.packages,
            "place": self.place,
        }
