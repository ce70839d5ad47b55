"""docs/flags.md has a row for every flag, short enough to read; flag_tests.tsv names the tests of each flag."""

from __future__ import annotations

import re
from pathlib import Path

from gomod2bazel.options.flag_table import FLAGS, FlagGroup

ROOT = Path(__file__).resolve().parents[3]
PAGE = (ROOT / "docs" / "flags.md").read_text(encoding="utf-8")
ROWS = [
    re.split(r" \| ", line.strip("| ")) for line in PAGE.splitlines() if line.startswith("| -") and "---" not in line
]
TESTS = Path(__file__).with_name("flag_tests.tsv").read_text(encoding="utf-8").splitlines()[1:]

# Characters of a cell, without the addresses of links.
_LONGEST = 300


def test_every_flag_has_one_row() -> None:
    heads = [name for cells in ROWS for name in set(re.findall(r"-([\w-]+)", cells[0]))]
    assert sorted(heads) == sorted(FLAGS)


def test_sections_are_the_groups_of_help() -> None:
    sections = re.split(r"^## (.*)$", PAGE, flags=re.M)[1:]
    titles = {FlagGroup.COMMAND: "Flags of some commands"}
    for group in FlagGroup:
        text = sections[sections.index(titles.get(group, group.value)) + 1]
        rows = re.findall(r"^\| (-.*?) \| ", text, re.M)
        names = {name for head in rows if not head.startswith("--") for name in re.findall(r"-([\w-]+)", head)}
        assert names == {name for name, flag in FLAGS.items() if flag.group is group}, group


def test_rows_are_short() -> None:
    lengths = {cells[0]: max(len(re.sub(r"\]\([^)]*\)", "]", cell)) for cell in cells) for cells in ROWS}
    assert [name for name, length in lengths.items() if length > _LONGEST] == []


def test_the_page_is_for_readers() -> None:
    assert "ignored" not in PAGE.lower()
    prose = re.sub(r"<!--.*?-->", "", PAGE)
    assert "ested by" not in prose
    assert "test_" not in prose


def test_every_flag_has_tests() -> None:
    tests = dict(line.split("\t") for line in TESTS)
    assert sorted(tests) == sorted(FLAGS)
    assert len(tests) == len(TESTS)
    assert [flag for flag, names in tests.items() if not names.split()] == []
    assert [name for names in tests.values() for name in names.split() if not (ROOT / name).exists()] == []
