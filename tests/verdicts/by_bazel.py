"""Our verdicts: ``generate -init``, then ``bazel build`` of all Go rules, and ``bazel test //...``."""

from __future__ import annotations

import json
import re
import sys
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from support.driver import Driver

from verdicts.commands import Finished, Limits, run_logged
from verdicts.verdict import Verdicts

__all__ = ["BazelSide", "shortened"]

_TEST_FLAGS = ("--test_output=errors", "--build_tests_only", "--test_verbose_timeout_warnings=false")

# What generate says of packages, modules and tests.
_NOTED = ("package", "skip", "leaving", "go.mod", "test ")


@dataclass(frozen=True, slots=True, kw_only=True)
class _Target:
    label: str
    kind: str
    import_path: str
    manual: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class BazelSide:
    """A copy of a repository in which generate and Bazel run.

    Attributes:
        driver: Of this checkout.
        root: The copy.
        logs: The folder for the output of commands.
        limits: Of jobs and time.
        untested: Folders whose tests do not run, relative to the root.
    """

    driver: Driver
    root: Path
    logs: Path
    limits: Limits
    untested: Sequence[str] = ()

    def verdicts(self, *, tests: bool) -> Verdicts:
        """Generate BUILD files, build everything, and run the tests.

        A main package whose go_binary is manual, as it cannot be linked, has the verdict of that go_binary.

        Args:
            tests: Whether to run tests.
        """
        generated = self._generate()
        targets = self._targets()
        # Not //...: that has the programs of tool lines too, which go build ./... does not build.
        labels = self.logs / "bazel-targets"
        labels.write_text("".join(f"{target.label}\n" for target in targets), encoding="utf-8")
        built, finished = self._bazel("bazel-build.log", "build", f"--target_pattern_file={labels}")
        builds: dict[str, bool] = {}
        reasons: dict[str, str] = {}
        for target in targets:
            if target.kind == "go_test":
                continue
            success = built.get(target.label, False)
            builds[target.import_path] = builds.get(target.import_path, True) and success
            if not success:
                reasons.setdefault(f"build {target.import_path}", self._reason(finished, target.label))
        passed: dict[str, bool] = {}
        if tests:
            left_out = [f"-//{name}/..." for name in self.untested if (self.root / name).is_dir()]
            found, why = self._tested(targets, "bazel-test.log", ["//...", *left_out])
            passed |= found
            reasons |= why
        return Verdicts(
            builds=builds, tests=passed, reasons=reasons, notes=tuple(generated), plugins=self._plugins(targets)
        )

    def tests_alone(self, import_paths: Sequence[str]) -> tuple[dict[str, bool], dict[str, str]]:
        """Run the tests of some packages again, each package alone.

        Returns:
            whether they pass, and the reasons where they do not.
        """
        passed, reasons = dict[str, bool](), dict[str, str]()
        every_target = self._targets()
        for number, path in enumerate(import_paths):
            targets = [t for t in every_target if t.import_path == path and t.kind == "go_test"]
            if targets:
                labels = [target.label for target in targets]
                found, why = self._tested(targets, f"bazel-again-{number}.log", labels, "--nocache_test_results")
                passed |= found
                reasons |= why
        return passed, reasons

    def close(self) -> None:
        """End the Bazel server."""
        self.driver.bazel("shutdown", cwd=self.root)

    def _generate(self) -> list[str]:
        """Run generate, and return what it said of packages and tests."""
        words = [sys.executable, "-P", "-m", "gomod2bazel", "generate", "-init", "-keep-going"]
        log = self.logs / "generate.log"
        finished = run_logged(words, self.root, self.driver.environment, log, limit=self.limits.command)
        texts = (line.removeprefix("gomod2bazel: ").removeprefix("warning: ") for line in finished.lines)
        lines = [text.replace(f"{self.root}/", "") for text in texts]
        return [line for line in lines if any(word in line for word in _NOTED) and " files changed, " not in line]

    def _targets(self) -> list[_Target]:
        return [
            _Target(label=t["label"], kind=t["kind"], import_path=t["import_path"], manual="manual" in t["tags"])
            for t in self._query('kind("go_(library|binary|test) rule", //...)')
        ]

    def _plugins(self, targets: Iterable[_Target]) -> tuple[str, ...]:
        """Return the import paths of the main packages whose go_binary is a plugin."""
        labels = {target["label"] for target in self._query('attr(linkmode, plugin, kind("go_binary rule", //...))')}
        return tuple(sorted({target.import_path for target in targets if target.label in labels}))

    def _query(self, expression: str) -> list[dict[str, Any]]:
        asked = self.driver.run("query", "-output", "json", expression, cwd=self.root, timeout=1800)
        if asked.code:
            raise RuntimeError(asked.err)
        targets: list[dict[str, Any]] = json.loads(asked.out)["targets"]
        return targets

    def _tested(
        self, targets: Iterable[_Target], log: str, words: Sequence[str], *flags: str
    ) -> tuple[dict[str, bool], dict[str, str]]:
        results, finished = self._bazel(
            log, "test", *_TEST_FLAGS, f"--test_timeout={self.limits.test}", *flags, "--", *words
        )
        passed, reasons = dict[str, bool](), dict[str, str]()
        for target in targets:
            if target.kind != "go_test" or self._is_left_out(target.label):
                continue
            success = results.get(target.label, False)
            passed[target.import_path] = passed.get(target.import_path, True) and success
            if not success:
                reasons.setdefault(f"test {target.import_path}", self._reason(finished, target.label))
        return passed, reasons

    def _is_left_out(self, label: str) -> bool:
        package = label.removeprefix("//").partition(":")[0]
        return any(package == name or package.startswith(f"{name}/") for name in self.untested)

    def _bazel(self, log: str, command: str, *arguments: str) -> tuple[dict[str, bool], Finished]:
        """Run Bazel; return for each target whether it was built, or whether its tests pass."""
        events = self.logs / f"{log}.events"
        events.unlink(missing_ok=True)
        flags = ("-k", "--noshow_progress", f"--jobs={self.limits.jobs}", f"--local_test_jobs={self.limits.jobs}")
        words = [self.driver.environment["BAZEL"], f"--bazelrc={self.driver.bazelrc()}", command, *flags]
        words += [f"--build_event_json_file={events}", *arguments]
        environment = self.driver.environment
        finished = run_logged(words, self.root, environment, self.logs / log, limit=self.limits.command)
        verdicts: dict[str, bool] = {}
        for event in _events(events):
            name = event.get("id", {})
            if command == "build" and "targetCompleted" in name:
                verdicts[_plain(name["targetCompleted"]["label"])] = event.get("completed", {}).get("success", False)
            if command == "test" and "testSummary" in name:
                # Without one where Bazel could not start the test.
                status = event.get("testSummary", {}).get("overallStatus")
                verdicts[_plain(name["testSummary"]["label"])] = status in ("PASSED", "FLAKY")
        return verdicts, finished

    def _reason(self, finished: Finished, label: str) -> str:
        """Return the line of Bazel's output that says most of a target: what follows the line that names it."""
        lines = finished.lines
        for at, line in enumerate(lines):
            if f"{label} " in line or f"{label}:" in line or line.endswith(label) or f"target {label})" in line:
                end = next((n for n in range(at + 1, len(lines)) if lines[n].startswith(_END)), len(lines))
                told = _telling(lines[at + 1 : end])
                if told:
                    return shortened(told.strip(), self.root)[:200]
        return ""


def _events(path: Path) -> Iterator[dict[str, Any]]:
    for line in path.read_text(encoding="utf-8").splitlines() if path.is_file() else ():
        try:
            yield json.loads(line)
        except ValueError:
            # The last line of a Bazel that was stopped.
            continue


def _plain(label: str) -> str:
    return label.removeprefix("@@").removeprefix("@")


def shortened(text: str, root: Path) -> str:
    """Return a line of output without the names of folders that only this run has.

    Args:
        text: The line.
        root: The copy of the repository.
    """
    return _SANDBOX.sub("", text.replace(str(root), "."))


_END = "=" * 80

# Where Bazel runs an action, up to the folder that labels and runfiles are relative to.
_SANDBOX = re.compile(r"/[^\s'\"]*/execroot/_main/(?:bazel-out/[^\s/]+/bin/)?")

_NOISE = ("ERROR:", "Use --", "INFO:", "=====", "---", "FAIL:", "exec ", "Executing tests", "=== ", "PASS", "bazel-")

_OF_TEST = re.compile(r"\s+[\w./-]+\.go:\d+: ")
_FAILED = re.compile(r"\s*--- FAIL: ")


def _telling(lines: Sequence[str]) -> str:
    """Return the line that a failed test printed of itself, or else the first that is not Bazel's."""
    failed = next((at for at, line in enumerate(lines) if _FAILED.match(line)), 0)
    started = next((at for at in range(failed, 0, -1) if lines[at].startswith("=== RUN")), 0)
    candidates = [line for line in lines[started:failed] if _OF_TEST.match(line)]
    return next((line for line in candidates or lines if line.strip() and not line.startswith(_NOISE)), "")
