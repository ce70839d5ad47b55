"""Compare the binaries of whole modules with those of the go command, byte for byte, and print a table.

    tools/parity                              the modules below, with CGO_ENABLED=0 and 1
    tools/parity -cgo 0 MODULE@VERSION ...    those named
    tools/parity -platforms [GOOS/GOARCH ...] a tiny module for every platform that links without cgo, or for those
    tools/parity -matrix [WORD ...]           the rows of tests/parity/matrix, or those that have all the words,
                                              which follow -- where they begin with a dash
    tools/parity -matrix -write [WORD ...]    and write what came of them to docs/parity.md, in the Go release's column
    tools/parity -real [-write] [NAME ...]    the rows of tests/parity/real, or those named: real modules with flags;
                                              and write what came of them to docs/parity-real.md

    tools/parity -twice ...                   all but -platforms also as another user: other caches, HOME, TMPDIR, user
                                              ID, lengths of paths and numbers of workers
    tools/parity -go 1.27.3 ...               any of these with the Go of another release, from the user's GOPROXY

Modules come from the sources of `go env GOPROXY` and the module cache. Caches are the user's own; the go command's
build cache for the references is kept next to them. Exit status 1 when any binary differs. The matrix needs no source.
"""

from __future__ import annotations

import argparse
import os
import re
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path[:0] = [str(ROOT), str(ROOT / "tests")]

from support import cross, matrix_page, real, real_page  # noqa: E402
from support.driver import Driver  # noqa: E402 - found through the line above
from support.go_releases import RELEASES  # noqa: E402
from support.matrix import Row as MatrixRow  # noqa: E402
from support.matrix import rows as matrix_rows  # noqa: E402
from support.matrix import run  # noqa: E402
from support.outcome import Outcome  # noqa: E402
from support.parity import compare, install  # noqa: E402
from support.twice import ACTIONS, other_user  # noqa: E402

from gomod2bazel.base.disk.caches import Caches  # noqa: E402
from gomod2bazel.base.errors import BuildError  # noqa: E402

MODULES = (
    "filippo.io/age@v1.2.0",
    "github.com/BurntSushi/toml@v1.4.0",
    "github.com/junegunn/fzf@v0.56.3",
    "github.com/klauspost/compress@v1.17.11",
    "github.com/mikefarah/yq/v4@v4.44.3",
    "golang.org/x/tools@v0.30.0",
    "github.com/evanw/esbuild@v0.24.0",
    "github.com/cli/cli/v2@v2.62.0",
    "github.com/prometheus/node_exporter@v1.12.1",
)
HEADS = ("module", "cgo", "equal", "of", "ours, s", "go, s", "what was done")
LAYOUT = "{:<42} {:>3} {:>5} {:>4} {:>8} {:>7}  {}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One module with one value of CGO_ENABLED.

    Attributes:
        module: MODULE@VERSION.
        cgo: "0" or "1".
        total: binaries that the go command makes.
        problems: what is wrong with ours, one line each.
        ours, theirs: seconds.
        done: what the driver says it did.
    """

    module: str
    cgo: str
    total: int
    problems: list[str]
    ours: float
    theirs: float
    done: str

    def cells(self) -> tuple[object, ...]:
        """Return what is in the table."""
        wrong = {problem.split(":")[0] for problem in self.problems}
        equal = max(self.total - len(wrong), 0)
        return (self.module, self.cgo, equal, self.total, f"{self.ours:.1f}", f"{self.theirs:.1f}", self.done)


def main(arguments: list[str]) -> int:
    """Run the command; return its exit status."""
    parser = argparse.ArgumentParser(prog="tools/parity", description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("-cgo", "--cgo", choices=("0", "1"), action="append", help="CGO_ENABLED; both when not given")
    parser.add_argument("-matrix", "--matrix", action="store_true", help="flags on small modules instead")
    parser.add_argument("-write", "--write", action="store_true", help="write the page in docs/; with -matrix, -real")
    parser.add_argument("-platforms", "--platforms", action="store_true", help="a tiny module, each platform")
    parser.add_argument("-real", "--real", action="store_true", help="real modules with flags")
    parser.add_argument(
        "-go", "--go", metavar="VERSION", help="a Go release, such as 1.27.3; else the go command found"
    )
    parser.add_argument("-twice", "--twice", action="store_true", help="build as another user too, to the same bytes")
    parser.add_argument("modules", nargs="*", metavar="MODULE@VERSION | WORD | GOOS/GOARCH")
    options = parser.parse_args(arguments)
    if options.write and not (options.matrix or options.real):
        parser.error("-write goes with -matrix or -real")
    driver = Driver.with_cache(Caches.from_environment(os.environ).root.parent)
    driver = driver.with_release(options.go) if options.go else driver
    if options.platforms:
        return every_platform(driver, options.modules)
    folder = driver.caches.root / "parity"
    column = written_column(driver) if options.write else ""
    if options.matrix:
        other = other_user(driver, folder) if options.twice else None
        return matrix(driver, other, options.modules, column)
    driver = driver.with_users_sources()
    other = other_user(driver, folder) if options.twice else None
    if options.real:
        return real_modules(driver, other, options.modules, column)
    print(LAYOUT.format(*HEADS))
    failed = False
    for row in rows(driver, other, options.modules or MODULES, options.cgo or ["0", "1"]):
        print(LAYOUT.format(*row.cells()), *(f"\n    {problem}" for problem in row.problems), sep="", flush=True)
        failed = failed or bool(row.problems)
    return 1 if failed else 0


def written_column(driver: Driver) -> str:
    """Return the Go release whose column in the pages is written; end the command if they have none for it."""
    release = driver.go("env", "GOVERSION", cwd=ROOT).out.strip().removeprefix("go")
    if release not in RELEASES:
        sys.exit(f"parity: -write: the pages have no column for Go {release}; name one with -go: {', '.join(RELEASES)}")
    return release


def every_platform(driver: Driver, names: list[str]) -> int:
    """Build the tiny module for platforms ``names``, or all that link without cgo; return the exit status."""
    failed = False
    for name in names or cross.platforms(driver, ROOT):
        with tempfile.TemporaryDirectory(prefix="gomod2bazel-parity-") as folder:
            problems = cross.problems_of(driver, [name], Path(folder))
        print(f"{name:<18} {'equal' if not problems else problems[0]}", flush=True)
        failed = failed or bool(problems)
    return 1 if failed else 0


def matrix(driver: Driver, other: Driver | None, words: list[str], column: str) -> int:
    """Build the rows of the matrix that have all of ``words``, write a column of the page; return the exit status."""
    outcomes: list[Outcome[MatrixRow]] = []
    for row in matrix_rows():
        marks = [word for word, on in (("core", row.core), ("refused", row.refused)) if on]
        if not set(words) <= {row.module, *map("=".join, row.env.items()), *row.flags, *marks}:
            continue
        started = time.monotonic()
        with tempfile.TemporaryDirectory(prefix="gomod2bazel-parity-") as folder:
            outcomes.append(run(row, driver, Path(folder), other))
        last = outcomes[-1]
        if column:
            matrix_page.DOCUMENT.write_text(matrix_page.document([last], column), encoding="utf-8")
        print(f"{last.result:<14} {last.files:>2} {time.monotonic() - started:6.1f} s  {row}", flush=True)
        if last.output:
            print(*(f"    {line}" for line in last.output.splitlines()), sep="\n", flush=True)
    print(", ".join(f"{n} {word}" for word, n in sorted(Counter(outcome.result for outcome in outcomes).items())))
    return 1 if any(outcome.bad for outcome in outcomes) else 0


def real_modules(driver: Driver, other: Driver | None, names: list[str], column: str) -> int:
    """Build the rows of tests/parity/real named, or all, and write a column of the page; return the exit status."""
    known = {row.name: row for row in real.rows()}
    unknown = [name for name in names if name not in known]
    if unknown:
        print(f"parity: no row is called {', '.join(unknown)}; there are {', '.join(known)}", file=sys.stderr)
        return 2
    bad = False
    for name in names or known:
        started = time.monotonic()
        with tempfile.TemporaryDirectory(prefix="gomod2bazel-parity-") as folder:
            outcome = real.run(known[name], driver, Path(folder), other)
        if column:
            real_page.DOCUMENT.write_text(real_page.document([outcome], column), encoding="utf-8")
        print(f"{outcome.result:<12} {outcome.files:>3} {time.monotonic() - started:6.1f} s  {outcome.row}", flush=True)
        if outcome.output:
            print(*(f"    {line}" for line in outcome.output.splitlines()), sep="\n", flush=True)
        bad = bad or outcome.bad
    return 1 if bad else 0


def rows(driver: Driver, other: Driver | None, modules: Sequence[str], values: list[str]) -> Iterator[Row]:
    """Yield one row for each module and value of CGO_ENABLED."""
    for module in modules:
        for cgo in values:
            with_cgo = driver.with_environment(CGO_ENABLED=cgo)
            elsewhere = other.with_environment(CGO_ENABLED=cgo) if other else None
            with tempfile.TemporaryDirectory(prefix="gomod2bazel-parity-") as folder:
                yield check(with_cgo, elsewhere, module, cgo, Path(folder))


def check(driver: Driver, other: Driver | None, module: str, cgo: str, work: Path) -> Row:
    """Build one module both ways, and as another user where there is one, and compare."""
    path, _, version = module.partition("@")
    started = time.monotonic()
    theirs = reference(driver, path, version, work)
    between = time.monotonic()
    flags = ("-set", "all", "-ldflags=-buildid=", "-destination", "bin", "-prefix", work / "prefix")
    done = driver.run("build", *flags, module, cwd=work, timeout=3600)
    ended = time.monotonic()
    if theirs:
        problems = [theirs]
    elif done.code:
        problems = [f"exit {done.code}: {done.err.strip()}"]
    else:
        problems = compare(driver, work / "theirs", work / "prefix" / "bin")
        problems += again(other, module, work) if other else []
    counts = re.search(r"\d+ packages? (compiled|and).*", done.err)
    return Row(
        module=module,
        cgo=cgo,
        total=sum(1 for _ in (work / "theirs").iterdir()),
        problems=problems,
        ours=ended - between,
        theirs=between - started,
        done=counts[0] if counts else "",
    )


def again(other: Driver, module: str, work: Path) -> list[str]:
    """Build a module as another user; return what differs from the go command's binaries."""
    flags = ("-set", "all", "-ldflags=-buildid=", *ACTIONS, "-destination", "again")
    done = other.run("build", *flags, module, cwd=work, timeout=3600)
    problems = compare(other, work / "theirs", work / "again") if done.code == 0 else [done.err.strip()]
    return [f"another user: {problem}" for problem in problems]


def reference(driver: Driver, path: str, version: str, work: Path) -> str:
    """Let the go command install the module; return what it says when it cannot."""
    try:
        install(driver, path, version, work / "theirs", cwd=work)
    except BuildError as error:
        return str(error)
    return ""


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
