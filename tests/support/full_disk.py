"""Run a program where the disk is full."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

import pytest

__all__ = ["with_full_disk"]


def with_full_disk(folder: Path) -> tuple[str, ...]:
    """Create a folder, and return the words before a command that sees a file system of 64 KiB there.

    The test is skipped where namespaces do not allow that.
    """
    folder.mkdir()
    user = () if os.geteuid() == 0 else ("--user", "--map-root-user")
    mount = f'mount -t tmpfs -o size=64k tmpfs {folder} && exec "$@"'
    before = ("unshare", *user, "--mount", "sh", "-c", mount, "sh")
    if subprocess.run([*before, "true"], capture_output=True, check=False).returncode:
        pytest.skip("no mount namespaces")
    return before
