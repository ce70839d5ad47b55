"""Rows of real modules: one that is small is built both ways; the page in docs/ has what came of all."""

from __future__ import annotations

from pathlib import Path

from support.driver import Driver
from support.go_releases import RELEASES
from support.outcome import DIFFERENT, EQUAL, NOT_RUN
from support.real import rows, run
from support.real_page import DOCUMENT, cells_of, document
from support.release_columns import read_columns

SMALL = "toml-git"


def test_a_small_row_is_equal(networked: Driver, tmp_path: Path) -> None:
    (row,) = (row for row in rows() if row.name == SMALL)
    outcome = run(row, networked, tmp_path)
    assert (outcome.result, outcome.files) == (EQUAL, 1), outcome.output


def test_the_page_has_all_rows() -> None:
    wanted = [cells_of(row) for row in rows()]
    assert list(read_columns(DOCUMENT)) == wanted
    assert len({row.name for row in rows()}) == len(wanted)
    assert document([], RELEASES[-1]) == DOCUMENT.read_text(encoding="utf-8")


def test_the_page_admits_no_difference() -> None:
    found = read_columns(DOCUMENT)
    results = [{columns.result(release) for release in RELEASES} for columns in found.values()]
    assert not any(DIFFERENT in row for row in results)
    assert all(row != {NOT_RUN} for row in results), "every row has a result with some release"
