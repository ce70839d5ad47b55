"""Whole repositories under generate and Bazel, and under the go command; `tools/verdicts` calls this.

    tools/verdicts NAME=FOLDER ...          compare the repositories in these folders
    tools/verdicts -builds NAME=FOLDER ...  without running tests
    tools/verdicts -write NAME=FOLDER ...   and write docs/real-repositories.md

The folders are copied. Modules come from the user's own GOPROXY. The exit status is 1 where fewer than 97 of 100
verdicts on tests are equal, or a verdict on a build differs.
"""

from __future__ import annotations

import argparse
import os
import shutil
import sys
import tempfile
from pathlib import Path

from support.driver import ROOT, Driver

from gomod2bazel.base.disk.caches import Caches
from gomod2bazel.base.disk.files import remove_tree
from verdicts.by_bazel import verdicts_of_bazel
from verdicts.by_go import verdicts_of_go
from verdicts.page import page, read_explanations
from verdicts.verdict import Comparison

_EXPLANATIONS = Path(__file__).with_name("explanations.tsv")


def main() -> int:
    """Compare; return the exit status."""
    parser = argparse.ArgumentParser(prog="verdicts", description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("-builds", "--builds", action="store_true", help="do not run tests")
    parser.add_argument("-write", "--write", action="store_true", help="write docs/real-repositories.md")
    parser.add_argument("repositories", nargs="+", metavar="NAME=FOLDER")
    options = parser.parse_args()
    driver = Driver.with_cache(Caches.from_environment(os.environ).root.parent).with_users_sources()
    comparisons = []
    bad = False
    for word in options.repositories:
        name, _, folder = word.partition("=")
        comparisons.append(_compared(driver, name, Path(folder), tests=not options.builds))
        bad = _show(comparisons[-1]) or bad
    if options.write:
        text = page(comparisons, read_explanations(_EXPLANATIONS))
        (ROOT / "docs" / "real-repositories.md").write_text(text, encoding="utf-8")
    return 1 if bad else 0


def _compared(driver: Driver, name: str, folder: Path, *, tests: bool) -> Comparison:
    work = Path(tempfile.mkdtemp(prefix="verdicts-"))
    try:
        shutil.copytree(folder, work / "go" / name, symlinks=True)
        shutil.copytree(folder, work / "bazel" / name, symlinks=True)
        ours = verdicts_of_bazel(driver, work / "bazel" / name, tests=tests)
        return Comparison(name=name, go=verdicts_of_go(driver, work / "go" / name, tests=tests), ours=ours)
    finally:
        remove_tree(work)


def _show(found: Comparison) -> bool:
    """Print what came of a repository; return whether it is not as it should be."""
    (builds, all_builds), (tests, all_tests) = found.counts("build"), found.counts("test")
    lines = [f"{found.name}: {builds} of {all_builds} builds equal, {tests} of {all_tests} tests equal"]
    lines += [f"    {note}" for note in (*found.go.notes, *found.ours.notes)]
    lines += [f"    {kind} {path}: {verdicts}: {reason}" for kind, path, verdicts, reason in found.differing]
    sys.stdout.write("".join(f"{line}\n" for line in lines))
    sys.stdout.flush()
    return builds < all_builds or tests < 0.97 * all_tests


if __name__ == "__main__":
    sys.exit(main())
