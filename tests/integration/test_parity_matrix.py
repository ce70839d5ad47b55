"""The core of the parity matrix is equal, or refused by both; the page in docs/ has the rows of the whole."""

from __future__ import annotations

from pathlib import Path

import pytest
from support.driver import Driver
from support.go_releases import RELEASES
from support.matrix import Row, rows, run
from support.matrix_page import DOCUMENT, cells_of, document
from support.outcome import DIFFERENT, EQUAL, NOT_RUN, REFUSED, TWICE
from support.release_columns import read_columns
from support.twice import other_user

CORE = [row for row in rows() if row.core]


@pytest.mark.bazel
@pytest.mark.parametrize("row", CORE, ids=map(str, CORE))
def test_core(row: Row, driver: Driver, tmp_path: Path) -> None:
    outcome = run(row, driver, tmp_path)
    if outcome.result.startswith("no "):
        pytest.skip(outcome.result)
    assert outcome.result in (EQUAL, REFUSED), outcome.output


@pytest.mark.bazel
@pytest.mark.nightly
def test_another_user_builds_the_same(driver: Driver, tmp_path: Path) -> None:
    row = next(row for row in CORE if row.module == "includes" and row.flags)
    other = other_user(driver, tmp_path / "other")
    work = tmp_path / "work"
    work.mkdir()
    try:
        outcome = run(row, driver, work, other)
    finally:
        other.run("clean", cwd=tmp_path)
    assert outcome.result == TWICE, outcome.output


def test_the_page_has_the_rows_of_the_matrix() -> None:
    wanted = [cells_of(row) for row in rows()]
    assert list(read_columns(DOCUMENT)) == wanted
    assert len(set(wanted)) == len(wanted) >= 60
    assert document([], RELEASES[-1]) == DOCUMENT.read_text(encoding="utf-8")


@pytest.mark.parametrize("release", RELEASES)
def test_the_page_admits_no_difference(release: str) -> None:
    results = [columns.result(release) for columns in read_columns(DOCUMENT).values()]
    assert not {DIFFERENT, NOT_RUN} & set(results)
    assert sum(result in (EQUAL, TWICE) for result in results) >= 100
