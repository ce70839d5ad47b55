"""Where sources are on this machine: Bazel's folders, the modules that it fetched, the SDK, the module cache."""

from __future__ import annotations

import os
import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from gomod2bazel.base.errors import Gomod2bazelError
from gomod2bazel.base.process.session import Session
from gomod2bazel.bazel.names import SDK, repository_name
from gomod2bazel.provision.bazel import find_bazel
from gomod2bazel.provision.go import find_go

__all__ = ["Places"]

# Canonical names of repositories that go_modules makes: `~` parts their elements up to Bazel 7, `+` since 8.
_OURS = re.compile(r"(?:gomod2bazel[~+][^~+]*|_main)[~+]go_modules[~+]([^~+]+)")

# What Bazel's links in the workspace begin with (--symlink_prefix).
_PREFIX = re.compile(r"--symlink_prefix[= ](\S+)")

# Where go_repository unpacks a zip.
_UNPACKED = ".module"


@dataclass(frozen=True)
class Places:
    """Folders of one repository.

    Attributes:
        session: of the run.
        root: the repository's.
    """

    session: Session
    root: Path

    @cached_property
    def _bazel(self) -> tuple[str, str]:
        """Bazel's output base, and bazel-bin; empty where Bazel never built anything.

        Bazel is asked only where .bazelrc keeps it from making its links: that starts its server.
        """
        options = "".join(map(_text, (self.root / ".bazelrc", self.root / "user.bazelrc")))
        prefix = _PREFIX.search(options)
        out, bin_folder = (Path(f"{self.root}/{prefix[1] if prefix else 'bazel-'}{name}") for name in ("out", "bin"))
        if out.is_symlink():
            # OUTPUT_BASE/execroot/_main/bazel-out
            return str(out.resolve().parents[2]), str(bin_folder.resolve()) if bin_folder.is_symlink() else ""
        return self._ask_bazel() if prefix or "convenience_symlinks" in options else ("", "")

    def _ask_bazel(self) -> tuple[str, str]:
        """Return what Bazel says of its folders."""
        session = self.session
        try:
            tool = find_bazel(session.environment, session.runner, session.caches, session.steps, fetch=False)
            command = (str(tool.path), *tool.arguments, "info", "output_base", "bazel-bin")
            done = session.runner.run(command, env=session.environment, cwd=self.root, timeout=60)
        except Gomod2bazelError:
            return "", ""
        lines = dict(line.split(": ", 1) for line in done.out.splitlines() if ": " in line)
        return lines.get("output_base", ""), lines.get("bazel-bin", "")

    @property
    def bazel_bin(self) -> str:
        """Where Bazel puts what it builds; empty if unknown."""
        return self._bazel[1]

    @property
    def external(self) -> str:
        """Where Bazel's external repositories are; empty if unknown."""
        return f"{self._bazel[0]}/external" if self._bazel[0] else ""

    @cached_property
    def repositories(self) -> Mapping[str, str]:
        """Folders of the module extension's repositories that Bazel fetched, by the names that the lock gives them."""
        try:
            names = os.listdir(self.external) if self.external else []  # noqa: PTH208 - names are all it needs
        except OSError:
            names = []
        matches = (_OURS.fullmatch(name) for name in names)
        return {match[1]: f"{self.external}/{match[0]}" for match in matches if match}

    def module(self, path: str, version: str, replaced_by: str, group: int, example: str) -> str:
        """Return the folder of a module's sources; empty where they are nowhere.

        Args:
            path: of the module.
            version: of it; empty for a main module.
            replaced_by: what replaces it, as the lock has it.
            group: of the lock.
            example: the name of a file in it.
        """
        repository = self.repositories.get(repository_name(path, version, group), "")
        unpacked = f"{repository}/{_UNPACKED}"
        if repository and os.path.isfile(f"{unpacked}/{example}"):  # noqa: PTH113 - hundreds of them
            return unpacked
        if repository:
            # A module in a folder: its repository has links.
            real = os.path.realpath(f"{repository}/{example}")
            if real.endswith(f"/{example}") and os.path.isfile(real):  # noqa: PTH113
                return real.removesuffix(f"/{example}")
        source, _, replaced_version = replaced_by.partition("@")
        cached = f"{self._module_cache}/{_escaped(source or path)}@{_escaped(replaced_version or version)}"
        return cached if os.path.isfile(f"{cached}/{example}") else ""  # noqa: PTH113

    @cached_property
    def _module_cache(self) -> str:
        environment = self.session.environment
        gopath = environment.get("GOPATH", "").split(os.pathsep)[0] or f"{environment.get('HOME', '')}/go"
        return environment.get("GOMODCACHE") or f"{gopath}/pkg/mod"

    @cached_property
    def goroot(self) -> str:
        """The Go SDK's folder: that which Bazel uses, else that of the go command; empty where there is neither."""
        for name, folder in self.repositories.items():
            if name == SDK or name.startswith(f"{SDK}_"):
                real = os.path.realpath(f"{folder}/src/fmt/print.go")
                if os.path.isfile(real):  # noqa: PTH113
                    return real.removesuffix("/src/fmt/print.go")
        session = self.session
        try:
            go = find_go(session.environment, session.runner, session.caches, session.steps, fetch=False)
            done = session.runner.run((go.path, "env", "GOROOT"), env=session.environment, cwd=self.root, timeout=60)
        except Gomod2bazelError:
            return ""
        return done.out.strip()

    def export_file(self, repository: str, folder: str, target: str) -> str:
        """Return the export data of a package that Bazel compiled, or nothing."""
        place = self.bazel_bin
        if repository:
            canonical = self.repositories.get(repository, "").rpartition("/")[2]
            place = f"{place}/external/{canonical}"
        path = f"{place}/{folder}/{target}.x" if folder else f"{place}/{target}.x"
        return path if self.bazel_bin and os.path.isfile(path) else ""  # noqa: PTH113


def _escaped(path: str) -> str:
    """Return a path as the module cache has it: capitals as an exclamation mark and the small letter."""
    return re.sub(r"[A-Z]", lambda match: f"!{match[0].lower()}", path)


def _text(path: Path) -> str:
    """Return the text of a file; nothing where there is none."""
    try:
        return path.read_text(encoding="utf-8", errors="replace")
    except OSError:
        return ""
