"""The commands shutdown and clean: stop the Bazel server, remove what was built and fetched, or what of it is old."""

from __future__ import annotations

import time
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from gomod2bazel.base.counts import count, readable_size
from gomod2bazel.base.disk.caches import Caches
from gomod2bazel.base.disk.expiry import cached_items, size_of
from gomod2bazel.base.disk.files import file_errors, remove_file, remove_tree
from gomod2bazel.base.documents.document import document
from gomod2bazel.base.errors import UsageError
from gomod2bazel.base.process.session import Session
from gomod2bazel.bazel.running.run import bazel_of
from gomod2bazel.golang.build_cache.collection import collect
from gomod2bazel.options.flags import parse_only
from gomod2bazel.options.groups.bazel import CacheOptions
from gomod2bazel.provision.bazel import find_bazel

__all__ = ["clean", "shutdown"]


def shutdown(session: Session, arguments: Sequence[str]) -> int:
    """Stop the Bazel server, and that of tests."""
    _no_arguments("shutdown", arguments)
    tool = find_bazel(session.environment, session.runner, session.caches, session.steps, fetch=False)
    bazel = bazel_of(session, tool)
    bazel.shutdown()
    if session.caches.tests.is_dir():
        replace(bazel, workspace=session.caches.tests).shutdown()
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
    cleaned = _Cleaned(dry_run=dry)
    if not limited:
        cleaned.removed += _remove(session, [path for path in _everything(session.caches) if path.exists()], dry=dry)
    else:
        _remove_old(session, limits, cleaned)
    if options.report.json:
        session.out(cleaned.json())
    return 0


@dataclass(slots=True, kw_only=True)
class _Cleaned:
    """What was removed, or would be; docs/json.md describes the document.

    Attributes:
        dry_run: whether nothing is removed.
        removed: files and folders, with their sizes in bytes.
        disk_cache: what was removed of the disk cache; None for nothing.
    """

    dry_run: bool
    removed: list[dict[str, Any]] = field(default_factory=list)
    disk_cache: dict[str, Any] | None = None

    def json(self) -> str:
        """Return the document."""
        return document({"dry_run": self.dry_run, "removed": self.removed, "disk_cache": self.disk_cache})


def _remove_old(session: Session, limits: CacheOptions, cleaned: _Cleaned) -> None:
    """Remove what was not used for a while, and what the disk cache has over its limit."""
    dry = cleaned.dry_run
    before = None if limits.older_than is None else time.time() - limits.older_than
    if before is not None and not limits.disk_cache:
        for item in cached_items(session.caches):
            if item.used < before:
                cleaned.removed += _remove(session, item.paths, dry=dry)
    folder = session.cwd / limits.disk_cache if limits.disk_cache else session.caches.disk
    with file_errors("clean", folder):
        collected = collect(folder, before, limits.larger_than, dry=dry)
    if collected.files:
        size, left = readable_size(collected.size), readable_size(collected.left)
        files = count(collected.files, "file")
        session.say(f"{_removed(dry=dry)} {files} of {folder} ({size}, {left} left)")
        sizes = {"files": collected.files, "size": collected.size, "left": collected.left}
        cleaned.disk_cache = {"path": str(folder), **sizes}


def _everything(caches: Caches) -> list[Path]:
    """Return the folders of all that is made and fetched."""
    made = (caches.baselines, caches.patched, caches.overlays, caches.toolexec, caches.disk)
    return [
        caches.runs,
        caches.hints,
        caches.modules,
        *made,
        caches.workspace,
        caches.tests,
        caches.bazel,
        caches.root / "go-build",
    ]


def _remove(session: Session, paths: Iterable[Path], *, dry: bool) -> list[dict[str, Any]]:
    removed = []
    for path in paths:
        size = size_of(path)
        if not dry and path.is_dir() and not path.is_symlink():
            remove_tree(path)
        elif not dry:
            remove_file(path)
        session.say(f"{_removed(dry=dry)} {path} ({readable_size(size)})")
        removed.append({"path": str(path), "size": size})
    return removed


def _removed(*, dry: bool) -> str:
    return "would remove" if dry else "removed"


def _no_arguments(name: str, arguments: Sequence[str]) -> None:
    if arguments:
        raise UsageError(f"{name} takes no arguments: {' '.join(arguments)}", hint=f"gomod2bazel {name} [flags]")
