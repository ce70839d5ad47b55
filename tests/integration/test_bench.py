"""The bench runs: a trial of its scenarios with a tiny repository, on the caches and the server of the tests."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest
from support.driver import ROOT, Driver
from support.shared import go_build_cache

from bench.measure.result import Result
from bench.measure.usage import Usage
from bench.report.document import Document, read_document

pytestmark = pytest.mark.bazel


def _trial(driver: Driver, folder: Path, *arguments: str | Path) -> tuple[Document, str]:
    """Run `bench/run -trial` for one round and return its result, and what it printed."""
    environment = {
        **driver.environment,
        "GOCACHE": str(go_build_cache()),
        "GOFLAGS": "",
        "GOMOD2BAZEL_PYTHON": sys.executable,  # nothing is set up in the caches of the tests
        "GOTOOLCHAIN": "local",
    }
    result = folder / "result.json"
    command = [ROOT / "bench" / "run", "-trial", "-rounds", "1", "-json", result, *arguments]
    done = subprocess.run(
        command, env=environment, cwd=folder, capture_output=True, text=True, timeout=300, check=False
    )
    assert done.returncode == 0, done.stderr
    return read_document(result), done.stderr


def test_scenarios_with_a_tree(driver: Driver, tmp_path: Path) -> None:
    names = ("cold", "no-op", "body-edit", "api-edit")
    made, printed = _trial(driver, tmp_path, "-synthetic", "2x0x1", *names)
    results = {result.scenario: result for result in made.results}
    assert tuple(results) == names
    for name, result in results.items():
        (only,) = result.rounds
        assert (result.sides, only.binaries, only.different) == (("gomod2bazel", "go"), 1, ()), name
        assert f"{name}, synthetic 2x0x1: gomod2bazel " in printed
    # The edits reach both sides: what is built is not what was built before.
    ours, theirs = _used(results["body-edit"])
    assert ours.cpu > _used(results["no-op"])[0].cpu
    assert ours.command_memory > 5_000_000
    assert (ours.server_memory or 0) > 50_000_000
    assert theirs.server_memory is None
    assert made.trial
    assert made.cores == len(os.sched_getaffinity(0))
    assert set(made.versions) >= {"bazel", "commit", "go", "gomod2bazel", "python"}


def _used(result: Result) -> tuple[Usage, Usage]:
    (only,) = result.rounds
    return only.usages["gomod2bazel"], only.usages["go"]


def test_scenarios_with_modules(driver: Driver, tmp_path: Path) -> None:
    (tmp_path / "modules").write_text("# Two versions.\nexample.com/hello@v1.0.0\nexample.com/hello@v1.1.0\n")
    served = driver.with_environment(GOPROXY=(ROOT / "examples" / "goproxy").as_uri(), GONOSUMDB="*")
    made, _ = _trial(
        served, tmp_path, "-modules", tmp_path / "modules", "-drivers", "2", "many-modules", "drivers-at-once"
    )
    assert [(result.scenario, result.rounds[0].binaries, result.different) for result in made.results] == [
        ("many-modules", 3, ()),
        ("drivers-at-once", 3, ()),
    ]
