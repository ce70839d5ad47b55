"""A network namespace that has loopback and nothing else: what runs there can reach no other machine."""

from __future__ import annotations

import os
import subprocess
import sys
from functools import cache

import pytest

__all__ = ["LOOPBACK_UP", "inside"]

# Loopback is down in a new namespace. The numbers are SIOCGIFFLAGS and SIOCSIFFLAGS of linux/sockios.h.
LOOPBACK_UP = """
import fcntl, os, socket, struct, sys
with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as s:
    name, flags = struct.unpack("16sH", fcntl.ioctl(s, 0x8913, struct.pack("16sH14x", b"lo", 0))[:18])
    fcntl.ioctl(s, 0x8914, struct.pack("16sH14x", name, flags | 1))
os.execvp(sys.argv[1], sys.argv[1:])
"""


@cache
def inside() -> tuple[str, ...]:
    """Return the words that run a command in a new namespace when they come before it.

    Skips the test where the kernel allows no namespaces; in continuous integration, where CI is set, it fails.
    """
    user = () if os.geteuid() == 0 else ("--user", "--map-root-user")
    words = ("unshare", *user, "--net", sys.executable, "-c", LOOPBACK_UP)
    try:
        done = subprocess.run([*words, "true"], capture_output=True, encoding="utf-8", timeout=60, check=False)
        why = done.stderr.strip() if done.returncode else ""
    except FileNotFoundError as error:
        why = str(error)
    if why and os.environ.get("CI"):
        pytest.fail(f"no network namespaces: {why}")
    if why:
        pytest.skip(f"no network namespaces: {why}")
    return words
