"""The command bazel: the Bazel that was found or set up, in place of the driver."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from pathlib import Path

from gomod2bazel.base.errors import ToolError
from gomod2bazel.base.process.programs import Tool
from gomod2bazel.base.process.session import Session
from gomod2bazel.provision.bazel import find_bazel

__all__ = ["run_bazel"]


def run_bazel(session: Session, arguments: Sequence[str]) -> int:
    """Become Bazel: it gets the arguments, the environment and the folder of the user. It does not return.

    Args:
        session: The user's session.
        arguments: All that follows the command's name.

    Raises:
        ToolError: There is no usable Bazel and none can be set up, or it cannot be run.
    """
    tool = find_bazel(session.environment, session.runner, session.caches, session.steps)
    words = [str(tool.path), *tool.arguments, *arguments]
    session.hide()
    try:
        os.chdir(session.cwd)
        environment = {**session.environment, **_release(tool, session.cwd)}
        os.execve(tool.path, words, environment)  # noqa: S606 - no shell is wanted
    except OSError as error:
        raise ToolError(
            f"cannot run {tool.path}: {error.strerror}", hint="gomod2bazel doctor shows which Bazel is used"
        ) from error


def _release(tool: Tool, cwd: Path) -> Mapping[str, str]:
    """Return the variables that tell a Bazelisk which Bazel to use; none where the workspace has a .bazelversion."""
    pinned = any((folder / ".bazelversion").exists() for folder in (cwd, *cwd.parents))
    return {} if pinned else dict(tool.environment)
