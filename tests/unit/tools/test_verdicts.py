"""tools/verdicts: where the verdicts of two sides differ, the file of each result, and the page of all."""

from __future__ import annotations

import os
import sys
import time
from pathlib import Path

import pytest
from verdicts.by_bazel import shortened
from verdicts.by_go import importers_of, modules_of
from verdicts.commands import run_logged
from verdicts.page import explanation_of, page, read_explanations
from verdicts.repository import Request
from verdicts.results import RESULTS, read_result, read_results, write_result
from verdicts.verdict import Comparison, Difference, Verdicts, compared

GO = Verdicts(
    builds={"m/a": True, "m/b": False, "m/c": True},
    tests={"m/a": True, "m/c": True},
    reasons={"build m/b": "b.go:1:1: undefined: x"},
)

EMPTY = Comparison(
    name="m", commit="0123456789abcdef", release="go1.26.8", scope="builds and tests", builds=(0, 0), tests=(0, 0)
)


def _compared(**ours: dict[str, bool]) -> Comparison:
    verdicts = {"builds": dict(GO.builds), "tests": dict(GO.tests)} | ours
    reasons = {"test m/a": "no such file | testdata"}
    return compared(EMPTY, GO, Verdicts(builds=verdicts["builds"], tests=verdicts["tests"], reasons=reasons))


def _difference(kind: str, path: str, verdicts: str, reason: str) -> Difference:
    return Difference(kind=kind, import_path=path, verdicts=verdicts, reason=reason)


def test_equal_verdicts_count_also_where_both_fail() -> None:
    same = _compared()
    assert not same.differing
    assert (same.builds, same.tests, same.is_good) == ((3, 3), (2, 2), True)


def test_what_differs_is_named_with_a_reason() -> None:
    other = _compared(builds={"m/a": True, "m/b": True}, tests={"m/a": False, "m/c": True})
    assert other.differing == (
        _difference("build", "m/b", "go fails, ours passes", "b.go:1:1: undefined: x"),
        _difference("build", "m/c", "go passes, ours has none", ""),
        _difference("test", "m/a", "go passes, ours fails", "no such file | testdata"),
    )
    assert (other.builds, other.tests, other.is_good) == ((1, 3), (1, 2), False)


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("a_test.go:3: open /w/m/x: no such file", "a_test.go:3: open ./x: no such file"),
        (
            "tried: ('/c/bazel/sandbox/12/execroot/_main/bazel-out/k8-fastbuild/bin/a/a_test.runfiles')",
            "tried: ('a/a_test.runfiles')",
        ),
        ("open /c/bazel/1/execroot/_main/a/b: denied", "open a/b: denied"),
    ],
)
def test_reasons_have_no_folders_of_the_machine(text: str, shown: str) -> None:
    assert shortened(text, Path("/w/m")) == shown


def test_results_have_no_folders_of_the_machine() -> None:
    assert [path.name for path in RESULTS.glob("*.tsv") if "/execroot/" in path.read_text(encoding="utf-8")] == []


def test_packages_that_go_cannot_load_and_generate_leaves_out() -> None:
    go = Verdicts(builds={"m/a": True, "m/x": False}, tests={"m/a": True, "m/x": False}, unloaded=("m/x",))
    without = Verdicts(builds={"m/a": True}, tests={"m/a": True})
    assert not compared(EMPTY, go, without).differing
    strange = Verdicts(builds={"m/a": True, "m/x": True}, tests={"m/a": True})
    assert [difference.import_path for difference in compared(EMPTY, go, strange).differing] == ["m/x"]
    assert len(compared(EMPTY, Verdicts(builds=go.builds, tests=go.tests), without).differing) == 2


def test_a_result_is_read_as_it_was_written(tmp_path: Path) -> None:
    found = _compared(builds={"m/a": True, "m/b": False}, tests={"m/a": False})
    write_result(found, tmp_path)
    assert read_results(tmp_path) == [found]


def test_the_page_has_explanations_in_place_of_reasons(tmp_path: Path) -> None:
    file = tmp_path / "explanations.tsv"
    file.write_text("# NAME KIND IMPORTPATH, a tab, and why\nm build m/*\tC code of another system\n", encoding="utf-8")
    found = _compared(builds={"m/a": True, "m/b": False}, tests={"m/a": False})
    text = page([found], read_explanations(file))
    assert "| m | 0123456789ab | go1.26.8 | builds and tests | 2 of 3 | 0 of 2 (0.0 %) |\n" in text
    assert "| m/c | build: go passes, ours has none | C code of another system |\n" in text
    assert "| m/a | test: go passes, ours fails | no such file \\| testdata |\n" in text


def test_the_page_is_that_of_the_results() -> None:
    folder = RESULTS.parent
    text = page(read_results(), read_explanations(folder / "explanations.tsv"))
    assert (folder.parents[1] / "docs" / "real-repositories.md").read_text(encoding="utf-8") == text


@pytest.mark.parametrize("file", sorted(RESULTS.glob("*.tsv")), ids=lambda file: file.stem)
def test_every_difference_is_explained(file: Path) -> None:
    explanations = read_explanations(RESULTS.parent / "explanations.tsv")
    found = read_result(file)
    assert [d for d in found.differing if not explanation_of(found, d, explanations)] == []


def test_the_scope_tells_what_did_not_run(tmp_path: Path) -> None:
    whole = Request(name="m", folder=tmp_path, work=tmp_path)
    assert whole.scope == "builds and tests"
    assert Request(name="m", folder=tmp_path, work=tmp_path, tests=False).scope == "builds"
    part = Request(name="m", folder=tmp_path, work=tmp_path, untested=("tests/e2e", "web"))
    assert part.scope == "builds, tests outside tests/e2e, web"
    bare = Request(name="m", folder=tmp_path, work=tmp_path, bare=True)
    assert bare.scope == "builds and tests, without its Bazel files"


def test_a_command_that_hangs_is_stopped_with_what_it_started(tmp_path: Path) -> None:
    program = "import subprocess, time; p = subprocess.Popen(['sleep', '60']); print(p.pid, flush=True); time.sleep(60)"
    finished = run_logged([sys.executable, "-c", program], tmp_path, os.environ, tmp_path / "log", limit=2)
    assert finished.code is None
    started = int(finished.lines[0])
    deadline = time.monotonic() + 10
    while _is_running(started) and time.monotonic() < deadline:
        time.sleep(0.05)
    assert not _is_running(started)


def _is_running(process: int) -> bool:
    try:
        return Path(f"/proc/{process}/stat").read_text(encoding="utf-8").split(") ")[1][0] != "Z"
    except OSError:
        return False


def test_a_package_that_imports_one_that_does_not_build_does_not_build() -> None:
    listed = "m/a fmt m/b n/broken\nm/b n/broken fmt\nm/c fmt\n"
    assert importers_of({"n/broken"}, listed) == {"m/a", "m/b"}


def test_modules_are_those_that_generate_looks_at(tmp_path: Path) -> None:
    for folder in ("", "sub", "testdata/x", "vendor/y", "_old", ".hidden"):
        (tmp_path / folder).mkdir(parents=True, exist_ok=True)
        (tmp_path / folder / "go.mod").touch()
    assert modules_of(tmp_path) == [tmp_path, tmp_path / "sub"]
