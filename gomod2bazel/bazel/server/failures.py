"""What it means when a Bazel client does not end with a built or failed build, and what to do about it."""

from __future__ import annotations

import re
import shlex
import tempfile
from collections.abc import Iterator, Sequence
from pathlib import Path

from gomod2bazel.base.disk.shortages import shortage_in
from gomod2bazel.base.errors import BuildError, Gomod2bazelError, Interrupted, ToolError
from gomod2bazel.bazel.server.client import Ended

__all__ = ["LOST_INPUTS", "client_failure", "query_failure", "what_was_killed", "worker_ended"]

_KILLED = re.compile(r"Server terminated abruptly|failed to connect to .*server", re.IGNORECASE)
"""What a client prints when its server is gone from one moment to the next."""

_NOT_LOADED = 7
"""Exit code of a query that needs what does not load; with --keep_going it would have an answer without that."""

_WORKER = re.compile(r"Worker process (did not return a WorkResponse|quit or closed its stdin)")
"""What Bazel prints of an action whose worker is gone."""

LOST_INPUTS = 39
"""Exit code of a build that needs outputs which only a remote cache had, and which it lacks or returns wrongly."""

_FILES_NAMED = 5

_REMOTE = "check -remote-cache, -remote-executor and their credentials, and such flags in your .bazelrc"
_BROKEN = "gomod2bazel shutdown stops the server; the next run starts a new one"
_CODES = {
    2: (
        "Bazel rejected its command line",
        "check the flags in your .bazelrc; `gomod2bazel doctor` shows which Bazel runs",
    ),
    9: ("another command is using the Bazel server", "wait for it, or stop it"),
    32: ("the remote build environment failed", _REMOTE),
    33: ("Bazel ran out of memory", "run fewer actions at the same time, which needs less memory: -p 1"),
    34: ("a remote service failed", _REMOTE),
    36: ("Bazel reports a problem with this machine", "gomod2bazel doctor shows what Bazel and the driver found"),
    37: ("Bazel crashed", _BROKEN),
    38: ("the upload to the build event service failed", _REMOTE),
    LOST_INPUTS: (
        "the remote or disk cache lacks files that the build still needs, or returns other bytes than digests say",
        "check the server; gomod2bazel clean forgets what came from it",
    ),
    45: ("the build event service rejected the upload", _REMOTE),
    48: (
        "a Bazel module cannot be resolved",
        "make a registry reachable, or name a mirror in your .bazelrc: common --registry=URL",
    ),
}
"""What an exit code of Bazel means and what to do about it (https://bazel.build/run/scripts#exit-codes)."""


def what_was_killed(ended: Ended, stderr: str) -> str:
    """Return which process of Bazel's was killed during a command, by the kernel for memory or by hand; empty for none.

    Args:
        ended: How the client ended.
        stderr: Its messages.
    """
    if ended.interrupted:
        return ""
    if ended.code == 37 and _KILLED.search(stderr):
        return "Bazel's server"
    return "a Bazel worker" if ended.code == 1 and _WORKER.search(stderr) else ""


def worker_ended(text: str) -> bool:
    """Return whether an action failed since its worker ended, as Bazel's account of the failure says."""
    return _WORKER.search(text) is not None


def query_failure(ended: Ended, argv: Sequence[str], stderr: str) -> Gomod2bazelError:
    """Return the error for a query that found no answer.

    Args:
        ended: How the client ended.
        argv: Its command line.
        stderr: Its messages.
    """
    # Queries say 1, 3 and 7 for what they cannot load.
    if not ended.interrupted and ended.code in {1, 2, 3, 7}:
        error = BuildError(stderr, hint="check the expression and the packages it names")
        error.can_be_skipped = ended.code == _NOT_LOADED
        return error
    return client_failure(ended, argv, stderr)


def _folders(argv: Sequence[str]) -> Iterator[Path]:
    """Yield where Bazel writes."""
    root = "--output_user_root="
    yield from (Path(word.removeprefix(root)) for word in argv if word.startswith(root))
    yield Path(tempfile.gettempdir())


def client_failure(ended: Ended, argv: Sequence[str], stderr: str) -> Gomod2bazelError:
    """Return the error for a client that did not end with a built or failed build.

    Args:
        ended: How it ended.
        argv: Its command line.
        stderr: Its messages.
    """
    if ended.interrupted or ended.code == 8:
        return Interrupted("interrupted; Bazel has stopped the build")
    shortage = shortage_in(stderr, _folders(argv))
    if shortage:
        return shortage
    if what_was_killed(ended, stderr):
        return ToolError(
            f"Bazel's server was killed, and killed again after a restart: {stderr.strip()}",
            hint=(
                "dmesg shows what the kernel killed when memory ran out; -p 1 runs one action at a time and needs less"
            ),
        )
    if ended.code == LOST_INPUTS:
        # One line for each file.
        stderr = "\n".join(stderr.splitlines()[:_FILES_NAMED])
    what, hint = _CODES.get(ended.code, (f"Bazel ended with exit status {ended.code}", _BROKEN))
    return ToolError("\n".join(filter(None, [what, stderr.rstrip(), f"command: {shlex.join(argv)}"])), hint=hint)
