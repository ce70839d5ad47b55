"""Whole repositories under generate and Bazel, and under the go command; `tools/verdicts` calls this.

    tools/verdicts NAME=FOLDER ...                     compare the repositories in these folders
    tools/verdicts -write NAME=FOLDER ...              and write tests/verdicts/results and docs/real-repositories.md
    tools/verdicts -page                               write docs/real-repositories.md from all results
    tools/verdicts -builds NAME=FOLDER ...             without running tests
    tools/verdicts -without FOLDER,... NAME=FOLDER     without the tests in these folders of the repository
    tools/verdicts -bare NAME=FOLDER                   without the Bazel files of the repository: generate writes all
    tools/verdicts -modules [-write] MODULE@VERSION    the tests of modules, under `gomod2bazel test` and `go test`
    tools/verdicts -work FOLDER NAME=FOLDER ...        keep what is built; a second run takes go's verdicts from there

The folders are copied. Modules come from the user's own GOPROXY. Tests whose verdicts differ run again, each package
alone, unless explanations.tsv has the reason. The exit status is 1 where fewer than 97 of 100 verdicts on tests are
equal, or a verdict on a build differs.
"""

from __future__ import annotations

import argparse
import os
import sys
import tempfile
from pathlib import Path

from support.driver import ROOT, Driver

from gomod2bazel.base.disk.caches import Caches
from gomod2bazel.base.disk.files import remove_tree
from verdicts.commands import Limits
from verdicts.modules import main as compare_modules
from verdicts.page import explanation_of, page, read_explanations
from verdicts.repository import Request, compare
from verdicts.results import read_results, write_result
from verdicts.verdict import Comparison

_EXPLANATIONS = Path(__file__).with_name("explanations.tsv")


def main() -> int:
    """Compare; return the exit status."""
    options = _parser().parse_args()
    driver = Driver.with_cache(Caches.from_environment(os.environ).root.parent).with_users_sources()
    limits = Limits(jobs=options.jobs, test=options.test_timeout, command=options.timeout)
    bad = False
    for word in options.repositories:
        name, _, folder = word.partition("=")
        work = Path(options.work).absolute() / name if options.work else Path(tempfile.mkdtemp(prefix="verdicts-"))
        request = Request(
            name=name,
            folder=Path(folder).absolute(),
            work=work,
            limits=limits,
            tests=not options.builds,
            bare=options.bare,
            untested=tuple(filter(None, options.without.split(","))),
            explanations=read_explanations(_EXPLANATIONS),
        )
        try:
            found = compare(driver, request)
        finally:
            if not options.work:
                remove_tree(work)
        _show(found)
        bad = bad or not found.is_good
        if options.write:
            write_result(found)
    if options.write or options.page:
        text = page(read_results(), read_explanations(_EXPLANATIONS))
        (ROOT / "docs" / "real-repositories.md").write_text(text, encoding="utf-8")
    return 1 if bad else 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="verdicts", description=(__doc__ or "").partition("\n")[0])
    flags = {
        "bare": "leave out the repository's Bazel files, such as those that gazelle wrote",
        "builds": "do not run tests",
        "write": "write the results and docs/real-repositories.md",
        "page": "write docs/real-repositories.md from the results that there are",
    }
    for flag, meaning in flags.items():
        parser.add_argument(f"-{flag}", f"--{flag}", action="store_true", help=meaning)
    parser.add_argument("-without", "--without", default="", help="folders whose tests do not run, comma-separated")
    parser.add_argument("-work", "--work", default="", help="a folder that keeps what is built for the next run")
    parser.add_argument("-jobs", "--jobs", type=int, default=os.cpu_count() or 2, help="how many tests run at a time")
    parser.add_argument("-test-timeout", "--test-timeout", type=int, default=600, help="seconds for a test program")
    parser.add_argument("-timeout", "--timeout", type=int, default=7200, help="seconds for each command")
    parser.add_argument("repositories", nargs="*", metavar="NAME=FOLDER")
    return parser


def _show(found: Comparison) -> None:
    """Print what came of a repository."""
    (builds, all_builds), (tests, all_tests) = found.builds, found.tests
    explanations = read_explanations(_EXPLANATIONS)
    lines = [f"{found.name}: {builds} of {all_builds} builds equal, {tests} of {all_tests} tests equal"]
    lines += [f"    {note}" for note in found.notes]
    lines += [f"    equal when run alone: {path}" for path in found.steadied]
    for difference in found.differing:
        why = explanation_of(found, difference, explanations)
        told = f"explained: {why}" if why else difference.reason
        lines.append(f"    {difference.kind} {difference.import_path}: {difference.verdicts}: {told}")
    sys.stdout.write("".join(f"{line}\n" for line in lines))
    sys.stdout.flush()


if __name__ == "__main__":
    words = sys.argv[1:]
    sys.exit(compare_modules(words[1:]) if words[:1] == ["-modules"] else main())
