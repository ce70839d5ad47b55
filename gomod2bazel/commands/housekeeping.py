"""The commands shutdown and clean: stop the Bazel server, remove what was built and fetched."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from gomod2bazel.base.disk.files import remove_tree
from gomod2bazel.base.errors import UsageError
from gomod2bazel.base.process.session import Session

__all__ = ["clean", "shutdown"]


def shutdown(session: Session, arguments: Sequence[str]) -> int:
    """Stop the Bazel server."""
    from gomod2bazel.bazel.run import bazel_of  # noqa: PLC0415
    from gomod2bazel.provision.bazel import find_bazel  # noqa: PLC0415

    _no_arguments("shutdown", arguments)
    tool = find_bazel(session.environment, session.runner, session.caches, session.say, fetch=False)
    bazel_of(session, tool).shutdown()
    return 0


def clean(session: Session, arguments: Sequence[str]) -> int:
    """Stop the server, then drop what it built, the modules and the records; tools that were set up stay."""
    _no_arguments("clean", arguments)
    shutdown(session, ())
    caches = session.caches
    made = (caches.baselines, caches.patched, caches.overlays, caches.toolexec, caches.disk)
    for folder in (caches.runs, caches.modules, *made, caches.workspace, caches.bazel, caches.root / "go-build"):
        if Path(folder).exists():
            remove_tree(folder)
            session.say(f"removed {folder}")
    return 0


def _no_arguments(name: str, arguments: Sequence[str]) -> None:
    if arguments:
        raise UsageError(f"{name} takes no arguments: {' '.join(arguments)}")
