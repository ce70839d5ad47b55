"""The monorepo of e2e/smoke: a copy of it to write to, and the commands that make its locks and BUILD files."""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Mapping
from pathlib import Path

__all__ = [
    "ENVIRONMENT",
    "GENERATE",
    "GENERATE_WITHOUT_SDK",
    "HOST_SDK",
    "LOCK",
    "LOCKS",
    "SMOKE",
    "copy_smoke",
    "locked_for",
    "without_c",
]

ROOT = Path(__file__).resolve().parents[2]
SMOKE = ROOT / "e2e" / "smoke"

LOCKS = ("gomod2bazel.lock.json", "tools/gomod2bazel.lock.json", "third_party/gomod2bazel.lock.json")
"""Of its own two modules, which generate writes, and of a module from a goproxy."""

_SOURCES = ("-goproxy", (ROOT / "examples" / "goproxy").as_uri())

_SUMS = ("-sumfile", str(ROOT / "examples" / "go.sum"))

LOCK = ("lock", *_SOURCES, *_SUMS, "-result-file", LOCKS[2], "example.com/hello@v1.1.0")
"""Arguments of the driver that write the last of them."""

GENERATE = ("generate", *_SOURCES)
"""Arguments of the driver that write all else; -check may follow. Locks keep the SDKs that they name."""

GENERATE_WITHOUT_SDK = (*GENERATE, "-sdk=")
"""The same for the Go of the machine: no SDK is fetched, by the driver or by Bazel."""

HOST_SDK = "--repo_env=GOMOD2BAZEL_SDK=host"
"""A flag for Bazel: the SDK that the locks name is not fetched, the Go of the machine is used."""

ENVIRONMENT: Mapping[str, str] = {"CGO_ENABLED": "1", "GOAMD64": "v1", "GOFLAGS": ""}
"""What the locks were made with: also where there is no C compiler, which only packages with C code need."""


def copy_smoke(folder: Path) -> None:
    """Copy the workspace to ``folder``, where other locks may be written."""
    shutil.rmtree(folder, ignore_errors=True)
    shutil.copytree(SMOKE, folder, ignore=shutil.ignore_patterns("bazel-*"))
    module = folder / "MODULE.bazel"
    text = module.read_text(encoding="utf-8")
    module.write_text(text.replace("%workspace%/../..", str(ROOT)).replace('"../.."', f'"{ROOT}"'), encoding="utf-8")


def locked_for(go_version: str) -> bool:
    """Tell whether the locks were made with this Go for this machine: the standard library's files differ between them.

    Args:
        go_version: such as 1.26.8.
    """
    configuration = json.loads((SMOKE / LOCKS[0]).read_text(encoding="utf-8"))["configuration"]
    machine = {"x86_64": "amd64", "aarch64": "arm64"}.get(os.uname().machine, os.uname().machine)
    return bool(configuration["go"] == f"go{go_version}" and configuration["goarch"] == machine)


def without_c(environment: Mapping[str, str]) -> tuple[str, ...]:
    """Return the flags for Bazel that leave out what a machine without a C compiler cannot build."""
    named = environment.get("CC", "").split()
    known = named[:1] or ["gcc", "clang", "cc"]
    if any(shutil.which(name, path=environment.get("PATH")) for name in known):
        return ()
    return ("--build_tag_filters=-cgo", "--test_tag_filters=-cgo")
