"""The configuration that packages are listed for: Go release, platform, tags, and what else decides on files."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

__all__ = ["Configuration"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Configuration:
    """What a lock was made for; file lists depend on it.

    Attributes:
        go: the toolchain, such as go1.26.8.
        goos, goarch: the target.
        arch: NAME=VALUE of the architecture's variable, or empty.
        cgo: CGO_ENABLED.
        tags: build tags.
        experiment: GOEXPERIMENT, or empty.
        buildmode: -buildmode.
        instrument: race, msan or asan, or empty for none of them.
        fips140: the version that GOFIPS140 means, latest, or empty for off.
        compiler: gc or gccgo; the file leaves gc out.
    """

    go: str
    goos: str
    goarch: str
    arch: str
    cgo: bool
    tags: tuple[str, ...]
    experiment: str
    buildmode: str
    instrument: str = ""
    fips140: str = ""
    compiler: str = "gc"

    def to_dict(self) -> dict[str, Any]:
        """Return what the lock file holds."""
        values = {name: getattr(self, name) for name in Configuration.__slots__}
        return {name: value for name, value in values.items() if (name, value) != ("compiler", "gc")}
