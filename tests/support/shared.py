"""What all tests share, also those of several processes and of the next run."""

from __future__ import annotations

import os
from pathlib import Path

from gomod2bazel.base.disk.caches import Caches

__all__ = ["SHORT_LIVED", "go_build_cache", "shared_disk_cache"]

SHORT_LIVED = tuple(f"--host_jvm_args=-XX:{flag}" for flag in ("TieredStopAtLevel=1", "CompileThresholdScaling=3"))
"""Startup options of a Bazel server that ends soon: little of its Java code is compiled, once and quickly."""


def go_build_cache() -> Path:
    """Return the build cache of the go command as a reference.

    The go command compares everything that a file is made of before it uses it, so that an earlier run can change no
    outcome, only its time.
    """
    folder = Caches.from_environment(os.environ).root / "tests" / "go-build"
    folder.mkdir(parents=True, exist_ok=True)
    return folder


def shared_disk_cache() -> str:
    """Return the folder in which Bazel finds what other sessions of one run of tools/test compiled, or nothing."""
    return os.environ.get("GOMOD2BAZEL_TEST_DISK_CACHE", "")
