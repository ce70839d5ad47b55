"""Where the driver keeps things: one cache folder under XDG_CACHE_HOME."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from gomod2bazel.base.errors import ToolError, UsageError

__all__ = ["FOLDER_HINT", "Caches"]

FOLDER_HINT = "set XDG_CACHE_HOME to a folder with a plain name, such as /var/cache/USER: letters, digits, dots, dashes"

# What ends a name in -trimpath (cmd/internal/objabi, ApplyRewrites), in the C compilers' -ffile-prefix-map, and in
# files of lines: folders would not be trimmed, and the binary would depend on them.
_MEANT_OTHERWISE = (";", "=", "\n")


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

    def problem(self, bazel_version: str) -> str:
        """Return what keeps builds from working in a folder of this name, or nothing.

        Args:
            bazel_version: Bazel 7 takes names for Latin-1, and Java writes them as UTF-8: it finds none with other
                letters than ASCII again.
        """
        name = str(self.root)
        odd = next((text for text in _MEANT_OTHERWISE if text in name), "")
        if odd:
            return (
                f"{name!r}: {odd!r} in the name of the cache folder prevents compilers from trimming it from file names"
            )
        if not name.isascii() and bazel_version.startswith("7."):
            return f"{name!r}: Bazel {bazel_version} does not support a cache folder whose name is not ASCII"
        return ""

    def check(self, bazel_version: str) -> None:
        """Refuse a cache folder in which no build works.

        Raises:
            ToolError: Its name has characters that a tool takes for something else.
        """
        problem = self.problem(bazel_version)
        if problem:
            raise ToolError(problem, hint=FOLDER_HINT)

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
    def tests(self) -> Path:
        """The Bazel workspace with a copy of the module that was tested last."""
        return self.root / "module-tests"

    @property
    def bazel(self) -> Path:
        """Bazel's output user root."""
        return self.root / "bazel"

    @property
    def disk(self) -> Path:
        """Bazel's disk cache, also that of the go command with gocacheprog."""
        return self.root / "disk"

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
    def hints(self) -> Path:
        """What was seen of the main packages of module versions, by content."""
        return self.root / "hints"

    @property
    def runs(self) -> Path:
        """What earlier runs read and made, to recognise an unchanged input."""
        return self.root / "runs"
