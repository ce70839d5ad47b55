"""Rows of real modules: one that is small is built both ways; the page in docs/ has what came of all."""

from __future__ import annotations

from pathlib import Path

from support.driver import Driver
from support.outcome import DIFFERENT, EQUAL, NOT_RUN, TWICE
from support.real import DOCUMENT, documented, rows, run

SMALL = "toml-git"


def test_a_small_row_is_equal(networked: Driver, tmp_path: Path) -> None:
    (row,) = (row for row in rows() if row.name == SMALL)
    outcome = run(row, networked, tmp_path)
    assert (outcome.result, outcome.files) == (EQUAL, 1), outcome.output


def test_the_page_has_all_rows() -> None:
    wanted, found = documented()
    assert found == wanted
    assert len({row.name for row in rows()}) == len(wanted)


def test_the_page_admits_no_difference() -> None:
    lines = [line for line in DOCUMENT.read_text(encoding="utf-8").splitlines() if line.startswith("| `")]
    results = [line.split("|")[-2].strip() for line in lines]
    assert not {DIFFERENT, NOT_RUN} & set(results)
    assert sum(result in (EQUAL, TWICE) for result in results) >= 15
