"""The command gocacheprog: the go command keeps its build cache in a Bazel disk cache, and in a remote cache.

The go command starts it each time that it needs its cache, and waits for it: little is imported, the rest when needed.
"""

from __future__ import annotations

import os
import signal
from collections.abc import Mapping, Sequence
from contextlib import ExitStack, suppress
from pathlib import Path
from typing import TYPE_CHECKING

from gomod2bazel.base.disk.cache_lock import caches_kept
from gomod2bazel.base.disk.caches import Caches
from gomod2bazel.base.errors import FileError, Gomod2bazelError, UsageError
from gomod2bazel.base.process.message import Level, Message
from gomod2bazel.golang.build_cache.disk_cache import DiskCache
from gomod2bazel.golang.build_cache.notes import Notes
from gomod2bazel.golang.build_cache.protocol import Connection
from gomod2bazel.golang.build_cache.responder import Responder

if TYPE_CHECKING:
    from gomod2bazel.golang.build_cache.uplink import Uplink
    from gomod2bazel.options.options import Options

__all__ = ["FLAGS", "run_process"]

FLAGS = ("disk-cache", "remote-cache", "remote-header", "remote-read-only", "deadline")
"""The flags of the command."""

_DEADLINE = 10.0
"""Seconds that a remote cache may stay silent; a build waits for it."""


def run_process(arguments: Sequence[str]) -> int:
    """Serve the go command on standard input and output until it is done, and return the exit code.

    Args:
        arguments: The command line after the command's name.
    """
    try:
        if os.isatty(0):
            raise UsageError(
                "gocacheprog is started by the go command", hint='export GOCACHEPROG="gomod2bazel gocacheprog"'
            )
        # The go command ends this process by closing its input, also after Ctrl-C.
        signal.signal(signal.SIGINT, signal.SIG_IGN)
        # Whatever else prints to standard output would spoil the protocol.
        target = os.dup(1)
        os.dup2(2, 1)
        with open(0, "rb", closefd=False) as source:
            connection = Connection(source, target)
            connection.begin()
            _serve(connection, _read(arguments) if arguments else None, os.environ)
    except BrokenPipeError:
        # The go command has ended.
        return 1
    except Gomod2bazelError as error:
        _write(Message(error.what, Level.ERROR, error.where, error.hint).line())
        return error.exit_code
    return 0


def _serve(connection: Connection, options: Options | None, environment: Mapping[str, str]) -> None:
    """Answer the go command; without options, from the default disk cache alone."""
    notes = Notes(_write)
    with ExitStack() as stack:
        if options and options.bazel.cache.disk_cache:
            disk = DiskCache(_sendable(Path(options.bazel.cache.disk_cache)))
        else:
            caches = Caches.from_environment(environment)
            disk = DiskCache(_sendable(caches.disk))
            try:
                stack.enter_context(caches_kept(caches.root))
            except FileError as error:
                notes.once("lock", str(error), error.hint)
        uplink = _uplink(options, environment, disk, notes) if options and options.bazel.remote.remote_cache else None
        if uplink:
            # After Ctrl-C the go command still closes its cache, and waits for that.
            signal.signal(signal.SIGINT, lambda _number, _frame: uplink.hurry())
        Responder(connection, disk, uplink, notes).serve()


def _read(arguments: Sequence[str]) -> Options:
    """Read the command line.

    Raises:
        UsageError: It has flags of other commands, or words that are not flags.
    """
    # Imported only where there are flags: it takes as long as everything else.
    from gomod2bazel.options.flags import parse_only  # noqa: PLC0415

    options, words = parse_only(arguments, FLAGS, "gocacheprog")
    if words:
        raise UsageError(f"gocacheprog takes no arguments: {' '.join(words)}", hint="gomod2bazel gocacheprog [flags]")
    return options


def _uplink(options: Options, environment: Mapping[str, str], disk: DiskCache, notes: Notes) -> Uplink:
    """Return the way to the remote cache.

    Raises:
        UsageError: The URL or the netrc file is wrong.
    """
    from gomod2bazel.golang.build_cache.remote_cache import RemoteCache, read_server  # noqa: PLC0415
    from gomod2bazel.golang.build_cache.uplink import Uplink  # noqa: PLC0415

    remote, deadline = options.bazel.remote, options.module.sources.deadline or _DEADLINE
    server = read_server(remote.remote_cache, remote.remote_headers, deadline, environment)
    return Uplink(disk, RemoteCache(server), notes, read_only=remote.remote_read_only)


def _sendable(root: Path) -> Path:
    """Return a folder whose name the go command can read.

    Raises:
        UsageError: It is relative, or its name is not UTF-8.
    """
    if not root.is_absolute():
        raise UsageError(
            f"-disk-cache {root}: the go command starts gocacheprog in any folder", hint="name an absolute path"
        )
    try:
        str(root).encode()
    except UnicodeEncodeError as error:
        raise UsageError(
            f"the go command cannot read the name of the folder {str(root)!r}", hint="use a folder whose name is UTF-8"
        ) from error
    return root


def _write(text: str) -> None:
    """Write to standard error, which may be closed."""
    with suppress(OSError):
        os.write(2, text.encode("utf-8", "backslashreplace"))
