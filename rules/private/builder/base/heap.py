"""How much memory the compiler may use before it collects garbage.

With Go's default it collects each time that its heap has doubled. A process that ends in a second or two gains nothing
from that: without, compiling takes a sixth less processor time (docs/performance.md).
"""

from __future__ import annotations

import functools
import os
from collections.abc import Sequence
from pathlib import Path

__all__ = ["settings_of"]

# What the compiler's heap may grow to, where the machine has this much for each processor. Of packages that need more
# than two GiB by default, collecting begins at two. Bytes.
_HEAP = 2 << 30
_FOR_EACH_PROCESSOR = 3 << 30

_LIMITS = ("/sys/fs/cgroup/memory.max", "/sys/fs/cgroup/memory/memory.limit_in_bytes")


def settings_of(argv: Sequence[str]) -> dict[str, str]:
    """Return the variables of Go's garbage collector for a program.

    Args:
        argv: its words, with those of -toolexec before.

    Returns:
        Those for the compiler; nothing for other programs. Where the machine has little memory, the compiler begins as
        without GOGC: then it sets itself a first heap of 128 MiB.
    """
    if not any(word.endswith("/compile") and "/pkg/tool/" in word for word in argv):
        return {}
    return {"GOGC": "off", "GOMEMLIMIT": f"{_HEAP}"} if _has_room() else {"GOGC": ""}


@functools.cache
def _has_room() -> bool:
    return _memory() >= _FOR_EACH_PROCESSOR * (os.cpu_count() or 1)


def _memory() -> int:
    """Return the memory that there is, in bytes: that of the machine, or what a container may use of it."""
    amounts = [os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE")]
    for file in _LIMITS:
        try:
            amounts.append(int(Path(file).read_text(encoding="ascii")))
        except (OSError, ValueError):
            # No container, one without a limit ("max"), or a sandbox without this folder.
            continue
    return min(amounts)
