"""A few of the go command's own script tests, with the driver in place of `go build` and `go install`.

tools/go_scripts runs all of them. Compiling their engine costs a minute of CPU, once for each cache: these tests are
for the night, as that tool is.
"""

from __future__ import annotations

from dataclasses import replace

import pytest
from support.driver import Driver

from gomod2bazel.base.errors import ToolError
from scripts.engine import Engine
from scripts.ledger import FAILED, NOT_APPLICABLE, PASSED, judge, read_judged, read_ledger
from scripts.survey import builds

# Quick ones that build, install, install a version, replace modules, and refuse.
_QUICK = ("build_multi_main", "install_dep_version", "mod_modinfo", "mod_nomod")


@pytest.fixture(scope="module")
def engine(driver: Driver) -> Engine:
    try:
        return Engine.compiled(driver)
    except ToolError as error:
        pytest.skip(f"this Go has no scripts: {error}")


@pytest.mark.bazel
@pytest.mark.nightly
@pytest.mark.parametrize("name", _QUICK)
def test_a_script_passes_with_the_driver_in_place_of_go(engine: Engine, name: str) -> None:
    outcome = engine.run(name)
    entry = judge(name, outcome, {})
    assert entry.result == PASSED, outcome.text
    assert any(step["kind"] != "go" for step in outcome.steps)


@pytest.mark.bazel
@pytest.mark.nightly
def test_a_script_fails_where_the_driver_does(engine: Engine) -> None:
    """So it is the driver that builds, and not the go command behind its back."""
    without = replace(engine, driver=engine.driver.with_environment(BAZEL="/nonexistent/bazel"))
    outcome = without.run("mod_modinfo")
    assert judge("mod_modinfo", outcome, {}).result == FAILED


@pytest.mark.bazel
@pytest.mark.nightly
def test_every_script_that_builds_is_in_the_ledger(engine: Engine) -> None:
    ledger = read_ledger()
    assert not [path.stem for path in engine.scripts if builds(path) and path.stem not in ledger]


def test_every_judgement_is_of_a_script_that_the_ledger_has_as_not_applicable() -> None:
    ledger = read_ledger()
    assert {ledger[name].result for name in read_judged()} <= {NOT_APPLICABLE}


def test_all_that_did_not_pass_has_a_reason() -> None:
    assert not [entry.script for entry in read_ledger().values() if entry.result != PASSED and not entry.why]
