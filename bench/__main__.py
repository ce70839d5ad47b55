"""Compare gomod2bazel with the go command, and with rules_go and gazelle, pair by pair in one run.

Scenarios with the tree of a module (-module), a synthetic repository (-synthetic) or a checkout (-tree):
  cold             everything empty: build caches, Bazel's server and output, gomod2bazel's modules and records
  cold-warm-std    the same, but the standard library has been built; the server runs
  no-op            nothing changed since the last build
  body-edit        a string in a function of the package that most others depend on
  api-edit         an exported constant of that package, so that packages that import it are compiled again
  second-machine   everything empty on a new machine with a remote cache that another one filled, its own build without
                   the cache, and the go command's
Scenarios with a list of module versions (-modules):
  second-module    the second module of the list when the first one has been built
  many-modules     all of the list in one call, and go install of one after the other with one build cache
  drivers-at-once  ten drivers at the same time, and in a row
Scenarios with BUILD files (-synthetic, -tree; with -rules-go also for rules_go and gazelle):
  monorepo         generate, analysis, with -build also builds
  lock             writing the lock, its size, and how long Bazel reads it

Every round prepares all sides, then times one right after the other; the side that begins changes. The ratio is that of
the pair. The user's module cache has all modules before anything is timed; the go command uses it as it is, gomod2bazel
unpacks from it.
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from bench.check import different_bytes, problems
from bench.measure.errors import BenchError
from bench.report.document import write_document
from bench.report.page import page_files
from bench.run_scenarios import ALL, Options, run_all
from bench.sides.rules_go import Releases, read_directives
from bench.subjects.tree import Size

_DEFAULT_MODULES = Path(__file__).parent / "modules.txt"


def _words(text: str) -> list[str]:
    return [word for word in text.split(",") if word]


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="bench/run", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter, allow_abbrev=False
    )
    parser.add_argument(
        "scenarios", nargs="*", metavar="SCENARIO", help="in the order of the list above; default: none"
    )
    parser.add_argument("-module", type=_words, action="extend", default=[], metavar="MODULE@VERSION,...")
    parser.add_argument(
        "-synthetic", type=_words, action="extend", default=[], metavar="PACKAGES[xMODULES[xBINARIES]],..."
    )
    parser.add_argument(
        "-tree", type=Path, action="append", default=[], metavar="FOLDER", help="a checkout; it is copied"
    )
    parser.add_argument(
        "-modules", type=Path, default=_DEFAULT_MODULES, metavar="FILE", help="MODULE@VERSION, one a line"
    )
    parser.add_argument("-drivers", type=int, default=10, metavar="N", help="how many drivers at once")
    parser.add_argument("-rounds", type=int, default=5, metavar="N")
    parser.add_argument("-json", type=Path, metavar="FILE", help="write all results")
    parser.add_argument("-check", action="store_true", help="fail if a ratio is 15 %% worse than in bench/ratios.json")
    parser.add_argument("-build", action="store_true", help="monorepo: build everything, too")
    parser.add_argument("-rules-go", metavar="VERSION", help="compare with rules_go, too")
    parser.add_argument("-gazelle", metavar="VERSION", default="0.54.0")
    parser.add_argument("-registry", metavar="FOLDER", default="", help="a Bazel registry with rules_go and gazelle")
    parser.add_argument(
        "-directives",
        type=Path,
        metavar="FILE",
        help="a file of directives of gazelle, # gazelle:KEY VALUE, for the tree",
    )
    parser.add_argument("-trial", action="store_true", help="use the caches of the environment and never empty them")
    parser.add_argument(
        "-page", action="store_true", help="write docs/performance.md from bench/results, and nothing else"
    )
    return parser


def main(argv: list[str]) -> int:
    """Run the scenarios that the command line names; return the exit status."""
    parser = _parser()
    given = parser.parse_args(argv)
    unknown = [name for name in given.scenarios if name not in ALL]
    if unknown or not (given.scenarios or given.page) or given.rounds < 1:
        parser.error(f"not a scenario: {', '.join(unknown)}" if unknown else "name a scenario, and one round or more")
    if given.check and given.trial:
        parser.error("-check does not apply to a -trial, whose figures do not count")
    try:
        if given.page:
            for path, text in page_files().items():
                path.parent.mkdir(exist_ok=True)
                path.write_text(text, encoding="utf-8")
            return 0
        document = run_all(_options(given, argv), _say)
    except BenchError as error:
        _say(str(error))
        return 1
    if given.json:
        write_document(given.json, document)
    wrong = problems(document) if given.check else different_bytes(document)
    for line in wrong:
        _say(line)
    return 1 if wrong else 0


def _options(given: argparse.Namespace, argv: list[str]) -> Options:
    lines = read_directives(given.directives) if given.directives else ()
    releases = Releases(rules_go=given.rules_go, gazelle=given.gazelle, registry=given.registry, directives=lines)
    return Options(
        # A result is published, without the folders of the machine.
        command=("bench/run", *(Path(word).name if Path(word).is_absolute() else word for word in argv)),
        scenarios=tuple(given.scenarios),
        modules=tuple(given.module),
        synthetic=tuple(map(Size.parse, given.synthetic)),
        trees=tuple(given.tree),
        inputs=given.modules,
        drivers=given.drivers,
        rounds=given.rounds,
        build=given.build,
        releases=releases if given.rules_go else None,
        trial=given.trial,
    )


def _say(line: str) -> None:
    print(line, file=sys.stderr, flush=True)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
