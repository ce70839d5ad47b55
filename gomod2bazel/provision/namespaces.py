"""Whether the kernel gives us what actions are confined with: namespaces for Bazel's sandbox, and Landlock."""

from __future__ import annotations

import ctypes
from collections.abc import Mapping
from pathlib import Path

from gomod2bazel.base.errors import ToolError
from gomod2bazel.base.process.programs import which
from gomod2bazel.base.process.runner import Runner

__all__ = ["landlock_works", "namespaces_work"]

# landlock_create_ruleset(NULL, 0, LANDLOCK_CREATE_RULESET_VERSION), the same number on all machines.
_LANDLOCK = (444, None, 0, 1)


def landlock_works() -> bool:
    """Tell whether the builder can hide files from compilers that read C (rules/private/builder/base/confine.py)."""
    return Path("/proc/self").is_dir() and int(ctypes.CDLL(None).syscall(*_LANDLOCK)) > 0


def namespaces_work(environment: Mapping[str, str], runner: Runner) -> bool:
    """Ask the kernel for the same namespaces with unshare(1); where that is missing, read their limit."""
    unshare = which("unshare", environment)
    if unshare is None:
        return _number(Path("/proc/sys/user/max_user_namespaces")) > 0
    argv: list[str | Path] = [unshare, "--user", "--map-root-user", "--net", "--pid", "--fork", "--mount-proc", "true"]
    try:
        return runner.run(argv, env=environment, timeout=30.0).code == 0
    except ToolError:
        return False


def _number(path: Path) -> int:
    try:
        return int(path.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return 0
