"""Reading /proc: children, processor time and memory of processes (proc(5))."""

from __future__ import annotations

import contextlib
import os
from collections.abc import Collection, Iterable, Iterator
from pathlib import Path

__all__ = ["children_of", "descendants", "forget_peak", "peak_memory", "processor_time", "reap_orphans"]

_TICKS = os.sysconf("SC_CLK_TCK")

_STATE, _PARENT, _TIMES = 0, 1, slice(11, 15)
"""Fields of stat behind the name in parentheses: state, ppid, and utime, stime, cutime, cstime."""


def _stat(pid: int) -> list[str]:
    """Return the fields of a process behind its name, or an empty list where it has ended."""
    try:
        text = Path(f"/proc/{pid}/stat").read_text(encoding="utf-8", errors="replace")
    except OSError:
        return []
    return text.rpartition(")")[2].split()


def _processes() -> list[int]:
    return [int(path.name) for path in Path("/proc").iterdir() if path.name.isdigit()]


def children_of(pid: int) -> list[int]:
    """Return the children of a process, those that have ended and were not waited for included."""
    try:
        # Each thread has the children that it started; orphans are those of any.
        files = [path.read_text(encoding="ascii") for path in Path(f"/proc/{pid}/task").glob("*/children")]
    except OSError:
        files = []
    if files:
        return [int(word) for text in files for word in text.split()]
    return [number for number in _processes() if (stat := _stat(number)) and int(stat[_PARENT]) == pid]


def descendants(roots: Iterable[int]) -> Iterator[int]:
    """Yield these processes and all that descend from them."""
    parents: dict[int, list[int]] = {}
    for number in _processes():
        if stat := _stat(number):
            parents.setdefault(int(stat[_PARENT]), []).append(number)
    waiting = list(roots)
    while waiting:
        pid = waiting.pop()
        yield pid
        waiting += parents.get(pid, ())


def processor_time(pid: int) -> float:
    """Return the processor time in seconds of a process and of the children that it waited for; 0 where it ended."""
    return sum(map(int, _stat(pid)[_TIMES])) / _TICKS


def peak_memory(pid: int) -> int | None:
    """Return the peak of the resident memory in bytes (VmHWM), or None where the process has ended."""
    try:
        lines = Path(f"/proc/{pid}/status").read_text(encoding="utf-8", errors="replace").splitlines()
    except OSError:
        return None
    values = [line.split()[1] for line in lines if line.startswith("VmHWM:")]
    return int(values[0]) * 1024 if values else None


def forget_peak(pid: int) -> None:
    """Let the peak of a process begin again at what it has now (clear_refs)."""
    with contextlib.suppress(OSError):
        Path(f"/proc/{pid}/clear_refs").write_text("5", encoding="ascii")


def reap_orphans(kept: Collection[int] = ()) -> None:
    """Wait for the children of this process that ended.

    Args:
        kept: Children that something else waits for.
    """
    for pid in children_of(os.getpid()):
        stat = _stat(pid)
        if stat and stat[_STATE] == "Z" and pid not in kept:
            with contextlib.suppress(ChildProcessError):
                os.waitpid(pid, os.WNOHANG)
