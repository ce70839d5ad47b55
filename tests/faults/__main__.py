"""Make each system call of a run fail, one at a time; `tools/faults` calls it.

    tools/faults                                  every command, call and error: about half an hour
    tools/faults -command build -calls write,openat -errors ENOSPC
    tools/faults -list                            the points alone

What a run in which a call failed must do: end with a documented exit code and in the driver's own words, leave every
destination and result file old or new, and nothing behind; and the next run must be right. The exit status is 1 where
one does not, and then it is printed.
"""

from __future__ import annotations

import argparse
import os
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Collection
from pathlib import Path

from support.driver import Driver

from faults.bench import COMMANDS, Bench, Outcome
from faults.calls import CALLS, Point
from faults.strace import missing


def say(text: str) -> None:
    """Print at once."""
    sys.stdout.write(f"{text}\n")
    sys.stdout.flush()


def main() -> int:
    """Run the command; return its exit status."""
    options = _options()
    why = missing()
    if why:
        say(f"skipped: {why}")
        return 0
    named = os.environ.get("GOMOD2BAZEL_TEST_CACHE")
    began = time.monotonic()
    with tempfile.TemporaryDirectory(prefix="faults-") as name:
        driver = Driver.with_cache(Path(named).absolute() if named else Path(name, "cache"))
        try:
            outcomes = [one for command in options.command for one in _sweep(driver, Path(name, command), options)]
        finally:
            if not named:
                driver.run("shutdown", cwd=Path(name))
    if options.list:
        return 0
    _table(outcomes)
    failed = [one for one in outcomes if one.faults]
    reached = sum(one.code is not None for one in outcomes)
    say(f"{reached} points, {len(failed)} not as they must be, {time.monotonic() - began:.0f} s")
    return int(bool(failed))


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="faults", description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("-command", "--command", type=_words(COMMANDS), default=list(COMMANDS), help="one or more")
    parser.add_argument("-calls", "--calls", type=_words(CALLS), default=list(CALLS), help="names of system calls")
    parser.add_argument("-errors", "--errors", type=lambda text: text.split(","), default=[], help="names of errors")
    parser.add_argument("-alike", "--alike", type=int, default=4, help="how many calls that are alike to try")
    parser.add_argument("-list", "--list", action="store_true", help="print the points, and try none")
    return parser.parse_args()


def _words(known: Collection[str]) -> Callable[[str], list[str]]:
    def read(text: str) -> list[str]:
        words = text.split(",")
        unknown = [word for word in words if word not in known]
        if unknown:
            raise argparse.ArgumentTypeError(f"unknown: {', '.join(unknown)}")
        return words

    return read


def _sweep(driver: Driver, work: Path, options: argparse.Namespace) -> list[Outcome]:
    work.mkdir()
    bench = Bench(driver=driver, work=work, command=work.name)
    bench.prepare()
    found = [one for one in bench.points(options.calls, options.alike) if one.error in (options.errors or [one.error])]
    say(f"{work.name}: {len(found)} points")
    if options.list:
        for one in found:
            say(f"  {one}")
        return []
    return [_tried(bench, point) for point in found]


def _tried(bench: Bench, point: Point) -> Outcome:
    outcome = bench.try_one(point)
    for fault in outcome.faults:
        say(f"{bench.command}: {point}\n  {fault}")
    return outcome


def _table(outcomes: list[Outcome]) -> None:
    """Print how the runs ended, by call and error."""
    say(f"{'call':<12} {'error':<7} {'points':>6} {'done':>5} {'refused':>8} {'wrong':>6}")
    groups = Counter((one.point.call, one.point.error) for one in outcomes if one.code is not None)
    for (call, error), count in sorted(groups.items()):
        own = [one for one in outcomes if (one.point.call, one.point.error) == (call, error) and one.code is not None]
        wrong = sum(bool(one.faults) for one in own)
        done = sum(one.code == 0 and not one.faults for one in own)
        say(f"{call:<12} {error:<7} {count:>6} {done:>5} {count - done - wrong:>8} {wrong:>6}")


if __name__ == "__main__":
    sys.exit(main())
