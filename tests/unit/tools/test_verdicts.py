"""tools/verdicts: where the verdicts of two sides differ, and the page that says so."""

from __future__ import annotations

from pathlib import Path

from verdicts.by_go import modules_of
from verdicts.page import page, read_explanations
from verdicts.verdict import Comparison, Verdicts

GO = Verdicts(
    builds={"m/a": True, "m/b": False, "m/c": True},
    tests={"m/a": True, "m/c": True},
    reasons={"build m/b": "b.go:1:1: undefined: x"},
)


def _compared(**ours: dict[str, bool]) -> Comparison:
    verdicts = {"builds": dict(GO.builds), "tests": dict(GO.tests)} | ours
    reasons = {"test m/a": "no such file | testdata"}
    return Comparison(
        name="m", go=GO, ours=Verdicts(builds=verdicts["builds"], tests=verdicts["tests"], reasons=reasons)
    )


def test_equal_verdicts_count_also_where_both_fail() -> None:
    same = _compared()
    assert same.differing == []
    assert (same.counts("build"), same.counts("test")) == ((3, 3), (2, 2))


def test_what_differs_is_named_with_a_reason() -> None:
    other = _compared(builds={"m/a": True, "m/b": True}, tests={"m/a": False, "m/c": True})
    assert other.differing == [
        ("build", "m/b", "go fails, ours passes", "b.go:1:1: undefined: x"),
        ("build", "m/c", "go passes, ours has none", ""),
        ("test", "m/a", "go passes, ours fails", "no such file | testdata"),
    ]
    assert (other.counts("build"), other.counts("test")) == ((1, 3), (1, 2))


def test_the_page_has_explanations_in_place_of_reasons(tmp_path: Path) -> None:
    file = tmp_path / "explanations.tsv"
    file.write_text("# NAME KIND IMPORTPATH, a tab, and why\nm build m/c\tC code of another system\n", encoding="utf-8")
    text = page([_compared(builds={"m/a": True, "m/b": False}, tests={"m/a": False})], read_explanations(file))
    assert "| m | 2 of 3 | 0 of 2 |\n" in text
    assert "| m/c | build: go passes, ours has none | C code of another system |\n" in text
    assert "| m/a | test: go passes, ours fails | no such file \\| testdata |\n" in text


def test_modules_are_those_that_generate_looks_at(tmp_path: Path) -> None:
    for folder in ("", "sub", "testdata/x", "vendor/y", "_old", ".hidden"):
        (tmp_path / folder).mkdir(parents=True, exist_ok=True)
        (tmp_path / folder / "go.mod").touch()
    assert modules_of(tmp_path) == [tmp_path, tmp_path / "sub"]
