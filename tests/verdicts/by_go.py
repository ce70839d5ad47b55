"""The verdicts of the go command: ``go build`` and ``go test`` in every module of a repository."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from support.driver import Driver
from support.shared import go_build_cache

from verdicts.commands import Finished, Limits, run_logged
from verdicts.verdict import Verdicts

__all__ = ["GoSide", "importers_of", "modules_of"]

_SKIPPED = ("testdata", "vendor", "node_modules")

# What go build compiles: packages that have nothing but tests are not among it.
_LISTED = (
    "{{.ImportPath}}\t{{.Dir}}\t{{if or .GoFiles .CgoFiles}}built{{end}}\t{{if or .Error .DepsErrors}}unloaded{{end}}"
    "\t{{if or .TestGoFiles .XTestGoFiles}}tested{{end}}"
)


def modules_of(root: Path) -> list[Path]:
    """Return the folders of the modules of a repository, as far as generate looks: not below testdata and the like."""
    return sorted(
        path.parent
        for path in root.rglob("go.mod")
        if not any(part in _SKIPPED or part.startswith((".", "_")) for part in path.relative_to(root).parts[:-1])
    )


def importers_of(failed: Collection[str], listed: str) -> set[str]:
    """Return the packages that import one that does not build, directly or not: go build reports only that one.

    Args:
        failed: Import paths of packages that do not build.
        listed: A line for each package: its import path, and those of all that it imports.
    """
    lines = (line.split() for line in listed.splitlines() if line.strip())
    return {path for path, *deps in lines if not set(deps).isdisjoint(failed)}


@dataclass(frozen=True, slots=True, kw_only=True)
class GoSide:
    """A copy of a repository in which the go command runs.

    Attributes:
        driver: Whose go command.
        root: The copy.
        logs: The folder for the output of commands.
        limits: Of jobs and time.
        untested: Folders whose tests do not run, relative to the root.
        plugins: Import paths of the main packages that are built with -buildmode=plugin, as their go_binary is.
    """

    driver: Driver
    root: Path
    logs: Path
    limits: Limits
    untested: Sequence[str] = ()
    plugins: Collection[str] = ()

    def release(self) -> str:
        """Return the Go release."""
        return self.driver.go("env", "GOVERSION", cwd=self.root).out.strip()

    def verdicts(self, *, tests: bool) -> Verdicts:
        """Build all packages of the repository, and run their tests.

        Args:
            tests: Whether to run tests.
        """
        builds: dict[str, bool] = {}
        passed: dict[str, bool] = {}
        reasons: dict[str, str] = {}
        notes = []
        without: list[str] = []
        for number, folder in enumerate(modules_of(self.root)):
            listed = self.driver.go("list", "-e", "-f", _LISTED, "./...", cwd=folder, timeout=600)
            if listed.code:
                last = listed.err.strip().splitlines()[-1].replace(str(self.root), ".")
                notes.append(f"go list in {folder.relative_to(self.root)}: {last}")
                continue
            rows = [line.split("\t") for line in listed.out.splitlines() if line.strip()]
            builds |= self._built(folder, number, {path: True for path, _, built, _, _ in rows if built}, reasons)
            unloaded = [path for path, _, built, unloaded, _ in rows if built and unloaded]
            builds |= dict.fromkeys(unloaded, False)
            without += unloaded
            # Of packages without tests, go test says something only where they do not build.
            having = [(path, Path(place)) for path, place, _, _, has_tests in rows if has_tests]
            tested = [path for path, place in having if tests and not self._is_left_out(place)]
            if tested:
                passed |= self._tested(folder, f"go-test-{number}.log", tested)
        return Verdicts(builds=builds, tests=passed, reasons=reasons, notes=tuple(notes), unloaded=tuple(without))

    def tests_alone(self, import_paths: Sequence[str]) -> dict[str, bool]:
        """Run the tests of some packages again, each package alone."""
        homes = dict[str, Path]()
        for folder in modules_of(self.root):
            listed = self.driver.go("list", "-e", "./...", cwd=folder, timeout=600)
            homes |= dict.fromkeys(listed.out.split(), folder)
        passed: dict[str, bool] = {}
        for number, path in enumerate(path for path in import_paths if path in homes):
            passed |= self._tested(homes[path], f"go-again-{number}.log", [path], "-count=1")
        return passed

    def _is_left_out(self, folder: Path) -> bool:
        return any(folder.is_relative_to(self.root / name) for name in self.untested)

    def _built(self, folder: Path, number: int, builds: Mapping[str, bool], reasons: dict[str, str]) -> dict[str, bool]:
        """Return which packages of a module build, and note why others do not."""
        failed = self._failing(folder, f"go-build-{number}.log", ["./..."], reasons)
        plugins = [path for path in builds if path in self.plugins]
        if plugins:
            words = ["-buildmode=plugin", *plugins]
            failed -= set(plugins)
            failed |= self._failing(folder, f"go-build-plugins-{number}.log", words, reasons)
        if failed:
            query = ("list", "-e", "-f", '{{.ImportPath}} {{join .Deps " "}}', "./...")
            failed |= importers_of(failed, self.driver.go(*query, cwd=folder, timeout=600).out)
        return {path: path not in failed for path in builds}

    def _failing(self, folder: Path, log: str, words: Sequence[str], reasons: dict[str, str]) -> set[str]:
        failed: set[str] = set()
        for event in _events(self._run(folder, log, "build", "-json", "-o=/dev/null", *words)):
            path = event.get("ImportPath", "").partition(" ")[0]
            if event["Action"] == "build-fail":
                failed.add(path)
            elif event["Action"] == "build-output" and not event.get("Output", "").startswith("#"):
                reasons.setdefault(f"build {path}", event.get("Output", "").strip().replace(str(self.root), "."))
        return failed

    def _tested(self, folder: Path, log: str, import_paths: Sequence[str], *flags: str) -> dict[str, bool]:
        words = ("test", "-json", f"-timeout={self.limits.test}s", *flags, *import_paths)
        return {
            event["Package"]: event["Action"] == "pass"
            for event in _events(self._run(folder, log, *words))
            if "Test" not in event and event["Action"] in ("pass", "fail")
        }

    def _run(self, folder: Path, log: str, *arguments: str) -> Finished:
        known = {"GOCACHE": str(go_build_cache()), "GOFLAGS": f"-modcacherw -p={self.limits.jobs}", "GOSUMDB": "off"}
        environment = {**self.driver.environment, **known, "GOTOOLCHAIN": "local"}
        return run_logged(["go", *arguments], folder, environment, self.logs / log, limit=self.limits.command)


def _events(finished: Finished) -> Iterator[dict[str, Any]]:
    """Yield the events of a command with -json (``go help buildjson``, ``go doc test2json``)."""
    for line in finished.lines:
        if line.startswith('{"'):
            try:
                yield json.loads(line)
            except ValueError:
                # What a program that was stopped printed last.
                continue
