"""What is written of a run of the bench: JSON, the page, charts, and the comparison with committed ratios."""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from pathlib import Path
from xml.etree import ElementTree

import pytest

from bench import __main__ as bench
from bench.check import main as check
from bench.measure.errors import BenchError
from bench.measure.result import Result, Round, Spread
from bench.measure.usage import Usage
from bench.report.document import Document, read_document, write_document
from bench.report.growth import Series, fit, growth
from bench.report.page import PAGE, page_files, page_part, with_part
from bench.report.ratios import RATIOS, TOLERANCE, compare_ratios, merge_ratios, read_ratios
from bench.report.svg import Bar, Line, bars, lines
from bench.report.text import line_of
from bench.run_scenarios import Options

SVG = "{http://www.w3.org/2000/svg}"


def parsed(text: str) -> ElementTree.Element:
    return ElementTree.fromstring(text)  # noqa: S314 - written by the code under test


def result(
    ours: Sequence[float], theirs: Sequence[float], scenario: str = "cold", packages: int = 400, different: str = ""
) -> Result:
    """Return a result with these wall times."""
    rounds = tuple(
        Round(
            order=("gomod2bazel", "go"),
            usages={
                "gomod2bazel": Usage(wall=a, cpu=2 * a, command_memory=50_000_000, server_memory=300_000_000),
                "go": Usage(wall=b, cpu=b, command_memory=20_000_000, largest_memory=90_000_000),
            },
            binaries=3,
            different=tuple(different.split()),
        )
        for a, b in zip(ours, theirs, strict=True)
    )
    size = {"packages": packages, "modules": 0, "binaries": packages // 10}
    return Result(scenario=scenario, subject=f"m@{packages}", sides=("gomod2bazel", "go"), rounds=rounds, size=size)


def document(*results: Result, trial: bool = False) -> Document:
    return Document(
        date="2026-01-02T03:04:05+00:00",
        command=("bench/run", "-module", "a b", "-json", "/home/x/run.json", "cold"),
        versions={"gomod2bazel": "1.2.3", "go": "1.26.8"},
        cores=2,
        load=(0.5, 0.25, 0.125),
        cpu_source="control group",
        trial=trial,
        results=results,
    )


def test_ratios_are_those_of_pairs() -> None:
    # Machines become slower for a while: the median of the ratios is not the ratio of the medians.
    made = result([1, 10, 3], [1, 5, 2])
    assert made.ratio("go") == Spread(min=1, median=1.5, max=2)
    assert made.wall("gomod2bazel") == Spread(min=1, median=3, max=10)
    assert made.spread("go", lambda usage: usage.server_memory) is None


def test_a_result_names_no_folder_of_the_machine(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[Options] = []

    def run_all(options: Options, _: object) -> Document:
        asked.append(options)
        return document()

    monkeypatch.setattr(bench, "run_all", run_all)
    path = tmp_path / "run.json"
    assert bench.main(["-tree", "/home/x/prometheus", "-json", str(path), "monorepo"]) == 0
    assert asked[0].command == ("bench/run", "-tree", "prometheus", "-json", "run.json", "monorepo")
    assert asked[0].trees == (Path("/home/x/prometheus"),)


def test_json_has_everything(tmp_path: Path) -> None:
    path, made = tmp_path / "new" / "run.json", document(result([1, 2], [1, 1], different="a b"))
    write_document(path, made)
    assert read_document(path) == made
    (written,) = json.loads(path.read_text())["results"]
    assert written["summary"]["ratios"]["go"] == {"min": 1, "median": 1.5, "max": 2}
    assert written["summary"]["sides"]["gomod2bazel"]["server_memory"]["max"] == 300_000_000
    assert "server_memory" not in written["summary"]["sides"]["go"]
    assert written["summary"]["bytes_equal"] is False


@pytest.mark.parametrize("text", ["", "{}", "[]", '{"schema": 2}', '{"schema": 1, "date": "x"}', "null"])
def test_a_file_that_is_no_result(tmp_path: Path, text: str) -> None:
    (tmp_path / "run.json").write_text(text)
    with pytest.raises(BenchError, match=r"run\.json"):
        read_document(tmp_path / "run.json")


@pytest.mark.parametrize(("measured", "worse"), [(1.0, False), (1.15, False), (1.16, True), (0.5, False)])
def test_a_regression_is_more_than_fifteen_percent(measured: float, *, worse: bool) -> None:
    committed = {"cold": {"m@400": {"go": 1.0}}}
    (comparison,) = compare_ratios([result([measured], [1])], committed)
    assert comparison.is_worse == worse
    assert TOLERANCE == 0.15


def test_what_has_no_committed_ratio_is_not_worse() -> None:
    (comparison,) = compare_ratios([result([9], [1])], {"cold": {"other": {"go": 1.0}}})
    assert not comparison.is_worse
    assert "no committed ratio" in str(comparison)


def test_the_tool_that_checks(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    ratios, run = tmp_path / "ratios.json", tmp_path / "run.json"
    ratios.write_text('{"cold": {"m@400": {"go": 1.0, "rules_go": 0.5}}}')
    write_document(run, document(result([1.2, 1.3], [1, 1])))
    assert check(["-ratios", str(ratios), str(run)]) == 1
    assert "worse: cold, m@400, to go: 1.250, committed 1.000 (+25 %)" in capsys.readouterr().err
    assert check(["-ratios", str(ratios), "-write", str(run)]) == 0
    assert read_ratios(ratios) == {"cold": {"m@400": {"go": 1.25, "rules_go": 0.5}}}
    assert check(["-ratios", str(ratios), str(run)]) == 0


@pytest.mark.parametrize("trial", [True, False])
def test_the_tool_refuses_trials_and_other_bytes(tmp_path: Path, *, trial: bool) -> None:
    write_document(tmp_path / "run.json", document(result([1], [1], different="yq"), trial=trial))
    assert check([str(tmp_path / "run.json")]) == (2 if trial else 1)


def test_merging_keeps_other_ratios() -> None:
    committed = {"no-op": {"m@400": {"go": 0.1}}}
    assert merge_ratios(committed, [result([2], [1])]) == {**committed, "cold": {"m@400": {"go": 2.0}}}
    assert committed == {"no-op": {"m@400": {"go": 0.1}}}


def test_committed_ratios_can_be_read() -> None:
    assert read_ratios(RATIOS)


SIZES = (400, 1000, 2000, 4000)


@pytest.mark.parametrize(
    ("values", "faster"),
    [
        ([5 + 0.01 * size for size in SIZES], False),
        ([0.06, 0.061, 0.059, 0.062], False),
        ([5 + 0.001 * size**1.7 for size in SIZES], True),
        ([5 + 0.01 * size + 1e-5 * size**2 for size in SIZES], True),
        ([5 + size**0.5 for size in SIZES], False),
    ],
)
def test_growth_that_is_faster_than_linear(values: list[float], *, faster: bool) -> None:
    assert fit(list(zip(map(float, SIZES), values, strict=True))).is_faster_than_linear == faster


def test_series_of_growth() -> None:
    results = [result([size / 100], [size / 200], packages=size) for size in reversed(SIZES)]
    series = list(growth([*results, result([1], [1], scenario="no-op")]))
    walls = {item.side: item for item in series if item.value.startswith("wall")}
    assert {item.axis for item in series} == {"packages"}, "a tenth of the packages are binaries: no axis by itself"
    assert walls["gomod2bazel"].points == ((400, 4), (1000, 10), (2000, 20), (4000, 40))
    assert [item.side for item in series if item.value.startswith("memory of the server")] == ["gomod2bazel"]
    fitted = walls["go"].fit()
    assert fitted
    assert not fitted.is_faster_than_linear
    assert Series(scenario="", axis="", fixed="", value="", side="", points=walls["go"].points[:3]).fit() is None


def test_bars_are_as_long_as_their_values() -> None:
    text = bars(
        "Cold & warm", "ratio", [Bar(label="a<b", low=0.5, value=1, high=2), Bar(label="c", low=3, value=3, high=3)]
    )
    root = parsed(text)
    first, second = (float(rect.attrib["width"]) for rect in root.iter(f"{SVG}rect"))
    assert second == pytest.approx(3 * first, rel=0.01)
    assert {"a<b", "c", "Cold & warm", "ratio", "3"} <= {node.text for node in root.iter(f"{SVG}text")}


@pytest.mark.parametrize(
    "text",
    [
        bars("x", "y", [Bar(label="a", low=0, value=0, high=0)], parity=1),
        lines("x", "packages", "s", [Line(label="a", points=[(400, 0.05), (4000, 123.4)])]),
        lines("x", "packages", "s", [Line(label="a", points=[(1, 0)])]),
    ],
)
def test_charts_need_no_script_and_have_colours_for_dark(text: str) -> None:
    root = parsed(text)
    assert [node for node in root.iter() if node.tag.endswith("script")] == []
    assert "prefers-color-scheme: dark" in text
    width, height = float(root.attrib["width"]), float(root.attrib["height"])
    for node in root.iter(f"{SVG}text"):
        assert 0 <= float(node.attrib["x"]) <= width
        assert 0 <= float(node.attrib["y"]) <= height


def test_lines_go_through_their_points() -> None:
    root = parsed(lines("x", "n", "s", [Line(label="a", points=[(0, 0), (50, 1), (100, 2)])]))
    (line,) = root.iter(f"{SVG}polyline")
    points = [tuple(map(float, point.split(","))) for point in line.attrib["points"].split()]
    (x0, y0), (x1, y1), (x2, y2) = points
    assert x1 - x0 == pytest.approx(x2 - x1, abs=0.2)
    assert y0 - y1 == pytest.approx(y1 - y2, abs=0.2)
    assert y0 > y2


def test_one_line_for_a_result() -> None:
    text = line_of(result([2, 4], [1, 1]))
    assert text == "cold, m@400: gomod2bazel 3.00 s  go 1.00 s; to go 3.00 (2.00 to 4.00); 3 binaries equal"
    assert "1 binaries differ" in line_of(result([1], [1], different="yq"))


def test_the_generated_part_of_the_page(tmp_path: Path) -> None:
    page = tmp_path / "page.md"
    page.write_text(re.sub(r"(?s)(?<=end mark. -->\n).*(?=<!-- end)", "of an earlier run\n", PAGE.read_text()))
    (tmp_path / "results").mkdir()
    results = [result([size / 100, size / 90], [size / 200, size / 200], packages=size) for size in SIZES]
    write_document(tmp_path / "results" / "synthetic.json", document(*results))
    files = page_files(tmp_path / "results", page)
    text = files.pop(page)
    times = "4.22 s (4.00 to 4.44) | 8.44 s (8.00 to 8.89)"
    assert f"| cold | m@400 | gomod2bazel | {times} | 50 MB, server 300 MB |  | 3 equal |" in text
    assert "|  |  | go | 2.00 s | 2.00 s | 20 MB, largest process 90 MB | 2.11 (2.00 to 2.22) |  |" in text
    assert "    bench/run -module 'a b' cold\n" in text
    assert "of an earlier run" not in text
    # Whatever the page shows is a file next to it, and the other way round.
    shown = {page.parent / name for name in re.findall(r"!\[[^]]*\]\(([^)]+)\)", text)}
    assert shown == set(files)
    assert all(parsed(chart) is not None for chart in files.values())


def test_other_figures_on_the_page() -> None:
    figures = {"lock_bytes": 12_735, "extension_seconds": 0.5, "heap_bytes": 59e6}
    used = Usage(wall=1, cpu=1, command_memory=27_000_000, figures=figures)
    rounds = (Round(order=("gomod2bazel",), usages={"gomod2bazel": used}),)
    alone = Result(scenario="lock: read", subject="m", sides=("gomod2bazel",), rounds=rounds)
    text = page_part({"lock": document(alone)})
    assert "| 27 MB, heap 59 MB, lock 12.7 kB, module extension 0.50 s |" in text
    assert "![" not in text, "nothing to compare, and no growth"


def test_a_trial_is_not_published(tmp_path: Path) -> None:
    write_document(tmp_path / "run.json", document(result([1], [1]), trial=True))
    with pytest.raises(BenchError, match="trial"):
        page_files(tmp_path, PAGE)


def test_a_page_without_marks_is_not_changed() -> None:
    with pytest.raises(BenchError, match="marks"):
        with_part("# Performance\n", page_part({}), Path("page.md"))


def test_the_committed_page_is_that_of_the_committed_results() -> None:
    files = page_files()
    assert {path for path, text in files.items() if not path.is_file() or path.read_text() != text} == set()
    charts = PAGE.parent / "performance"
    assert set(charts.glob("*")) == {path for path in files if path.parent == charts}
