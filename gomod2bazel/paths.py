"""Where the driver keeps things: one cache folder under XDG_CACHE_HOME."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from gomod2bazel.errors import UsageError

__all__ = ["Caches"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Caches:
    """The folders under one root; none is created until it is used.

    Attributes:
        root: ``$XDG_CACHE_HOME/gomod2bazel``, or ``~/.cache/gomod2bazel``.
    """

    root: Path

    @classmethod
    def from_environment(cls, environment: Mapping[str, str]) -> Caches:
        """Return the caches that ``environment`` names (XDG Base Directory Specification: relative values are ignored).

        Raises:
            UsageError: neither XDG_CACHE_HOME nor HOME is set.
        """
        base = environment.get("XDG_CACHE_HOME", "")
        if not base or not Path(base).is_absolute():
            home = environment.get("HOME", "")
            if not home:
                raise UsageError(
                    "neither XDG_CACHE_HOME nor HOME is set", hint="set XDG_CACHE_HOME to a folder for caches"
                )
            base = f"{home}/.cache"
        return cls(root=Path(base) / "gomod2bazel")

    @property
    def tools(self) -> Path:
        """Go, Bazel and the Python environment that set-up fetched."""
        return self.root / "tools"

    @property
    def modules(self) -> Path:
        """Module caches, one folder a list of sources."""
        return self.root / "modules"

    @property
    def workspace(self) -> Path:
        """The private Bazel workspace."""
        return self.root / "workspace"

    @property
    def bazel(self) -> Path:
        """Bazel's output user root."""
        return self.root / "bazel"

    @property
    def overlays(self) -> Path:
        """Overlays with absolute paths, by content."""
        return self.root / "overlays"

    @property
    def baselines(self) -> Path:
        """What a baseline made of the go.mod of trees, by content."""
        return self.root / "baselines"

    @property
    def patched(self) -> Path:
        """Patched module versions, as a goproxy hierarchy."""
        return self.root / "patched"

    @property
    def toolexec(self) -> Path:
        """What actions need to know of programs that -toolexec named."""
        return self.root / "toolexec"

    @property
    def scratch(self) -> Path:
        """Temporary files, one folder a run; see `base.scratch`."""
        return self.root / "scratch"

    @property
    def runs(self) -> Path:
        """What earlier runs read and made, to recognise an unchanged input."""
        return self.root / "runs"
