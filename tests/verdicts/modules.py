"""Modules under `gomod2bazel test` and `go test`: the verdicts of both on every test; `tools/verdicts` calls this.

tools/verdicts -modules MODULE@VERSION ...           compare these modules
tools/verdicts -modules -write MODULE@VERSION ...    and write the results and docs/tested-modules.md
"""

from __future__ import annotations

import json
import os
import re
import shutil
import sys
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from support.driver import ROOT, Driver
from support.shared import go_build_cache

from gomod2bazel.base.disk.caches import Caches
from gomod2bazel.base.disk.files import remove_tree
from verdicts.commands import Limits, run_logged

__all__ = ["Compared", "compare_module", "differing_tests", "modules_page", "our_tests", "verdicts_of_go"]

RESULTS = Path(__file__).with_name("modules.tsv")
EXPLANATIONS = Path(__file__).with_name("modules_explained.tsv")
_PAGE = ROOT / "docs" / "tested-modules.md"

_HEAD = """\
# Tested modules

`tools/verdicts -modules -write MODULE@VERSION ...` generates this page; do not edit it. Each module was given to
`gomod2bazel test -integration`, and its unpacked zip to `go test ./...`. The table has the packages and the tests,
subtests among them, on which both have the same verdict: both pass, fail or skip. Addresses and times in the names of
subtests do not count. Tests that need a network fail on both sides where there is none.

| module | Go | packages | tests |
| --- | --- | --- | --- |
"""

# What differs between two runs in the names that tests give to subtests: addresses, and the time.
_CHANGING = re.compile(r"0x[0-9a-f]{5,}|(?<=time\.Date\()[^)]*")

# The name that stands for the package as a whole.
_PACKAGE = ""

Verdicts = Mapping[tuple[str, str], str]
"""pass, fail or skip, by import path and test; the package itself has an empty name."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Compared:
    """What came of one module.

    Attributes:
        module: MODULE@VERSION.
        release: The Go release.
        packages, tests: How many verdicts are equal, and how many there are.
        differing: Import path and test, the verdict of the go command, and ours.
    """

    module: str
    release: str
    packages: tuple[int, int]
    tests: tuple[int, int]
    differing: tuple[tuple[str, str, str, str], ...] = ()


def verdicts_of_go(events: Sequence[Mapping[str, Any]]) -> dict[tuple[str, str], str]:
    """Return the verdicts in the events of ``go test -json``; packages without tests have none."""
    verdicts = {
        (event["Package"], _steady(event.get("Test", _PACKAGE))): event["Action"]
        for event in events
        if event.get("Action") in ("pass", "fail", "skip") and "Package" in event
    }
    return {key: verdict for key, verdict in verdicts.items() if key[1] != _PACKAGE or verdict != "skip"}


def our_tests(document: Mapping[str, Any]) -> dict[tuple[str, str], str]:
    """Return the verdicts in what ``gomod2bazel test -json`` prints; packages without tests have none."""
    verdicts: dict[tuple[str, str], str] = {}
    for package in document["packages"]:
        path, outcome = package["import_path"], package["outcome"]
        if outcome == "no-tests":
            continue
        verdicts[path, _PACKAGE] = "fail" if outcome.endswith("failed") else outcome
        for case in package["tests"]:
            verdicts[path, _steady(case["name"])] = "fail" if case["outcome"] == "unfinished" else case["outcome"]
    return verdicts


def _steady(name: str) -> str:
    """Return the name of a test as it is in each run."""
    return _CHANGING.sub("...", name)


def differing_tests(go: Verdicts, ours: Verdicts) -> Iterator[tuple[str, str, str, str]]:
    """Yield import path, test and both verdicts where two sides differ."""
    for key in sorted({*go, *ours}):
        theirs, own = go.get(key, "none"), ours.get(key, "none")
        if theirs != own:
            yield *key, theirs, own


def compare_module(driver: Driver, module: str, limits: Limits) -> Compared:
    """Run the tests of a module both ways.

    Args:
        driver: Of this checkout.
        module: MODULE@VERSION.
        limits: Of time.
    """
    with tempfile.TemporaryDirectory(prefix="verdicts-") as name:
        work = Path(name)
        done = driver.run("test", "-q", "-integration", "-json", module, cwd=work, timeout=limits.command)
        if not done.out:
            raise SystemExit(f"gomod2bazel test {module}: {done.err}")
        ours = our_tests(json.loads(done.out))
        go = verdicts_of_go(_go_events(driver, module, work, limits))
        release = driver.go("env", "GOVERSION", cwd=work).out.strip()
    differing = tuple(differing_tests(go, ours))
    keys = {*go, *ours}

    def numbers(kind: bool) -> tuple[int, int]:
        total = sum((test == _PACKAGE) is kind for _, test in keys)
        return total - sum((test == _PACKAGE) is kind for _, test, _, _ in differing), total

    return Compared(
        module=module,
        release=release,
        packages=numbers(True),
        tests=numbers(False),
        differing=differing,
    )


def _go_events(driver: Driver, module: str, work: Path, limits: Limits) -> list[Mapping[str, Any]]:
    """Run ``go test`` in the unpacked zip of a module."""
    known = {"GOCACHE": str(go_build_cache()), "GOFLAGS": "-modcacherw", "GOSUMDB": "off", "GOTOOLCHAIN": "local"}
    environment = {**driver.environment, **known}
    fetched = json.loads(driver.go("mod", "download", "-json", module, cwd=work).out)
    folder = work / "module"
    shutil.copytree(fetched["Dir"], folder)
    for path in (folder, *folder.rglob("*")):
        path.chmod(path.stat().st_mode | 0o200)
    if not (folder / "go.mod").exists():
        shutil.copy(fetched["GoMod"], folder / "go.mod")
    words = ["go", "test", "-json", f"-timeout={limits.test}s", "./..."]
    finished = run_logged(words, folder, environment, work / "go.log", limit=limits.command)
    remove_tree(folder)
    return [json.loads(line) for line in finished.lines if line.startswith('{"')]


def write_results(found: Sequence[Compared]) -> None:
    """Write the results, with those of other modules that are there, and the page."""
    by_module = {item.module: item for item in (*read_results(), *found)}
    lines = ["# tools/verdicts -modules -write MODULE@VERSION writes this file; do not edit it.\n"]
    for item in sorted(by_module.values(), key=lambda item: item.module):
        numbers = [str(number) for pair in (item.packages, item.tests) for number in pair]
        lines.append("\t".join([item.module, item.release, *numbers]) + "\n")
        lines += ["\t".join(["", *difference]) + "\n" for difference in item.differing]
    RESULTS.write_text("".join(lines), encoding="utf-8")
    _PAGE.write_text(modules_page(read_results(), _explanations()), encoding="utf-8")


def read_results() -> list[Compared]:
    """Return the results of all modules, by name."""
    results: list[Compared] = []
    for line in RESULTS.read_text(encoding="utf-8").splitlines() if RESULTS.exists() else ():
        cells = line.split("\t")
        if line.startswith("#"):
            continue
        if cells[0]:
            first, second, third, fourth = map(int, cells[2:])
            packages, tests = (first, second), (third, fourth)
            results.append(Compared(module=cells[0], release=cells[1], packages=packages, tests=tests))
        else:
            _, path, test, theirs, own = cells
            results[-1] = replace(results[-1], differing=(*results[-1].differing, (path, test, theirs, own)))
    return results


def _explanations() -> dict[str, str]:
    """Return why the two sides differ, by module path and test."""
    lines = EXPLANATIONS.read_text(encoding="utf-8").splitlines() if EXPLANATIONS.exists() else []
    return dict(line.split("\t", 1) for line in lines if line and not line.startswith("#"))


def modules_page(results: Sequence[Compared], explanations: Mapping[str, str]) -> str:
    """Return the text of the page.

    Args:
        results: Of all modules.
        explanations: By ``IMPORTPATH TEST``, or ``IMPORTPATH`` for all tests of a package.
    """
    text = _HEAD
    for found in results:
        cells = (f"{equal} of {total}" for equal, total in (found.packages, found.tests))
        text += f"| {found.module} | {found.release} | {' | '.join(cells)} |\n"
    for found in (found for found in results if found.differing):
        text += f"\n## {found.module}\n\n| test | go test | gomod2bazel test | why |\n| --- | --- | --- | --- |\n"
        for path, test, theirs, own in found.differing:
            why = explanations.get(f"{path} {test}") or explanations.get(path, "")
            text += f"| {f'{path} {test}'.strip()} | {theirs} | {own} | {why} |\n"
    return text


def main(arguments: Sequence[str]) -> int:
    """Compare; return the exit status: 1 where a verdict differs without an explanation.

    Args:
        arguments: After ``-modules``: ``-write``, and modules.
    """
    driver = Driver.with_cache(Caches.from_environment(os.environ).root.parent).with_users_sources()
    explanations, bad = _explanations(), False
    for module in (word for word in arguments if word != "-write"):
        found = compare_module(driver, module, Limits())
        (packages, all_packages), (tests, all_tests) = found.packages, found.tests
        sys.stdout.write(f"{module}: {packages} of {all_packages} packages, {tests} of {all_tests} tests equal\n")
        for path, test, theirs, own in found.differing:
            why = explanations.get(f"{path} {test}") or explanations.get(path, "")
            bad = bad or not why
            sys.stdout.write(f"    {path} {test}: go {theirs}, ours {own}{f': {why}' if why else ''}\n")
        sys.stdout.flush()
        if "-write" in arguments:
            write_results([found])
    return 1 if bad else 0
