"""What a build gives to its report."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from gomod2bazel.install.install import Binary
from gomod2bazel.install.record import Record
from gomod2bazel.load.load import Loaded
from gomod2bazel.lock.lock import Lock, LockedBinary
from gomod2bazel.options.options import ChooseOptions

__all__ = ["InstalledRecord", "ReportPart"]


@dataclass(frozen=True, slots=True, kw_only=True)
class InstalledRecord:
    """A file that is in place.

    Attributes:
        record: its entry in result files.
        real: where it is.
        state: new, changed or unchanged.
    """

    record: Record
    real: str
    state: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ReportPart:
    """What was built of one INPUT for one platform.

    Attributes:
        loaded: the module.
        lock: with the evidence for each binary.
        chosen: the binaries, and the files of each, itself first.
        built: import paths of those that were built.
        installed: what is in place of the first file of each, by import path.
        choose: how binaries were chosen.
    """

    loaded: Loaded
    lock: Lock
    chosen: Sequence[tuple[LockedBinary, tuple[Binary, ...]]]
    built: frozenset[str]
    installed: Mapping[str, InstalledRecord]
    choose: ChooseOptions

    @property
    def platform(self) -> str:
        """GOOS/GOARCH."""
        return f"{self.loaded.configuration.goos}/{self.loaded.configuration.goarch}"

    @property
    def name(self) -> str:
        """The module with its version, and the platform."""
        return f"{self.loaded.module} {self.platform}"
