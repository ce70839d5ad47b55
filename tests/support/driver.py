"""The driver as a user runs it: a separate process, with the test session's own caches and one Bazel server."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from gomod2bazel.base.disk.caches import Caches
from gomod2bazel.base.errors import ToolError
from gomod2bazel.base.process.message import Message
from gomod2bazel.base.process.runner import SubprocessRunner
from gomod2bazel.base.process.steps import ShownSteps
from gomod2bazel.golang.command.gocommand import GoCommand
from gomod2bazel.provision.bazel import find_bazel
from gomod2bazel.provision.go import find_go
from support.fork_server import ForkServer
from support.shared import SHORT_LIVED, go_build_cache, shared_disk_cache

__all__ = ["Done", "Driver", "interrupt"]

ROOT = Path(__file__).resolve().parents[2]

_FORK_SERVER = ForkServer()


@dataclass(frozen=True, slots=True, kw_only=True)
class Done:
    """What a process left."""

    code: int
    out: str
    err: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Driver:
    """Runs the driver of this checkout, and the go command.

    Attributes:
        environment: the environment of both; of the user's, whatever steers the go command is left out.
        before: words that come before the driver's command.
    """

    environment: Mapping[str, str]
    before: tuple[str, ...] = ()

    @classmethod
    def with_cache(cls, cache: Path) -> Driver:
        """Return a driver that keeps its caches in ``cache``, with the tools that the user's own finds or sets up."""
        runner, caches = SubprocessRunner(), Caches.from_environment(os.environ)
        go = find_go(os.environ, runner, caches, ShownSteps(say=_say))
        bazel = find_bazel(os.environ, runner, caches, ShownSteps(say=_say))
        plain = {k: v for k, v in os.environ.items() if not k.startswith(("GO", "CGO_", "BUILD_W", "PYTEST_"))}
        _share_go_build_cache(cache / "gomod2bazel" / "go-build")
        changes = {
            "BAZEL": str(_sharing(bazel.path, cache)),
            "GOENV": "off",
            "GOMODCACHE": str(cache / "go" / "mod"),
            "GOPROXY": "off",
            "PATH": f"{go.path.parent}{os.pathsep}{plain.get('PATH', os.defpath)}",
            "PYTHONPATH": str(ROOT),
            "XDG_CACHE_HOME": str(cache),
        }
        return cls(environment={**plain, **dict(bazel.environment), **changes})

    @property
    def caches(self) -> Caches:
        """Where the driver keeps things."""
        return Caches.from_environment(self.environment)

    def with_users_sources(self) -> Driver:
        """Return the same driver with the sources and the module cache that the user's go command has."""
        names = ("GOPROXY", "GOMODCACHE")
        go_variables = {k: v for k, v in os.environ.items() if k.startswith("GO")}
        environment = {k: v for k, v in self.environment.items() if not k.startswith("GO")}
        values = self._run(["go", "env", *names], ROOT, 60, {**environment, **go_variables}).out.splitlines()
        # The checksum database is tested by itself; not every machine that has sources reaches it.
        return self.with_environment(**dict(zip(names, values, strict=True)), GOSUMDB="off")

    def with_release(self, version: str) -> Driver:
        """Return the same driver with the Go of another release, which the user's go command fetches and verifies.

        Raises:
            ToolError: there is no such release, or no source has it.
        """
        go_variables = {k: v for k, v in os.environ.items() if k.startswith("GO")}
        environment = {k: v for k, v in self.environment.items() if not k.startswith("GO")}
        changes = {"GOTOOLCHAIN": f"go{version}", "GOFLAGS": "-modcacherw"}
        done = self._run(["go", "env", "GOROOT"], ROOT, 600, {**environment, **go_variables, **changes})
        if done.code:
            raise ToolError(done.err.strip())
        path = f"{done.out.strip()}/bin{os.pathsep}{self.environment['PATH']}"
        return self.with_environment(PATH=path, GOTOOLCHAIN="local")

    def with_environment(self, **changes: str) -> Driver:
        """Return the same driver with some variables changed."""
        return replace(self, environment={**self.environment, **changes})

    def behind(self, *words: str) -> Driver:
        """Return the same driver with ``words`` before each of its commands."""
        return replace(self, before=words)

    def run(self, *arguments: str | Path, cwd: Path, timeout: float = 300.0, before: Sequence[str] = ()) -> Done:
        """Run the driver to its end; what it prints is in no way interpreted.

        It is forked from a Python that has imported its modules, unless words come first, or Python is to start in
        another way.

        Args:
            arguments: of the driver.
            cwd: where.
            timeout: seconds.
            before: words that come before the command, such as those of `namespace.inside`.
        """
        words = (*before, *self.before)
        if words or not _FORK_SERVER.accepts(self.environment):
            return self._run([*words, *_command(arguments)], cwd, timeout, self.environment)
        code, out, err = _FORK_SERVER.run([*map(str, arguments)], cwd, timeout, self.environment)
        return Done(code=code, out=_text(out), err=_text(err))

    def start(self, *arguments: str | Path, cwd: Path) -> subprocess.Popen[str]:
        """Start the driver in a separate process group, as a shell with job control does."""
        return subprocess.Popen(
            _command(arguments),
            env=dict(self.environment),
            cwd=cwd,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            encoding="utf-8",
            process_group=0,
        )

    def go_command(self) -> GoCommand:
        """Return the go command, with the build cache of all tests, for functions of the driver that take one."""
        known = {"GOCACHE": str(go_build_cache()), "GOFLAGS": "", "GOTOOLCHAIN": "local"}
        return GoCommand(path=Path("go"), environment={**self.environment, **known}, runner=SubprocessRunner())

    def go(self, *arguments: str | Path, cwd: Path, timeout: float = 300.0, **changes: str) -> Done:
        """Run the go command, with the build cache of all tests, as a reference; ``changes`` are variables."""
        known = {"GOCACHE": str(go_build_cache()), "GOFLAGS": "-modcacherw", "GOSUMDB": "off", "GOTOOLCHAIN": "local"}
        return self._run(["go", *map(str, arguments)], cwd, timeout, {**self.environment, **known, **changes})

    def bazel(self, *arguments: str, cwd: Path, timeout: float = 300.0, **changes: str) -> Done:
        """Run Bazel in a separate workspace, as its owner does; ``changes`` are variables.

        What one workspace compiles, the next one of the session finds; with GOMOD2BAZEL_TEST_DISK_CACHE, also that of
        other sessions.
        """
        command = [self.environment["BAZEL"], f"--bazelrc={self.bazelrc()}", *arguments]
        return self._run(command, cwd, timeout, {**self.environment, **changes})

    def bazelrc(self) -> Path:
        """Write the .bazelrc for every workspace of the tests, and return the file.

        This checkout and the Python on PATH may be below /tmp, which actions else have one of their own.
        """
        path = self.caches.root / "tests.bazelrc"
        disk_cache = shared_disk_cache() or self.caches.root / "disk"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(
            f"startup --output_user_root={self.caches.bazel} {' '.join(SHORT_LIVED)}\n"
            "common --lockfile_mode=off\n"
            f"common --disk_cache={disk_cache} --remote_download_outputs=all\n"
            "common --noincompatible_sandbox_hermetic_tmp\n",
            encoding="utf-8",
        )
        return path

    def _run(self, command: Sequence[str], cwd: Path, timeout: float, environment: Mapping[str, str]) -> Done:
        done = subprocess.run(
            command,
            env=dict(environment),
            cwd=cwd,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            encoding="utf-8",
            errors="surrogateescape",
            timeout=timeout,
            check=False,
        )
        return Done(code=done.returncode, out=done.stdout, err=done.stderr)


def interrupt(process: subprocess.Popen[str], number: signal.Signals) -> None:
    """Send a signal to the whole group of ``process``, as a terminal does."""
    os.killpg(process.pid, number)


def _sharing(bazel: Path, cache: Path) -> Path:
    """Return a Bazel that finds what other sessions compiled, where GOMOD2BAZEL_TEST_DISK_CACHE names a folder."""
    disk_cache = shared_disk_cache()
    if not disk_cache:
        return bazel
    options, wrapper = cache / "shared.bazelrc", cache / "bazel-sharing"
    # The driver sets --remote_download_outputs; files that match this are downloaded in any case.
    options.write_text(
        f"startup {' '.join(SHORT_LIVED)}\ncommon --disk_cache={disk_cache} --remote_download_regex=.*\n",
        encoding="utf-8",
    )
    wrapper.write_text(f'#!/bin/sh\nexec {bazel} --bazelrc={options} "$@"\n', encoding="utf-8")
    wrapper.chmod(0o755)
    return wrapper


def _share_go_build_cache(link: Path) -> None:
    """Let what the go command compiles for the driver be compiled once for all tests."""
    link.parent.mkdir(parents=True, exist_ok=True)
    if not link.exists():
        link.symlink_to(go_build_cache())


def _text(output: bytes) -> str:
    """Return what a pipe would give that is read as text."""
    return output.decode("utf-8", "surrogateescape").replace("\r\n", "\n").replace("\r", "\n")


def _command(arguments: Sequence[str | Path]) -> list[str]:
    return [sys.executable, "-P", "-m", "gomod2bazel", *map(str, arguments)]


def _say(line: str | Message) -> None:
    sys.stderr.write(f"{line}\n")
