"""Who uses the caches: many runs at once, or one that removes things."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

from gomod2bazel.base.disk.locks import file_lock, try_file_lock

__all__ = ["caches_alone", "caches_in_use", "caches_kept", "caches_unused"]

_GATE = ".gate.lock"
"""Held for a moment by each run that begins; a run that waits to be alone holds it, so that no more begin."""

_USE = ".use.lock"


@contextmanager
def caches_in_use(root: Path, say: Callable[[str], None]) -> Iterator[None]:
    """Keep everything in the caches where it is while this run uses it; other runs may too.

    Args:
        root: The folder of all caches.
        say: Prints why the run waits.

    Raises:
        FileError: The lock cannot be taken.
    """

    def waiting() -> None:
        say("waiting for another gomod2bazel run to clean the caches")

    with ExitStack() as use:
        with file_lock(root / _GATE, shared=True, waiting=waiting):
            use.enter_context(file_lock(root / _USE, shared=True, waiting=waiting))
        yield


@contextmanager
def caches_alone(root: Path, say: Callable[[str], None]) -> Iterator[None]:
    """Wait until no other run uses the caches, and keep new ones waiting meanwhile.

    Raises:
        FileError: The lock cannot be taken.
    """

    def waiting() -> None:
        say("waiting for other gomod2bazel runs to finish; new runs wait for this one")

    with file_lock(root / _GATE, waiting=waiting), file_lock(root / _USE, waiting=waiting):
        yield


@contextmanager
def caches_kept(root: Path) -> Iterator[None]:
    """Keep everything in the caches where it is, like `caches_in_use`, for a program that a run may have started.

    It does not wait for a run that waits to be alone: that would wait for the run that started this program.

    Raises:
        FileError: The lock cannot be taken.
    """
    with file_lock(root / _USE, shared=True):
        yield


@contextmanager
def caches_unused(root: Path) -> Iterator[bool]:
    """Yield whether no run uses the caches; if so, keep new ones waiting meanwhile.

    Raises:
        FileError: The lock cannot be taken.
    """
    with try_file_lock(root / _USE) as alone:
        yield alone
