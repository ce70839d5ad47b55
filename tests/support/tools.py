"""Go and Bazel for the tests: found as the driver finds them, or set up, and named to all that runs afterwards."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping

from gomod2bazel.base.disk.caches import Caches
from gomod2bazel.base.process.programs import Tool
from gomod2bazel.base.process.runner import SubprocessRunner
from gomod2bazel.base.process.steps import ShownSteps
from gomod2bazel.provision.bazel import find_bazel
from gomod2bazel.provision.go import find_go

__all__ = ["with_bazel", "with_go"]


def with_go(environment: Mapping[str, str], say: Callable[[str], None]) -> tuple[Tool, dict[str, str]]:
    """Find Go and return it, and ``environment`` with it first on PATH.

    Args:
        environment: the user's.
        say: takes each step of a set-up.

    Raises:
        ToolError: there is no Go, and none can be set up.
    """
    go = find_go(
        environment,
        SubprocessRunner(),
        Caches.from_environment(environment),
        ShownSteps(say=lambda line: say(str(line))),
    )
    folders = environment.get("PATH", os.defpath).split(os.pathsep)
    path = [str(go.path.parent), *(folder for folder in folders if folder != str(go.path.parent))]
    return go, {**environment, "PATH": os.pathsep.join(path)}


def with_bazel(environment: Mapping[str, str], say: Callable[[str], None]) -> tuple[Tool, dict[str, str]]:
    """Find Bazel and return it, and ``environment`` with BAZEL naming it.

    Args:
        environment: the user's.
        say: takes each step of a set-up.

    Raises:
        ToolError: there is no Bazel, and none can be set up.
    """
    bazel = find_bazel(
        environment,
        SubprocessRunner(),
        Caches.from_environment(environment),
        ShownSteps(say=lambda line: say(str(line))),
    )
    return bazel, {**environment, **dict(bazel.environment), "BAZEL": str(bazel.path)}
