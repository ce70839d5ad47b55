"""What reads container images in tests: skopeo, umoci, a registry, and the JSON schemas of the image specification.

The programs are those on PATH, or those of Debian's packages: unpacked once into the cache folder and run with the
packages' loader and libraries, so that nothing of the machine changes.
"""

from __future__ import annotations

import json
import os
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft4Validator
from referencing import Registry, Resource
from referencing.jsonschema import DRAFT4

from gomod2bazel.base.disk.caches import Caches
from gomod2bazel.base.errors import ToolError
from gomod2bazel.base.process.programs import which
from gomod2bazel.base.process.runner import Completed, SubprocessRunner
from gomod2bazel.base.process.steps import ShownSteps
from gomod2bazel.provision.debian.packages import Apt, Debian, extract
from gomod2bazel.provision.folder import make_once
from support.realgo import RealGo

__all__ = ["ImageTools", "image_tools", "schema_errors", "schemas"]

PROGRAMS = ("docker-registry", "skopeo", "umoci")

_SPECIFICATION = "github.com/opencontainers/image-spec@v1.1.1"
_WITHOUT = ("dirmngr", "gnupg", "gpg", "gpg-agent", "gpgconf", "gpgsm")
"""Packages that skopeo needs for signatures alone."""

_LOADERS = {"amd64": "lib64/ld-linux-x86-64.so.2", "arm64": "lib/ld-linux-aarch64.so.1"}


@dataclass(frozen=True, slots=True, kw_only=True)
class ImageTools:
    """The programs, each as the begin of its command line."""

    commands: Mapping[str, tuple[str, ...]]

    def run(self, program: str, *arguments: str, cwd: Path) -> Completed:
        """Run a program of `PROGRAMS`; skopeo accepts images without signatures."""
        policy = ("--insecure-policy",) if program == "skopeo" else ()
        environment = {"HOME": str(cwd), "PATH": os.environ.get("PATH", os.defpath), "TMPDIR": str(cwd)}
        argv = (*self.commands[program], *policy, *arguments)
        return SubprocessRunner().run(argv, env=environment, cwd=cwd, timeout=300.0)


def image_tools(*programs: str) -> ImageTools:
    """Return some of `PROGRAMS`, after setting up those that are not on PATH; skip the test where that is not possible.

    Where CI is set, the test fails instead: there, nothing goes unchecked.
    """
    paths = {program: which(program, os.environ) for program in programs}
    commands = {program: (str(path),) for program, path in paths.items() if path}
    missing = [program for program in programs if program not in commands]
    try:
        unpacked = _from_debian() if missing else {}
    except ToolError as error:
        if os.environ.get("CI"):
            raise
        pytest.skip(f"{' and '.join(missing)}: not on PATH, and {str(error).splitlines()[0]}")
    return ImageTools(commands={**unpacked, **commands})


def _from_debian() -> dict[str, tuple[str, ...]]:
    runner, environment = SubprocessRunner(), dict(os.environ)
    host = Debian.examine(environment, runner)
    if host.architecture not in _LOADERS:
        raise ToolError(f"there are no packages for {host.architecture}")
    folder = (
        Caches.from_environment(environment).root / "tests" / "programs" / f"images-{len(PROGRAMS)}-{host.architecture}"
    )
    folder.parent.mkdir(parents=True, exist_ok=True)
    steps = ShownSteps(say=lambda _: None)

    def make(empty: Path) -> str:
        with tempfile.TemporaryDirectory(dir=empty, prefix=".download-") as state:
            apt = Apt(state=Path(state), packages=PROGRAMS, environment=environment, runner=runner)
            extract(apt.fetch(host, _WITHOUT, steps), empty, environment, runner, steps)
        return " ".join(PROGRAMS)

    make_once(folder, steps, make)
    loader = str(folder / _LOADERS[host.architecture])
    (libraries,) = (folder / "usr/lib").glob("*-linux-gnu")
    start = (loader, "--library-path", str(libraries))
    return {program: (*start, str(folder / "usr/bin" / program)) for program in PROGRAMS}


def schemas(go: RealGo, cwd: Path) -> dict[str, Any]:
    """Return the schemas of the image specification by file name, from the user's module sources.

    Args:
        go: The go command.
        cwd: An empty folder.
    """
    sources = SubprocessRunner().run([go.path, "env", "GOPROXY"], env=dict(os.environ), cwd=cwd).out.strip()
    done = go.run("mod", "download", "-json", _SPECIFICATION, cwd=cwd, GOPROXY=sources)
    assert done.code == 0, done.describe()
    folder = Path(json.loads(done.out)["Dir"], "schema")
    return {path.name: json.loads(path.read_text(encoding="utf-8")) for path in folder.glob("*.json")}


def schema_errors(known: Mapping[str, Any], name: str, document: Mapping[str, Any]) -> list[str]:
    """Return what a schema refuses of a document.

    Args:
        known: All schemas by file name; they refer to each other by names relative to their different identifiers.
        name: Which of them.
        document: The document.
    """

    def retrieve(uri: str) -> Resource[Any]:
        return Resource.from_contents(known[uri.rpartition("/")[2]], default_specification=DRAFT4)

    registry: Registry[Any] = Registry(retrieve=retrieve)  # type: ignore[call-arg] # attrs makes the arguments
    validator = Draft4Validator(known[name], registry=registry)
    return [f"{error.json_path}: {error.message}" for error in validator.iter_errors(document)]
