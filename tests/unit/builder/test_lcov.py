"""lcov's trace files: made of Go's profiles, and merged."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from builder.test import lcov


@pytest.mark.parametrize(
    ("blocks", "lines"),
    [
        pytest.param(["1.2,1.9 1 1"], {1: 1}, id="one line"),
        pytest.param(["3.20,5.3 2 0"], {3: 0, 4: 0, 5: 0}, id="several"),
        pytest.param(["1.20,2.8 2 7", "2.8,4.3 1 0", "4.3,4.9 1 7"], {1: 7, 2: 7, 3: 0, 4: 7}, id="run most counts"),
        pytest.param(["1.20,3.1 2 1"], {1: 1, 2: 1}, id="nothing on the last line"),
        pytest.param(["1.20,1.20 0 0"], {1: 0}, id="an empty function"),
    ],
)
def test_lines_of_a_profile(blocks: list[str], lines: dict[int, int]) -> None:
    text = "mode: count\n" + "".join(f"example.com/m/a.go:{block}\n" for block in blocks)
    assert lcov.from_profile(text, {"example.com/m/a.go": "m/a.go"}) == {"m/a.go": lines}


def test_what_is_no_profile_is_refused() -> None:
    with pytest.raises(ValueError, match=r"a\.go:1"):
        lcov.from_profile("mode: set\na.go:1\n", {})


def _run(folder: Path, *arguments: str) -> str:
    output = folder / "all.dat"
    assert lcov.main([f"--output_file={output}", *arguments]) == 0
    return output.read_text(encoding="utf-8")


def test_a_profile_becomes_a_trace_file(tmp_path: Path) -> None:
    (tmp_path / "profile").write_text("mode: set\nx/b.go:2.1,3.4 1 1\nx/a.go:9.1,9.4 1 0\n", encoding="utf-8")
    (tmp_path / "sources").write_text(json.dumps({"x/a.go": "p/a.go", "x/b.go": "bin/p/b.go"}), encoding="utf-8")
    said = _run(tmp_path, f"--profile={tmp_path}/profile", f"--sources={tmp_path}/sources")
    assert said == (
        "SF:bin/p/b.go\nDA:2,1\nDA:3,1\nLH:2\nLF:2\nend_of_record\nSF:p/a.go\nDA:9,0\nLH:0\nLF:1\nend_of_record\n"
    )


FIRST = "SF:a.go\nDA:10,1\nDA:9,0\nLH:1\nLF:2\nend_of_record\nSF:left/out.go\nDA:1,1\nend_of_record\n"
C = "SF:a.c\nFN:3,f\nFNDA:2,f\nFNF:1\nFNH:1\nBRDA:4,0,0,-\nBRDA:4,0,1,%s\nBRF:2\nBRH:0\nDA:4,2,digest\nend_of_record\n"
SECOND = "TN:\nSF:a.go\nDA:9,2\nDA:10,3\nend_of_record\n" + C % "-"
MERGED = (
    "SF:a.c\nFN:3,f\nFNDA:4,f\nFNF:1\nFNH:1\nBRDA:4,0,0,-\nBRDA:4,0,1,5\nBRF:2\nBRH:1\nDA:4,4\nLH:1\nLF:1\nend_of_record\n"
    "SF:a.go\nDA:9,2\nDA:10,4\nLH:2\nLF:2\nend_of_record\n"
)


def test_reports_of_one_test_are_merged(tmp_path: Path) -> None:
    folder = tmp_path / "coverage"
    (folder / "below").mkdir(parents=True)
    (folder / "a.dat").write_text(FIRST, encoding="utf-8")
    (folder / "below" / "b.dat").write_text(SECOND, encoding="utf-8")
    (folder / "c.dat").write_text(C % "5", encoding="utf-8")
    (folder / "go.profile").write_text("mode: set\n", encoding="utf-8")
    manifest = tmp_path / "manifest"
    manifest.write_text("a.go\na.c\n", encoding="utf-8")
    # As Bazel calls it; what it says of sources to leave out is true of none that the manifest names.
    words = (f"--coverage_dir={folder}", "--filter_sources=/usr/bin/.+", f"--source_file_manifest={manifest}")
    assert _run(tmp_path, *words) == MERGED


def test_reports_of_all_tests_are_merged(tmp_path: Path) -> None:
    for name, text in {"a": FIRST, "b": SECOND, "c": C % "5"}.items():
        (tmp_path / name).write_text(text, encoding="utf-8")
    (tmp_path / "reports").write_text("".join(f"{tmp_path}/{name}\n" for name in "abc"), encoding="utf-8")
    said = _run(tmp_path, f"--reports_file={tmp_path}/reports")
    assert said == MERGED + "SF:left/out.go\nDA:1,1\nLH:1\nLF:1\nend_of_record\n"
