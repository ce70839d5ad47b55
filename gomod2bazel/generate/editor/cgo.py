"""Run cgo for packages that import C, so that the type checker knows C's names."""

from __future__ import annotations

import hashlib
import os
import shlex
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

from gomod2bazel.base.disk.files import make_folder
from gomod2bazel.base.errors import Gomod2bazelError
from gomod2bazel.base.process.session import Session
from gomod2bazel.generate.editor.protocol import Package, Problem
from gomod2bazel.golang.command.configuration import Configuration
from gomod2bazel.provision.rulesroot import add_builder

__all__ = ["Cgo"]

_TYPES = "_cgo_gotypes.go"


@dataclass(frozen=True, slots=True, kw_only=True)
class Cgo:
    """Runs the cgo of an SDK; what it made before for the same files is taken again.

    Attributes:
        session: of the run.
        goroot: the SDK's folder.
        configuration: of the lock.
        includes: folders that C files are included from, in addition to a package's own.
        plain: whether the type checker reads the files that import C themselves, as gopls does.
    """

    session: Session
    goroot: str
    configuration: Configuration
    includes: Sequence[str]
    plain: bool

    def prepare(self, packages: Sequence[Package]) -> None:
        """Give packages the files that the type checker reads; one for which cgo fails has an error."""
        with ThreadPoolExecutor(max_workers=os.cpu_count()) as pool:
            list(pool.map(self._prepare, (package for package in packages if package.cgo_files)))

    def _prepare(self, package: Package) -> None:
        try:
            folder = self._run(package)
        except Gomod2bazelError as error:
            package.problems.append(Problem(message=f"cgo: {error}"))
            return
        generated = f"{folder}/{_TYPES}"
        if self.plain:
            package.compiled = [*package.go_files, generated]
            return
        others = [path for path in package.go_files if path not in package.cgo_files]
        stems = [path.rpartition("/")[2].removesuffix(".go") for path in package.cgo_files]
        package.compiled = [*others, generated, *(f"{folder}/{stem}.cgo1.go" for stem in stems)]

    def _run(self, package: Package) -> str:
        flags = self._flags(package)
        folder = self.session.caches.root / "editor" / self._key(package, flags)
        if (folder / _TYPES).is_file():
            return str(folder)
        make_folder(folder)
        host = "_".join(_host_platform())
        command = [f"{self.goroot}/pkg/tool/{host}/cgo", "-objdir", f"{folder}/", "-importpath", package.path]
        command += ["--", "-I", f"{folder}/", *flags, *package.cgo_files]
        done = self.session.runner.run(command, env=self._environment(), cwd=Path(package.folder), timeout=120)
        if done.code:
            raise Gomod2bazelError(done.err.strip() or done.out.strip() or f"exit status {done.code}")
        return str(folder)

    def _flags(self, package: Package) -> list[str]:
        add_builder(self.session.environment)
        from builder.base.words import expanded  # noqa: PLC0415

        flags = [expanded(flag, package.folder) for flag in package.cgo_flags]
        names = [flag.removeprefix("pkg-config:") for flag in flags if flag.startswith("pkg-config:")]
        plain = [flag for flag in flags if not flag.startswith("pkg-config:")]
        plain += [word for folder in (package.folder, *self.includes) if folder for word in ("-I", folder)]
        if names:
            tool = self.session.environment.get("PKG_CONFIG", "pkg-config")
            done = self.session.runner.run([tool, "--cflags", *names], env=self.session.environment, timeout=60)
            plain += shlex.split(done.out)
        return plain

    def _key(self, package: Package, flags: Sequence[str]) -> str:
        """Return what changes when cgo would make something else: names and states of files, and flags."""
        states = [self.goroot, package.path, str(self.configuration), *flags]
        for path in (*package.cgo_files, *package.other_files):
            stat = Path(path).stat() if Path(path).exists() else None
            states.append(f"{path} {stat and (stat.st_size, stat.st_mtime_ns)}")
        return hashlib.sha256("\0".join(states).encode(errors="surrogateescape")).hexdigest()[:32]

    def _environment(self) -> Mapping[str, str]:
        target = {"GOOS": self.configuration.goos, "GOARCH": self.configuration.goarch, "GOROOT": self.goroot}
        return {**self.session.environment, **target, "CGO_ENABLED": "1"}


def _host_platform() -> tuple[str, str]:
    """Return GOOS and GOARCH of this machine."""
    system, _, _, _, machine = os.uname()
    return system.lower(), {"x86_64": "amd64", "aarch64": "arm64"}.get(machine, machine)
