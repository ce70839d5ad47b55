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

__all__ = ["client_failure", "query_failure", "what_was_killed"]

_KILLED = re.compile(r"Server terminated abruptly|failed to connect to .*server", re.IGNORECASE)
"""What a client prints when its server is gone from one moment to the next."""

_WORKER = re.compile(r"Worker process (did not return a WorkResponse|quit or closed its stdin)")
"""What Bazel prints of an action whose worker is gone."""

_REMOTE = "the remote cache or remote execution service did not do its part; see the remote flags in your .bazelrc"
_BROKEN = "gomod2bazel shutdown stops the server; the next run starts a new one"
_CODES = {
    2: (
        "Bazel does not take its command line",
        "see the flags in your .bazelrc; `gomod2bazel doctor` shows which Bazel runs",
    ),
    9: ("another command holds the Bazel server", "wait for it, or stop it"),
    32: ("the remote build environment failed", _REMOTE),
    33: ("Bazel ran out of memory", "fewer actions at once (-p) need less memory"),
    34: ("a remote service failed", _REMOTE),
    36: ("Bazel finds something wrong with this machine", "gomod2bazel doctor shows what Bazel and the driver found"),
    37: ("Bazel crashed", _BROKEN),
    38: ("the build event service did not take the results", _REMOTE),
    39: ("the remote cache dropped what the build still needed", "try again"),
    45: ("the build event service refused the results", _REMOTE),
    48: (
        "a Bazel module cannot be resolved",
        "a registry must be reachable, or a mirror named in your .bazelrc (--registry)",
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
    return "a worker of Bazel" if ended.code == 1 and _WORKER.search(stderr) else ""


def query_failure(ended: Ended, argv: Sequence[str], stderr: str) -> Gomod2bazelError:
    """Return the error for a query that found no answer."""
    # Queries say 1, 3 and 7 for what they cannot load.
    if not ended.interrupted and ended.code in {1, 2, 3, 7}:
        return BuildError(stderr, hint="see the expression and the packages it names")
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
            f"Bazel's server was killed, and again after it was started anew: {stderr.strip()}",
            hint="dmesg names what the kernel killed when memory ran out; fewer actions at once (-p 1) need less",
        )
    what, hint = _CODES.get(ended.code, (f"Bazel ended with exit status {ended.code}", _BROKEN))
    return ToolError("\n".join(filter(None, [what, stderr.rstrip(), f"command: {shlex.join(argv)}"])), hint=hint)
