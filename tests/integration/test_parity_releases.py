"""A few rows of the matrix with the oldest and the newest Go release; CI builds the core with each."""

from __future__ import annotations

from pathlib import Path

import pytest
from support.driver import Driver
from support.go_releases import RELEASES
from support.matrix import Row, rows, run
from support.outcome import EQUAL

CHEAP = [row for row in rows() if row.core and str(row) in ("cgo CGO_ENABLED=1", "cnames CGO_ENABLED=1")]
"""C, assembly and Go. They share the standard library, whose compilation is nearly all of the time."""


@pytest.mark.bazel
@pytest.mark.network
@pytest.mark.parametrize("row", CHEAP, ids=map(str, CHEAP))
@pytest.mark.parametrize("release", (RELEASES[0], pytest.param(RELEASES[-1], marks=pytest.mark.nightly)))
def test_row(release: str, row: Row, driver: Driver, tmp_path: Path) -> None:
    outcome = run(row, driver.with_release(release), tmp_path)
    # test_newest_go.py has a build with the newest release for every day.
    if outcome.result.startswith("no "):
        pytest.skip(outcome.result)
    assert outcome.result == EQUAL, outcome.output


def test_the_rows_exist() -> None:
    assert len(CHEAP) == 2
