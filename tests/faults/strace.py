"""Watch the system calls of a process with strace(1), and make one of them fail."""

from __future__ import annotations

import functools
import shutil
import subprocess
import tempfile
from pathlib import Path

from faults.calls import CALLS, Point

__all__ = ["injected", "missing", "was_injected", "watched"]


@functools.cache
def missing() -> str:
    """Return why no call can be made to fail here; empty where it can."""
    program = shutil.which("strace")
    if program is None:
        return "strace is not on PATH (Debian and Ubuntu: apt install strace)"
    with tempfile.NamedTemporaryFile() as log:
        command = [program, "-qq", "-o", log.name, "-e", "inject=getppid:error=EPERM:when=1", "true"]
        done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=60)
    return "" if done.returncode == 0 else f"strace may not trace here (ptrace(2)): {done.stderr.strip()}"


def watched(log: Path) -> list[str]:
    """Return what stands before a command whose calls are written to ``log``; not those of its children."""
    return ["strace", "-qq", "-y", "-s", "200", "-o", str(log), "-e", f"trace=?{',?'.join(CALLS)}"]


def injected(point: Point, log: Path) -> list[str]:
    """Return what stands before a command in which one call fails."""
    inject = f"inject={point.call}:error={point.error}:when={point.number}"
    return ["strace", "-qq", "-o", str(log), "-e", f"trace={point.call}", "-e", inject]


def was_injected(log: Path) -> bool:
    """Tell whether the run came to the point."""
    return "(INJECTED)" in log.read_text(encoding="utf-8", errors="replace")
