"""Damage what the driver reads, for a while; `tools/fuzz` calls it.

    tools/fuzz                          every boundary, 60 seconds each
    tools/fuzz -seconds 10 go.sum zip   two of them, 10 seconds each
    tools/fuzz -seed 7                  other damage than the time of day gives

What is neither read nor refused in its own words is written to fuzz-TARGET-HASH in the current folder, and the exit
status is then 1.
"""

from __future__ import annotations

import argparse
import hashlib
import random
import sys
import time
from pathlib import Path

from fuzz.run import fuzz
from fuzz.targets import TARGETS


def say(text: str) -> None:
    """Print at once."""
    sys.stdout.write(f"{text}\n")
    sys.stdout.flush()


def main() -> int:
    """Run the command; return its exit status."""
    parser = argparse.ArgumentParser(prog="fuzz", description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("-seconds", "--seconds", type=float, default=60.0)
    parser.add_argument("-seed", "--seed", type=int, default=time.time_ns())
    parser.add_argument("targets", nargs="*", metavar="TARGET", help=f"one of {', '.join(TARGETS)}")
    options = parser.parse_args()
    unknown = [name for name in options.targets if name not in TARGETS]
    if unknown:
        parser.error(f"no such target: {' '.join(unknown)}")
    failed = False
    for name in options.targets or TARGETS:
        done = fuzz(TARGETS[name], random.Random(options.seed), seconds=options.seconds)  # noqa: S311 - no secret
        say(f"{name:<14} {done.runs:>9} inputs, {done.read} read, {done.refused} refused")
        if done.crash is not None:
            failed = True
            file = Path(f"fuzz-{name}-{hashlib.sha256(done.crash).hexdigest()[:12]}")
            file.write_bytes(done.crash)
            say(f"{done.trace}\n{name}: {file} holds the input (seed {options.seed})")
    return int(failed)


if __name__ == "__main__":
    sys.exit(main())
