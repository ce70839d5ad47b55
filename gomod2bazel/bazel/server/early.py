"""Start Bazel's server before there is anything to build: it is ready by the time that the module is loaded."""

from __future__ import annotations

import hashlib
import os
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from gomod2bazel.bazel.server.bazel import Bazel

__all__ = ["starting_server"]


@contextmanager
def starting_server(bazel: Bazel) -> Iterator[None]:
    """Let Bazel's server start meanwhile, unless one seems to run. If it does not start, the build reports it.

    Args:
        bazel: the Bazel to start, with an ``output_user_root``.
    """
    if bazel.output_user_root is None or _runs(bazel.output_user_root, bazel.workspace):
        yield
        return
    # A startup option of the client alone: whoever is building meanwhile is not waited for.
    argv = bazel.argv("info", "server_pid")
    at = argv.index("info")
    try:
        client = subprocess.Popen(
            (*argv[:at], "--noblock_for_lock", *argv[at:]),
            cwd=bazel.workspace,
            env=bazel.environment,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            # A Ctrl-C at the terminal is not for it: this process ends it.
            process_group=0,
        )
    except OSError:
        yield
        return
    try:
        yield
    except BaseException:
        client.terminate()
        raise
    finally:
        client.wait()


def _runs(output_user_root: Path, workspace: Path) -> bool:
    """Return whether a server of this workspace runs, as far as its files tell (Bazel's "Output directory layout")."""
    name = hashlib.md5(os.fsencode(os.path.realpath(workspace)), usedforsecurity=False).hexdigest()
    return (output_user_root / name / "server" / "server.pid.txt").exists()
