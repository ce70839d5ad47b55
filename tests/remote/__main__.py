"""Remote caching and remote execution on real servers; `tools/remote` calls this.

    tools/remote                        all checks, with golang.org/x/tools
    tools/remote -list                  their names
    tools/remote share execute          some of them
    tools/remote -modules M@V,... share execute

The servers are bazel-remote, and buildbox-casd with bubblewrap; they are set up in the cache folder. Every check uses
machines of its own: another HOME, output base, caches, and a network namespace that reaches the server and nothing
else. The exit status is 1 where a binary has other bytes than that of `go build`, or a build ends otherwise than it
should.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
import time
from collections.abc import Callable, Mapping
from pathlib import Path

from support.driver import Driver

from gomod2bazel.base.disk.files import remove_tree
from remote.caching import mapped, minimal, monorepo, share
from remote.executing import cgo, execute, lost, unable
from remote.failing import evicted, hanging, killed, lying, slow
from remote.programs import set_up
from remote.world import World, WrongError

_CHECKS: Mapping[str, Callable[[World, list[str]], list[str]]] = {
    check.__name__: check
    for check in (share, monorepo, mapped, minimal, killed, hanging, slow, lying, evicted, execute, cgo, unable, lost)
}

_MODULES = "golang.org/x/tools@v0.30.0"


def say(line: str) -> None:
    """Print at once."""
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


def main() -> int:
    """Run the checks; return the exit status."""
    parser = argparse.ArgumentParser(prog="remote", description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("-modules", "--modules", default=_MODULES, help="built by share and execute; may be empty")
    parser.add_argument("-list", "--list", action="store_true", help="print the names of the checks")
    parser.add_argument("names", nargs="*", metavar="CHECK")
    options = parser.parse_args()
    unknown = [name for name in options.names if name not in _CHECKS]
    if unknown:
        parser.error(f"no check {', '.join(unknown)}; there are {', '.join(_CHECKS)}")
    if options.list:
        say("\n".join(f"{name:9} {check.__doc__}" for name, check in _CHECKS.items()))
        return 0
    programs = set_up(say)
    with tempfile.TemporaryDirectory(prefix="g2b-") as sockets:
        # Not below /tmp: the sandbox of actions has an empty one.
        folder = Path(tempfile.mkdtemp(prefix="remote-", dir=programs.bazel_remote.parents[2]))
        driver = Driver.with_cache(folder / "driver").with_users_sources()
        world = World(folder=folder, sockets=Path(sockets), programs=programs, driver=driver, say=say)
        try:
            wrong = [name for name in options.names or _CHECKS if not _passes(name, world, _words(options.modules))]
        finally:
            remove_tree(folder)
    say(f"{len(options.names or _CHECKS) - len(wrong)} passed, {len(wrong)} failed")
    return 1 if wrong else 0


def _words(text: str) -> list[str]:
    return [word for word in text.split(",") if word]


def _passes(name: str, world: World, modules: list[str]) -> bool:
    check, before = _CHECKS[name], time.monotonic()
    say(f"==> {name}: {check.__doc__}")
    try:
        lines = check(world, modules)
    except WrongError as error:
        say(f"    wrong: {error}")
        return False
    for line in lines:
        say(f"    {line}")
    say(f"    {time.monotonic() - before:.0f} s")
    return True


if __name__ == "__main__":
    sys.exit(main())
