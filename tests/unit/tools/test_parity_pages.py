"""How a run of `tools/parity -write` changes the column of its Go release in a page, and nothing else."""

from __future__ import annotations

from pathlib import Path

import pytest
from support import matrix_page, release_columns
from support.go_releases import RELEASES
from support.matrix import Row, rows
from support.outcome import DIFFERENT, EQUAL, NOT_RUN, REFUSED, TWICE, Outcome
from support.release_columns import Columns, read_columns, update

OLDEST, MIDDLE, NEWEST = RELEASES


@pytest.fixture
def page(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return the matrix page of a test, which does not exist yet."""
    monkeypatch.setattr(matrix_page, "DOCUMENT", tmp_path / "page.md")
    return tmp_path / "page.md"


def _write(page: Path, release: str, *outcomes: Outcome[Row]) -> dict[str, Columns]:
    page.write_text(matrix_page.document(outcomes, release), encoding="utf-8")
    return read_columns(page)


def test_a_run_writes_the_column_of_its_release(page: Path) -> None:
    first, second = rows()[:2]
    _write(page, MIDDLE, Outcome(row=first, result=TWICE, files=3), Outcome(row=second, result=REFUSED))
    found = _write(page, NEWEST, Outcome(row=first, result=DIFFERENT, files=3, output="main: byte 7"))
    assert len(found) == len(rows())
    assert found[matrix_page.cells_of(first)] == Columns(
        files=3, results={OLDEST: NOT_RUN, MIDDLE: TWICE, NEWEST: DIFFERENT}
    )
    assert found[matrix_page.cells_of(second)].result(MIDDLE) == REFUSED
    text = page.read_text(encoding="utf-8")
    assert f"- Go {MIDDLE}: 1 equal, twice; 1 both refuse; {len(rows()) - 2} not run\n" in text
    assert f"- Go {NEWEST}: 1 different; {len(rows()) - 1} not run\n" in text


@pytest.mark.parametrize(
    ("before", "now", "after"),
    [
        (TWICE, EQUAL, TWICE),
        (TWICE, DIFFERENT, DIFFERENT),
        (DIFFERENT, EQUAL, EQUAL),
        (EQUAL, TWICE, TWICE),
        (EQUAL, "no clang here", EQUAL),
        (NOT_RUN, "no clang here", f"{NOT_RUN}: no clang"),
        (f"{NOT_RUN}: no clang", "no clang++ here", f"{NOT_RUN}: no clang++"),
        (f"{NOT_RUN}: no clang", EQUAL, EQUAL),
    ],
)
def test_what_a_result_becomes(before: str, now: str, after: str) -> None:
    columns = Columns(files=2, results={MIDDLE: before, NEWEST: EQUAL})
    done = columns.after(Outcome(row=rows()[0], result=now, files=2 if now in (EQUAL, TWICE) else 0), MIDDLE)
    assert done == Columns(files=2, results={MIDDLE: after, NEWEST: EQUAL})


def test_results_of_a_release_that_is_not_listed_any_more_go(page: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    row = rows()[0]
    _write(page, OLDEST, Outcome(row=row, result=EQUAL, files=1))
    _write(page, NEWEST, Outcome(row=row, result=EQUAL, files=1))
    later = (MIDDLE, NEWEST, "1.28.0")
    monkeypatch.setattr(release_columns, "RELEASES", later)
    columns = read_columns(page)[matrix_page.cells_of(row)]
    assert str(columns) == f"1 | {NOT_RUN} | {EQUAL} | {NOT_RUN} |"


def test_a_release_without_a_column_is_an_error() -> None:
    with pytest.raises(ValueError, match=rf"Go 1\.24\.1 has no column in the pages; they have {OLDEST}"):
        update({}, {}, "1.24.1")
