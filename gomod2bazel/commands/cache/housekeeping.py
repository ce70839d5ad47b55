"""The commands shutdown and clean: stop the Bazel server, remove what was built and fetched, or what of it is old."""

from __future__ import annotations

import time
from collections.abc import Collection, Iterable, Sequence
from pathlib import Path

from gomod2bazel.base.counts import count, readable_size
from gomod2bazel.base.disk.caches import Caches
from gomod2bazel.base.disk.expiry import cached_items, size_of
from gomod2bazel.base.disk.files import file_errors, remove_file, remove_tree
from gomod2bazel.base.errors import UsageError
from gomod2bazel.base.process.session import Session
from gomod2bazel.bazel.running.run import bazel_of
from gomod2bazel.golang.build_cache.collection import collect
from gomod2bazel.options.flags import parse_only
from gomod2bazel.provision.bazel import find_bazel

__all__ = ["clean", "shutdown"]


def shutdown(session: Session, arguments: Sequence[str]) -> int:
    """Stop the Bazel server."""
    _no_arguments("shutdown", arguments)
    tool = find_bazel(session.environment, session.runner, session.caches, session.steps, fetch=False)
    bazel_of(session, tool).shutdown()
    return 0


def clean(session: Session, arguments: Sequence[str], flags: Collection[str]) -> int:
    """Stop the server, then drop what it built, the modules and the records, or what of it is old; tools stay.

    Args:
        session: The user's session.
        arguments: The command line after the command's name.
        flags: The names of its flags.
    """
    options, words = parse_only(arguments, flags, "clean")
    _no_arguments("clean", words)
    limits, dry = options.bazel.cache, options.bazel.dry
    limited = limits.older_than is not None or limits.larger_than is not None
    if limits.disk_cache and not limited:
        raise UsageError("clean -disk-cache needs a limit", hint="add -older-than 30d or -larger-than 10G")
    if not dry and not limits.disk_cache:
        shutdown(session, ())
    if not limited:
        _remove(session, [path for path in _everything(session.caches) if path.exists()], dry=dry)
        return 0
    before = None if limits.older_than is None else time.time() - limits.older_than
    if before is not None and not limits.disk_cache:
        for item in cached_items(session.caches):
            if item.used < before:
                _remove(session, item.paths, dry=dry)
    folder = session.cwd / limits.disk_cache if limits.disk_cache else session.caches.disk
    with file_errors("clean", folder):
        collected = collect(folder, before, limits.larger_than, dry=dry)
    if collected.files:
        size, left = readable_size(collected.size), readable_size(collected.left)
        files = count(collected.files, "file")
        session.say(f"{_removed(dry=dry)} {files} of {folder} ({size}, {left} left)")
    return 0


def _everything(caches: Caches) -> list[Path]:
    """Return the folders of all that is made and fetched."""
    made = (caches.baselines, caches.patched, caches.overlays, caches.toolexec, caches.disk)
    return [caches.runs, caches.modules, *made, caches.workspace, caches.bazel, caches.root / "go-build"]


def _remove(session: Session, paths: Iterable[Path], *, dry: bool) -> None:
    for path in paths:
        size = readable_size(size_of(path))
        if not dry and path.is_dir() and not path.is_symlink():
            remove_tree(path)
        elif not dry:
            remove_file(path)
        session.say(f"{_removed(dry=dry)} {path} ({size})")


def _removed(*, dry: bool) -> str:
    return "would remove" if dry else "removed"


def _no_arguments(name: str, arguments: Sequence[str]) -> None:
    if arguments:
        raise UsageError(f"{name} takes no arguments: {' '.join(arguments)}")
