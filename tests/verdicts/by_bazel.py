"""Our verdicts: ``generate -init``, then ``bazel build //...`` and ``bazel test //...``."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from support.driver import Done, Driver

from verdicts.verdict import Verdicts

__all__ = ["verdicts_of_bazel"]

_FLAGS = ("-k", "--noshow_progress", "--test_output=errors", "--build_manual_tests=false")


@dataclass(frozen=True, slots=True, kw_only=True)
class _Target:
    label: str
    kind: str
    import_path: str
    manual: bool


def verdicts_of_bazel(driver: Driver, root: Path, *, tests: bool) -> Verdicts:
    """Generate BUILD files for a repository, build everything, and run the tests.

    Args:
        driver: of this checkout.
        root: the repository, which is changed.
        tests: whether to run tests.
    """
    generated = driver.run("generate", "-init", "-keep-going", cwd=root, timeout=3600)
    notes = tuple(line for line in generated.err.splitlines() if "package" in line or "skip" in line)
    targets = _targets(driver, root)
    built, done = _bazel(driver, root, "build", "//...")
    builds: dict[str, bool] = {}
    reasons: dict[str, str] = {}
    for target in targets:
        if target.kind == "go_test" or target.manual:
            continue
        success = built.get(target.label, False)
        builds[target.import_path] = builds.get(target.import_path, True) and success
        if not success:
            reasons.setdefault(f"build {target.import_path}", _reason(done, target.label))
    passed: dict[str, bool] = {}
    results, done = _bazel(driver, root, "test", "//...", "--build_tests_only") if tests else ({}, done)
    for target in targets:
        if target.kind != "go_test" or not tests:
            continue
        success = results.get(target.label, False)
        passed[target.import_path] = passed.get(target.import_path, True) and success
        if not success:
            reasons.setdefault(f"test {target.import_path}", _reason(done, target.label))
    driver.bazel("shutdown", cwd=root)
    return Verdicts(builds=builds, tests=passed, reasons=reasons, notes=notes)


def _targets(driver: Driver, root: Path) -> list[_Target]:
    asked = driver.run(
        "query", "-output", "json", 'kind("go_(library|binary|test) rule", //...)', cwd=root, timeout=1800
    )
    assert asked.code == 0, asked.err
    found = json.loads(asked.out)["targets"]
    return [
        _Target(label=t["label"], kind=t["kind"], import_path=t["import_path"], manual="manual" in t["tags"])
        for t in found
    ]


def _bazel(driver: Driver, root: Path, *arguments: str) -> tuple[dict[str, bool], Done]:
    """Run Bazel; return for each target whether it was built, or whether its tests pass."""
    events = root / "bazel-events.json"
    command, *rest = arguments
    done = driver.bazel(command, *_FLAGS, f"--build_event_json_file={events}", *rest, cwd=root, timeout=14400)
    verdicts: dict[str, bool] = {}
    for event in _events(events):
        name = event.get("id", {})
        if command == "build" and "targetCompleted" in name:
            verdicts[_plain(name["targetCompleted"]["label"])] = event.get("completed", {}).get("success", False)
        if command == "test" and "testSummary" in name:
            status = event["testSummary"]["overallStatus"]
            verdicts[_plain(name["testSummary"]["label"])] = status in ("PASSED", "FLAKY")
    return verdicts, done


def _events(path: Path) -> Iterator[dict[str, Any]]:
    if path.is_file():
        yield from (json.loads(line) for line in path.read_text(encoding="utf-8").splitlines() if line)


def _plain(label: str) -> str:
    return label.removeprefix("@@").removeprefix("@")


def _reason(done: Done, label: str) -> str:
    """Return the line of Bazel's output that says most of a target: what follows the line that names it."""
    lines = (done.err + done.out).splitlines()
    for at, line in enumerate(lines):
        if f"{label} " in line or f"{label}:" in line or line.endswith(label) or f"target {label})" in line:
            told = [text for text in lines[at + 1 : at + 40] if text.strip() and not text.startswith(_NOISE)]
            if told:
                return told[0].strip()[:200]
    return ""


_NOISE = ("ERROR:", "Use --", "INFO:", "=====", "---", "FAIL:", "exec ", "Executing tests")
