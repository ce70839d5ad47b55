"""The bench runs: a trial of its quick scenarios with tiny sources, on the caches and the server of the tests."""

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
from bench.report.document import read_document

pytestmark = pytest.mark.bazel

# Those that need another server, or empty caches, are tested with stand-ins in tests/unit/bench. The slow
# ones run at night.
_NAMES = ("no-op", "body-edit")
_MORE_NAMES = ("cold", "api-edit", "many-modules", "drivers-at-once")

_SECONDS = 900.0


def _used(result: Result) -> tuple[Usage, Usage]:
    (only,) = result.rounds
    return only.usages["gomod2bazel"], only.usages["go"]


@pytest.mark.nightly
def test_a_trial_of_the_other_scenarios(driver: Driver, tmp_path: Path) -> None:
    results = _trial(driver, tmp_path, _MORE_NAMES)
    binaries = {name: result.rounds[0].binaries for name, result in results.items()}
    assert binaries == {**dict.fromkeys(_MORE_NAMES, 1), "many-modules": 3}
    assert [name for name, result in results.items() if result.different] == []


def test_a_trial(driver: Driver, tmp_path: Path) -> None:
    results = _trial(driver, tmp_path, _NAMES)
    assert {name: result.rounds[0].binaries for name, result in results.items()} == dict.fromkeys(_NAMES, 1)
    assert [name for name, result in results.items() if result.different] == []
    ours, theirs = _used(results["body-edit"])
    assert ours.cpu > _used(results["no-op"])[0].cpu, "an edit is built"
    assert ours.command_memory > 5_000_000
    assert (ours.server_memory or 0) > 50_000_000
    assert theirs.server_memory is None


def _trial(driver: Driver, tmp_path: Path, names: tuple[str, ...]) -> dict[str, Result]:
    """Run the bench as a user does; return what it measured, by scenario."""
    (tmp_path / "modules").write_text("# Two versions.\nexample.com/hello@v1.0.0\nexample.com/hello@v1.1.0\n")
    environment = {
        **driver.environment,
        "GOCACHE": str(go_build_cache()),
        "GOFLAGS": "",
        "GOMOD2BAZEL_PYTHON": sys.executable,  # nothing is set up in the caches of the tests
        "GONOSUMDB": "*",
        "GOPROXY": (ROOT / "examples" / "goproxy").as_uri(),
        "GOTOOLCHAIN": "local",
    }
    path = tmp_path / "result.json"
    flags = ("-rounds", "1", "-json", path, "-synthetic", "2x0x1", "-modules", tmp_path / "modules", "-drivers", "1")
    command = [*map(str, (ROOT / "bench" / "run", "-trial", *flags)), *names]
    done = subprocess.run(
        command, env=environment, cwd=tmp_path, capture_output=True, text=True, timeout=_SECONDS, check=False
    )
    assert done.returncode == 0, done.stderr
    made = read_document(path)
    results = {result.scenario: result for result in made.results}
    assert tuple(results) == names
    assert "gomod2bazel " in done.stderr
    assert made.trial
    assert made.cores == len(os.sched_getaffinity(0))
    assert set(made.versions) >= {"bazel", "commit", "go", "gomod2bazel", "python"}
    return results
