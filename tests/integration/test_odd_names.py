"""Small runs of what `tools/names` does for 300 modules."""

from __future__ import annotations

import random
from pathlib import Path

import pytest
from names.compare import compare
from names.monorepo import compare_generated
from names.odd import make_round
from support.driver import Driver

pytestmark = pytest.mark.bazel


def test_odd_names_are_built_or_refused_as_by_the_go_command(driver: Driver, tmp_path: Path) -> None:
    made = make_round(tmp_path / "round", random.Random("2 2"), 4)  # noqa: S311 - no secret
    done = compare(driver, made, tmp_path / "round")
    assert not done.problems, "\n".join(done.problems)
    assert done.equal, "all are refused"


def test_odd_names_in_a_monorepo(driver: Driver, tmp_path: Path) -> None:
    chance = random.Random("1 1")  # noqa: S311 - no secret
    made = make_round(tmp_path / "round", chance, 3, labels=True)
    done = compare_generated(driver, made, tmp_path / "round")
    assert not done.problems, "\n".join(done.problems)
    assert done.equal, "all are refused"
