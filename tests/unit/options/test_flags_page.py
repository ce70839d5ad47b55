"""docs/flags.md has a row for every flag, and each row of go's flags says how it is tested, by a test that is there."""

from __future__ import annotations

import re
from pathlib import Path

from gomod2bazel.options.flags import FLAGS

ROOT = Path(__file__).resolve().parents[3]
PAGE = (ROOT / "docs" / "flags.md").read_text(encoding="utf-8")
TABLE = [line for line in PAGE.partition("The build ID is empty")[0].splitlines() if line.startswith("| -")]
CELLS = [re.split(r" \| ", row.strip("| ")) for row in TABLE if not row.startswith("| ---")]


def test_every_flag_has_one_row() -> None:
    heads = [name for cells in CELLS for name in set(re.findall(r"-([\w-]+)", cells[0]))]
    assert sorted(heads) == sorted(FLAGS)


def test_every_row_says_how_it_is_tested() -> None:
    assert [cells[0] for cells in CELLS if not re.search(r"\b[Tt]ested (against `[^`]+` )?by ", cells[1])] == []
    assert "ignored" not in PAGE.lower()


def test_the_tests_are_there() -> None:
    there = {path.name for path in (ROOT / "tests").rglob("test_*.py")}
    assert set(re.findall(r"`(test_\w+\.py)`", PAGE)) <= there
    cases = {name for found in re.findall(r"cases? ((?:`[\w-]+`(?:, )?)+)", PAGE) for name in found.split("`")[1::2]}
    assert {name for name in cases if not name.startswith("test_")} <= {
        p.name for p in (ROOT / "tests/cases").iterdir()
    }
