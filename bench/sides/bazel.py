"""The program of Bazel: that of the user, or the one that was set up."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from gomod2bazel.base.disk.caches import Caches
from gomod2bazel.base.process.runner import SubprocessRunner
from gomod2bazel.base.process.steps import ShownSteps
from gomod2bazel.provision.bazel import find_bazel

__all__ = ["bazel_program"]


def bazel_program(environment: Mapping[str, str]) -> Path:
    """Return $BAZEL, the Bazel on PATH, or the one that the driver sets up.

    Args:
        environment: With BAZEL, PATH and the cache folder.
    """
    return find_bazel(environment, SubprocessRunner(), Caches.from_environment(environment), ShownSteps(say=print)).path
