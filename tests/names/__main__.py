"""Build modules with odd names, with the driver and the go command; `tools/names` calls it.

    tools/names                        300 modules
    tools/names -modules 30 -seed 7    fewer, and others
    tools/names -generate              the same as monorepos: generate -init, then bazel build //...

Rounds in which something differs are left in the folder that is printed, and the exit status is then 1.
"""

from __future__ import annotations

import argparse
import os
import random
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from support.driver import Driver

from gomod2bazel.base.disk.caches import Caches
from names.compare import compare
from names.monorepo import compare_generated
from names.odd import make_round

_ROUND = 15
"""Modules in a round; each has one, and one main module."""


def say(text: str) -> None:
    """Print at once."""
    sys.stdout.write(f"{text}\n".encode(errors="backslashreplace").decode())
    sys.stdout.flush()


def main() -> int:
    """Run the command; return its exit status."""
    parser = argparse.ArgumentParser(prog="names", description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("-modules", "--modules", type=int, default=300)
    parser.add_argument("-seed", "--seed", type=int, default=1)
    parser.add_argument("-generate", "--generate", action="store_true", help="build monorepos, with Bazel")
    parser.add_argument("-v", action="store_true", help="print why commands are refused")
    options = parser.parse_args()
    driver = Driver.with_cache(Caches.from_environment(os.environ).root / "names")
    folder = Path(tempfile.mkdtemp(prefix="names-", dir=Caches.from_environment(os.environ).root))
    equal = refused = failed = modules = 0
    began = time.monotonic()
    for number in range(-(-options.modules // (_ROUND + 1))):
        place = folder / str(number)
        chance = random.Random(f"{options.seed} {number}")  # noqa: S311 - no secret
        made = make_round(place, chance, _ROUND, labels=options.generate)
        done = (compare_generated if options.generate else compare)(driver, made, place)
        equal, refused, modules = equal + done.equal, refused + done.refused, modules + _ROUND + 1
        say(f"round {number}: {done.equal} equal, {done.refused} refused, {len(done.problems)} problems")
        for text in done.problems if not options.v else (*done.problems, *done.refusals):
            say(text)
        failed += bool(done.problems)
        if not done.problems:
            subprocess.run(["chmod", "-R", "u+w", place], check=True)
            shutil.rmtree(place)
    seconds = time.monotonic() - began
    say(f"{modules} modules, {equal} commands equal, {refused} refused, seed {options.seed}, {seconds:.0f} s")
    say(f"{failed} rounds with problems are in {folder}") if failed else folder.rmdir()
    return int(bool(failed))


if __name__ == "__main__":
    sys.exit(main())
