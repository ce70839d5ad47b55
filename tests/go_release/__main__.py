"""Tell what a Go release changes for the driver; `tools/go_release` calls it.

    tools/go_release 1.27.3                  all probes: the steps of `go build -a -n` and ours, then bytes
    tools/go_release 1.27.3 cgo race         some of them
    tools/go_release -write 1.27.3           and write docs/go-releases.md

The release's toolchain is fetched and verified by the go command that is found. Releases that the driver does not know
are tried as the newest that it does. The exit status is 1 where steps or bytes are not the go command's.
"""

from __future__ import annotations

import argparse
import os
import shutil
import sys
import tempfile
import time
from collections.abc import Iterable
from pathlib import Path

from support.driver import Driver

from go_release.page import DOCUMENT, page
from go_release.probes import PROBES, Result, try_probe
from gomod2bazel.base.disk.caches import Caches

_SHOWN = 20
"""How many differences are printed of one probe."""


def say(line: str) -> None:
    """Print at once."""
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


def main() -> int:
    """Run the command; return its exit status."""
    parser = argparse.ArgumentParser(prog="go_release", description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("release", metavar="VERSION", help="a Go release, such as 1.27.3")
    parser.add_argument("probes", metavar="PROBE", nargs="*", help=", ".join(probe.name for probe in PROBES))
    parser.add_argument("-write", action="store_true", help="write docs/go-releases.md")
    options = parser.parse_args()
    unknown = sorted({*options.probes} - {probe.name for probe in PROBES})
    if unknown:
        parser.error(f"unknown probes: {', '.join(unknown)}")
    driver = Driver.with_cache(Caches.from_environment(os.environ).root.parent).with_release(options.release)
    results = list(_tried(driver, options.probes))
    different = [result.probe.name for result in results if not result.is_equal]
    if options.write:
        DOCUMENT.write_text(page(options.release, results), encoding="utf-8")
    say(f"go {options.release}: {len(results) - len(different)} of {len(results)} probes as the go command builds them")
    return int(bool(different))


def _tried(driver: Driver, names: Iterable[str]) -> Iterable[Result]:
    for probe in PROBES:
        if names and probe.name not in names:
            continue
        lacking = "cc" if probe.env.get("CGO_ENABLED") == "1" and not shutil.which("cc") else ""
        if lacking:
            say(f"{probe.name:<14} no {lacking} here")
            continue
        started = time.monotonic()
        with tempfile.TemporaryDirectory(prefix="gomod2bazel-release-") as folder:
            result = try_probe(probe, driver, Path(folder))
        seconds = time.monotonic() - started
        steps = f"{len(result.steps_differ)} of {result.steps} steps differ"
        say(f"{probe.name:<14} {steps:<26} {result.outcome.result:<12} {seconds:6.1f} s")
        for line in (*result.steps_differ[:_SHOWN], *result.outcome.output.splitlines()):
            say(f"    {line}")
        yield result


if __name__ == "__main__":
    sys.exit(main())
