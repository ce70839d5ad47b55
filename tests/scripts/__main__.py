"""Run the scripts that build or install, all or some; see tools/go_scripts."""

from __future__ import annotations

import argparse
import os
import sys
import time
from collections.abc import Sequence
from pathlib import Path

from support.driver import Driver

from gomod2bazel.base.disk.caches import Caches
from gomod2bazel.base.errors import Gomod2bazelError
from scripts.engine import Engine
from scripts.ledger import FAILED, NOT_APPLICABLE, Entry, judge, read_judged, read_ledger, summary, text
from scripts.survey import builds, outright

_LEDGER = Path(__file__).parent / "ledger.tsv"


def main(argv: Sequence[str]) -> int:
    """Run what is asked for; return 1 when a script fails that the ledger does not have as failed."""
    parser = argparse.ArgumentParser(prog="tools/go_scripts", description=__doc__)
    parser.add_argument(
        "-goroot", type=Path, help="Go source tree with cmd/go's test data; the go command's by default"
    )
    parser.add_argument("-write", action="store_true", help="write tests/scripts/ledger.tsv")
    parser.add_argument("-v", action="store_true", help="print all that the engine says of those that fail")
    parser.add_argument("names", nargs="*", help="scripts, without .txt; all by default")
    options = parser.parse_args(argv)
    cache = Caches.from_environment(os.environ).root / "go-scripts"
    cache.mkdir(parents=True, exist_ok=True)
    try:
        engine = Engine.compiled(Driver.with_cache(cache), options.goroot)
    except Gomod2bazelError as error:
        sys.stderr.write(f"tools/go_scripts: {error}\nhint: {error.hint}\n")
        return error.exit_code
    known = read_ledger(_LEDGER)
    chosen = [path for path in engine.scripts if builds(path) and (not options.names or path.stem in options.names)]
    entries = [_entry(engine, path, verbose=options.v) for path in chosen]
    engine.forget_modules()
    engine.driver.run("shutdown", cwd=cache)
    sys.stdout.write(f"{summary(entries)}\n")
    if options.write:
        _LEDGER.write_text(text({**known, **{entry.script: entry for entry in entries}}.values()), encoding="utf-8")
    new = [
        e.script for e in entries if e.result == FAILED and (e.script not in known or known[e.script].result != FAILED)
    ]
    return 1 if new and not options.write else 0


def _entry(engine: Engine, path: Path, *, verbose: bool) -> Entry:
    started = time.monotonic()
    why = outright(path)
    if why:
        entry = Entry(script=path.stem, result=NOT_APPLICABLE, share="", why=why)
    else:
        outcome = engine.run(path.stem)
        real = engine.run(path.stem, real=True) if outcome.result == "fail" else None
        entry = judge(path.stem, outcome, read_judged(), real=real)
        if verbose and entry.result == FAILED:
            sys.stdout.write(outcome.text)
    sys.stdout.write(f"{time.monotonic() - started:6.1f} s  {entry.line()}")
    sys.stdout.flush()
    return entry


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
