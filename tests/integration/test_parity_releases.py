"""A few rows of the matrix with the oldest and the newest Go release, at night; CI builds the core with each."""

from __future__ import annotations

from pathlib import Path

import pytest
from support.driver import Driver
from support.go_releases import RELEASES
from support.matrix import Row, rows, run
from support.outcome import EQUAL

CHEAP = [row for row in rows() if row.core and str(row) in ("cgo CGO_ENABLED=1", "cnames CGO_ENABLED=1")]
"""C, assembly and Go. They share the standard library, whose compilation is nearly all of the time."""


# The job `parity` of continuous integration builds these rows and others with each release, and test_newest_go.py has a
# build with the newest one.
@pytest.mark.bazel
@pytest.mark.network
@pytest.mark.nightly
@pytest.mark.parametrize("row", CHEAP, ids=map(str, CHEAP))
@pytest.mark.parametrize("release", (RELEASES[0], RELEASES[-1]))
def test_row(release: str, row: Row, driver: Driver, tmp_path: Path) -> None:
    outcome = run(row, driver.with_release(release), tmp_path)
    if outcome.result.startswith("no "):
        pytest.skip(outcome.result)
    assert outcome.result == EQUAL, outcome.output


def test_the_rows_exist() -> None:
    assert len(CHEAP) == 2
