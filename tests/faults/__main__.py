"""Make each system call of a run fail, one at a time; `tools/faults` calls it.

    tools/faults                                  every command, call and error
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
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from queue import SimpleQueue

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
    began = time.monotonic()
    with tempfile.TemporaryDirectory(prefix="faults-") as name, ThreadPoolExecutor(options.jobs) as pool:
        caches = [Path(name, f"cache-{number}") for number in range(options.jobs)]
        drivers = list(pool.map(Driver.with_cache, caches))
        try:
            outcomes: list[Outcome] = []
            for command in options.command:
                outcomes += _sweep(drivers, Path(name, command), options, pool)
        finally:
            for driver in drivers:
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
    parser.add_argument("-alike", "--alike", type=int, default=2, help="how many calls that are alike to try")
    jobs = os.cpu_count() or 1
    parser.add_argument("-jobs", "--jobs", type=int, default=jobs, help="how many runs at once; each has own caches")
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


def _sweep(drivers: list[Driver], work: Path, options: argparse.Namespace, pool: ThreadPoolExecutor) -> list[Outcome]:
    """Try the points of one command, each on an idle bench: a bench has its own driver, caches and folder."""
    benches = [
        Bench(driver=driver, work=work / str(number), command=work.name) for number, driver in enumerate(drivers)
    ]
    list(pool.map(_prepare, benches))
    points = [p for p in benches[0].points(options.calls, options.alike) if p.error in (options.errors or [p.error])]
    say(f"{work.name}: {len(points)} points")
    if options.list:
        for point in points:
            say(f"  {point}")
        return []
    idle: SimpleQueue[Bench] = SimpleQueue()
    for bench in benches:
        idle.put(bench)

    def tried(point: Point) -> Outcome:
        bench = idle.get()
        try:
            return _tried(bench, point)
        finally:
            idle.put(bench)

    return list(pool.map(tried, points))


def _prepare(bench: Bench) -> None:
    bench.work.mkdir(parents=True)
    bench.prepare()


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
