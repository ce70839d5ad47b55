"""System calls, the errors they are made to report, and the points of a run at which they are called."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

__all__ = ["CALLS", "Point", "points"]

CALLS: dict[str, tuple[str, ...]] = {
    "write": ("ENOSPC", "EIO", "EDQUOT"),
    "pwrite64": ("ENOSPC", "EIO"),
    "ftruncate": ("ENOSPC", "EIO"),
    "fsync": ("EIO", "ENOSPC"),
    "mkdir": ("ENOSPC", "EIO", "EROFS"),
    "mkdirat": ("ENOSPC", "EIO", "EROFS"),
    "rename": ("ENOSPC", "EIO"),
    "renameat": ("ENOSPC", "EIO"),
    "renameat2": ("ENOSPC", "EIO"),
    "unlink": ("EIO", "EROFS"),
    "unlinkat": ("EIO", "EROFS"),
    "rmdir": ("EIO", "EROFS"),
    "chmod": ("EIO", "EROFS"),
    "fchmod": ("EIO", "EROFS"),
    "link": ("ENOSPC", "EIO"),
    "symlink": ("ENOSPC", "EIO"),
    "flock": ("EIO", "ENOLCK"),
    "openat": ("EROFS", "EMFILE", "ENOSPC", "EACCES"),
    "read": ("EIO",),
    "getdents64": ("EIO",),
    "vfork": ("EAGAIN", "ENOMEM"),
    "clone": ("EAGAIN",),
    "clone3": ("EAGAIN",),
    "fork": ("EAGAIN",),
    "execve": ("ENOENT", "EACCES"),
}
"""What may well happen to a call on a machine that is full, broken or read-only, or has no more processes."""

_READING = ("EMFILE", "EIO")
"""Errors of a file that is opened to be read."""

_LINE = re.compile(r"(?P<call>[a-z0-9_]+)\((?P<arguments>.*)\)\s+= (?P<result>-?\d+|\?)")
_STARTED = re.compile(r"gomod2bazel/(__pycache__/)?(__main__|cli)\.[a-z0-9.-]*py")
"""What the process opens when our code begins; what fails before that is Python's to tell."""

_LOOKING = ("read", "getdents64")

_CLEANING = ("chmod", "rmdir", "unlink", "unlinkat")
"""Calls that are many where a folder is removed; a few of them tell as much."""

# Python's own files, ours and those of the rules are many; one of each ending tells as much as all of them.
_MANY = re.compile(
    r"(/lib/python3[.0-9]*|/gomod2bazel|/rules|/src|/pkg|/site-packages)/[^\"<>]*?((?:\.[a-z]+)?)(?=[\"<>]|$)"
)

# What differs from run to run: digits of numbers, secrets and digests.
_CHANGING = re.compile(r"[0-9a-f]{8,}|[0-9]+|(?<=gomod2bazel-)[a-z0-9_]{8}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Point:
    """One call that is made to fail.

    Attributes:
        call: its name.
        error: what it reports.
        number: which of the calls of that name in the run, from 1.
        what: its arguments in the run that was watched.
    """

    call: str
    error: str
    number: int
    what: str

    def __str__(self) -> str:
        return f"{self.call} {self.error} {self.number} {self.what}"


def points(log: Iterable[str], calls: Iterable[str], alike: int) -> Iterator[Point]:
    """Yield the points of a run.

    Args:
        log: what `strace -y` wrote of it.
        calls: names of the calls that are wanted.
        alike: of calls that change something and are alike but for numbers and secrets, as many are taken.
    """
    wanted, started = frozenset(calls), False
    numbers: defaultdict[str, int] = defaultdict(int)
    seen: defaultdict[tuple[str, str], int] = defaultdict(int)
    for line in log:
        match = _LINE.match(line)
        if match is None:
            continue
        call, arguments = match["call"], match["arguments"]
        numbers[call] += 1
        started = started or (call == "openat" and bool(_STARTED.search(arguments)))
        if not started or call not in wanted:
            continue
        shape = (call, _shape(call, arguments))
        seen[shape] += 1
        if seen[shape] <= _number(call, arguments, alike):
            yield from (
                Point(call=call, error=error, number=numbers[call], what=arguments[:160])
                for error in _errors(call, arguments)
            )


def _number(call: str, arguments: str, alike: int) -> int:
    """Return how many calls that are alike are taken."""
    return 1 if call in _LOOKING or _is_reading(call, arguments) else min(alike, 2) if call in _CLEANING else alike


def _errors(call: str, arguments: str) -> tuple[str, ...]:
    return _READING if _is_reading(call, arguments) else CALLS[call]


def _shape(call: str, arguments: str) -> str:
    """Return what calls alike have in common: the file, but for what differs in names from run to run."""
    if call in _CLEANING:
        return re.sub(r"[^/\"]*\"", "", _CHANGING.sub("#", arguments))
    if call in ("write", "read"):
        # Of what is read and written the place counts, not the content.
        arguments = arguments.partition(">")[0]
    if call in _LOOKING or _is_reading(call, arguments):
        arguments = _MANY.sub(r"\1*\2", arguments)
    return _CHANGING.sub("#", arguments)


def _is_reading(call: str, arguments: str) -> bool:
    return call == "openat" and not re.search(r"O_WRONLY|O_RDWR|O_CREAT", arguments)
