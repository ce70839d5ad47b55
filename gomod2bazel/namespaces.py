"""Whether the kernel gives us the namespaces that Bazel's Linux sandbox is made of."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from gomod2bazel.errors import ToolError
from gomod2bazel.process import Runner
from gomod2bazel.provision.tool import which

__all__ = ["namespaces_work"]


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
