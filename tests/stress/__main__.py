"""Long trials; `tools/stress` calls this.

    tools/stress crowd                  20 drivers at once for 10 minutes, with go install and clean beside them
    tools/stress soak                   300 builds on one server, with alternating edits, versions and Go settings

Everything is in a folder of its own below TMPDIR. The exit status is 1 where a binary has other bytes than the go
command's, where a run ends in another way than the documented ones, or where a figure of the soak goes on growing.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
from pathlib import Path

from support.driver import Driver

from gomod2bazel.base.disk.files import remove_tree
from stress.crowd import crowd
from stress.soak import soak


def say(text: str) -> None:
    """Print at once."""
    sys.stdout.write(f"{text}\n")
    sys.stdout.flush()


def main() -> int:
    """Run the command; return its exit status."""
    parser = argparse.ArgumentParser(prog="stress", description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("trial", choices=["crowd", "soak"])
    parser.add_argument("-seconds", "--seconds", type=float, default=600.0, help="of crowd")
    parser.add_argument("-drivers", "--drivers", type=int, default=20, help="of crowd: how many at once")
    parser.add_argument("-clean", "--clean", type=float, default=150.0, help="of crowd: seconds from clean to clean")
    parser.add_argument("-builds", "--builds", type=int, default=300, help="of soak")
    options = parser.parse_args()
    folder = Path(tempfile.mkdtemp(prefix="gomod2bazel-stress-"))
    driver = Driver.with_cache(folder / "cache").with_users_sources()
    driver = driver.with_environment(GOMODCACHE=str(folder / "users"), GOFLAGS="-modcacherw")
    try:
        if options.trial == "crowd":
            return crowd(driver, folder, say, options.seconds, options.drivers, options.clean)
        return soak(driver, folder, say, options.builds)
    finally:
        driver.run("shutdown", cwd=folder)
        remove_tree(folder)


if __name__ == "__main__":
    sys.exit(main())
