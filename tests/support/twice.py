"""Another user of the same machine, who builds the same: nothing of who builds, where, may reach a binary."""

from __future__ import annotations

import subprocess
from functools import cache
from pathlib import Path

from support.driver import Driver

__all__ = ["ACTIONS", "other_user"]

ACTIONS = ("-p", "5")
"""How many actions at the same time for that user: other numbers of workers."""

_NAME = "another-user-whose-name-is-a-good-deal-longer"


def other_user(driver: Driver, folder: Path) -> Driver:
    """Return a driver with caches, HOME and TMPDIR below ``folder``, longer paths, another user name and user ID.

    The ID is one of a user namespace: where the kernel allows none, it stays as it is.

    Args:
        driver: whose tools and sources it has.
        folder: of the other user; what is there from an earlier run is used.
    """
    home = folder / _NAME
    caches, temporary = home / "cache" / "of" / "this" / "user", home / "temporary"
    for path in (caches, temporary):
        path.mkdir(parents=True, exist_ok=True)
    names = dict.fromkeys(("USER", "LOGNAME"), _NAME)
    made = driver.with_environment(XDG_CACHE_HOME=str(caches), HOME=str(home), TMPDIR=str(temporary), **names)
    return made.behind(*_other_number())


@cache
def _other_number() -> tuple[str, ...]:
    words = ("unshare", "--user", "--map-user=4321", "--map-group=4321", "--")
    try:
        done = subprocess.run([*words, "id", "-u"], capture_output=True, encoding="utf-8", timeout=60, check=False)
    except FileNotFoundError:
        return ()
    return words if done.stdout.strip() == "4321" else ()
