"""Processor time of everything that one side starts, also of a server that goes on when its command has ended."""

from __future__ import annotations

import contextlib
import ctypes
import os
import resource
from collections.abc import Callable, Collection
from pathlib import Path
from typing import Protocol

from bench.measure.processes import children_of, descendants, processor_time, reap_orphans

__all__ = ["Account", "ProcessTree", "account_for", "adopt_orphans", "cgroup_folder"]

_PR_SET_CHILD_SUBREAPER, _PR_GET_CHILD_SUBREAPER = 36, 37
"""Of prctl(2): whether orphans become children of this process, so that their time can be read."""


class Account(Protocol):
    """Counts the processor time of commands that are started with its words before them."""

    @property
    def source(self) -> str:
        """Where the time comes from, for the results."""
        ...

    @property
    def words(self) -> tuple[str, ...]:
        """The words before a command."""
        ...

    def seconds(self) -> float:
        """Return the processor time so far."""
        ...

    def tend(self, running: Collection[int]) -> None:
        """Do what is due while commands run, whose processes are ``running``."""
        ...

    def close(self) -> None:
        """Remove what was made."""
        ...


class ControlGroup:
    """A control group of version 2 for the processes of one side (cgroups(7)); a server stays in it."""

    source = "control group"

    def __init__(self, folder: Path) -> None:
        folder.mkdir()
        self._folder = folder
        # The shell enters the group before it becomes the command, so no process is missed.
        self.words = ("/bin/sh", "-c", 'echo $$ >"$0" && exec "$@"', str(folder / "cgroup.procs"))

    def seconds(self) -> float:
        """Return the processor time so far: `usage_usec` of cpu.stat."""
        lines = (self._folder / "cpu.stat").read_text(encoding="ascii").splitlines()
        values = dict(line.split() for line in lines)
        return int(values["usage_usec"]) / 1e6

    def tend(self, running: Collection[int]) -> None:
        """Do nothing: the kernel counts."""

    def close(self) -> None:
        """Remove the group, unless a process is left in it."""
        with contextlib.suppress(OSError):
            self._folder.rmdir()


class ProcessTree:
    """Sums the times of processes in /proc: of those that run, and what ended processes left to their parents.

    All descendants are counted, whatever side started them: sides run one after the other. After `adopt_orphans` these
    include servers whose client has ended.
    """

    source = "/proc"
    words = ()

    def __init__(self, excluded: Callable[[], Collection[int]] = tuple) -> None:
        """Count the descendants of this process.

        Args:
            excluded: Returns processes that do not count, such as a cache server.
        """
        self._excluded = excluded

    def seconds(self) -> float:
        """Return the processor time of all descendants so far."""
        ended = resource.getrusage(resource.RUSAGE_CHILDREN)
        excluded = set(self._excluded())
        roots = [pid for pid in children_of(os.getpid()) if pid not in excluded]
        return ended.ru_utime + ended.ru_stime + sum(processor_time(pid) for pid in descendants(roots))

    def tend(self, running: Collection[int]) -> None:
        """Wait for orphans that have ended: Bazel's client waits until its server is gone."""
        if _adopts():
            reap_orphans({*running, *self._excluded()})

    def close(self) -> None:
        """Wait for orphans that have ended."""
        if _adopts():
            reap_orphans(self._excluded())


def adopt_orphans() -> None:
    """Let orphans become children of this process, which then has to wait for them (`Account.tend`)."""
    ctypes.CDLL(None).prctl(_PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0)


def _adopts() -> bool:
    value = ctypes.c_int()
    ctypes.CDLL(None).prctl(_PR_GET_CHILD_SUBREAPER, ctypes.byref(value), 0, 0, 0)
    return bool(value.value)


def cgroup_folder() -> Path | None:
    """Return the folder of this process's control group of version 2, or None where none is mounted."""
    try:
        lines = Path("/proc/self/cgroup").read_text(encoding="utf-8").splitlines()
        mounts = Path("/proc/self/mountinfo").read_text(encoding="utf-8").splitlines()
    except OSError:
        return None
    own_path = next((line.removeprefix("0::") for line in lines if line.startswith("0::")), None)
    roots = [line.split()[4] for line in mounts if " - cgroup2 " in line]
    if own_path is None or not roots:
        return None
    return Path(roots[0]) / own_path.lstrip("/")


def account_for(name: str, excluded: Callable[[], Collection[int]] = tuple) -> Account:
    """Return a control group for a side where one can be made, and else the process tree.

    Args:
        name: Of the side, for the group's folder.
        excluded: Returns processes that do not count in a process tree.
    """
    parent = cgroup_folder()
    if parent is not None:
        folder = parent / f"bench-{os.getpid()}-{name}"
        try:
            group = ControlGroup(folder)
        except OSError:
            return ProcessTree(excluded)
        try:
            group.seconds()
            # Whether processes may be moved there shows when one is.
            with (folder / "cgroup.procs").open("r+"):
                return group
        except (OSError, KeyError):
            group.close()
    return ProcessTree(excluded)
