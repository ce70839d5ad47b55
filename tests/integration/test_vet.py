"""go vet as validation actions: what a build finds is what `go vet` and `go test` find, line by line."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from support import txtar
from support.driver import ROOT, Done, Driver
from support.proxy import Proxy
from support.workspaces import Workspaces

pytestmark = pytest.mark.bazel

TREE = Path(__file__).with_name("vet.txtar")
HOUSE = Path(__file__).with_name("vet_analysis.txtar")

DEP = """
-- go.mod --
module example.com/wrapdep

go 1.20
-- dep.go --
package wrapdep

import "log"

func Warn(format string, args ...any) { log.Printf(format, args...) }

func faulty() { log.Printf("%d", "in a module, whose faults are its owner's") }
"""

ANALYSIS = "--@gomod2bazel//rules/config:analysis"
ALL = "--@gomod2bazel//rules/config:vet=all"
OFF = "--@gomod2bazel//rules/config:vet=off"
FINDING = re.compile(r"(?:\./)?(\S+\.(?:go|s):\d+:\d+: .*)")


@pytest.fixture(scope="module")
def vetted(
    driver: Driver, workspaces: Workspaces, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[tuple[Driver, Path]]:
    """Make a module with faults, and its BUILD files."""
    folder = tmp_path_factory.mktemp("vet")
    proxy: Proxy = txtar.proxy(folder, {"wrapdep@v1.0.0": DEP})
    driver = driver.with_environment(CGO_ENABLED="1", GOPROXY=proxy.url)
    with workspaces.lend() as module:
        _generate(driver, module, proxy)
        yield driver, module


def _generate(driver: Driver, module: Path, proxy: Proxy) -> None:
    txtar.write(module, TREE.read_text(encoding="utf-8"))
    (module / "go.sum").write_text(proxy.go_sum, encoding="utf-8")
    made = driver.run("generate", "-init", cwd=module)
    assert made.code == 0, made.err
    # generate leaves files of other platforms to gazelle's and hand-written lists.
    build = module / "locks" / "BUILD.bazel"
    text = build.read_text(encoding="utf-8")
    build.write_text(text.replace('["locks.go"]', '["locks.go", "locks_windows.go"]'), encoding="utf-8")


def _findings(done: Done) -> list[str]:
    """Return what a command found, each line once, sorted."""
    return sorted({match[1] for line in (done.out + done.err).splitlines() if (match := FINDING.fullmatch(line))})


def test_a_build_finds_what_go_vet_finds(vetted: tuple[Driver, Path]) -> None:
    driver, module = vetted
    theirs = driver.go("vet", "./...", cwd=module)
    ours = driver.bazel("build", "-k", ALL, "//...", cwd=module)
    assert (theirs.code, ours.code) == (1, 1), ours.err
    assert _findings(ours) == _findings(theirs)
    assert len(_findings(ours)) == 20
    # Nothing that fails is kept, and what is found is shown again.
    again = driver.bazel("build", "-k", ALL, "//locks", cwd=module)
    assert _findings(again) == [line for line in _findings(theirs) if line.startswith("locks/")]


def _checks_of_go_test(driver: Driver, module: Path) -> list[str]:
    """Return the flags of vet for what `go test` checks, as the go command's source has them."""
    root = driver.go("env", "GOROOT", cwd=module).out.strip()
    source = Path(root, "src/cmd/go/internal/test/test.go").read_text(encoding="utf-8")
    _, _, after = source.partition("var defaultVetFlags = []string{")
    return re.findall(r'^\t"(-\w+)",$', after.partition("\n}")[0], re.MULTILINE)


def test_tests_are_vetted_as_go_test_does(vetted: tuple[Driver, Path]) -> None:
    driver, module = vetted
    # One package of `go test` that has findings keeps those of others from being shown.
    theirs = driver.go("vet", *_checks_of_go_test(driver, module), "./...", cwd=module)
    ours = driver.bazel("test", "-k", "//...", cwd=module)
    tested = [line for line in _findings(theirs) if line.startswith(("main", "internal/report/"))]
    assert len(tested) > 5
    assert _findings(ours) == tested
    # What has no findings is built, and its tests run.
    assert re.search(r"//clean:clean_test +PASSED", ours.out + ours.err)
    # go build vets nothing.
    for options in (
        ["//locks"],
        ["--@gomod2bazel//rules/config:vet=off", "//..."],
        [ALL, "--norun_validations", "//..."],
    ):
        built = driver.bazel("build", *options, cwd=module)
        assert built.code == 0, built.err
        assert _findings(built) == []


def test_a_target_is_left_out_by_its_tag(vetted: tuple[Driver, Path]) -> None:
    driver, module = vetted
    build = module / "internal" / "report" / "BUILD.bazel"
    text = build.read_text(encoding="utf-8")
    build.write_text(text.replace('importpath = "', 'tags = ["no-vet"],\n    importpath = "'), encoding="utf-8")
    try:
        ours = driver.bazel("build", "-k", ALL, "//:faults", "//internal/report", cwd=module)
    finally:
        build.write_text(text, encoding="utf-8")
    files = {line.partition(":")[0] for line in _findings(ours)}
    assert files == {"main.go"}, "and what its importers are told of it is still there"


def test_findings_in_sarif(vetted: tuple[Driver, Path]) -> None:
    driver, module = vetted
    options = (ALL, "--norun_validations", "--output_groups=sarif")
    done = driver.bazel("build", *options, "//locks", "//clean", "//viac", cwd=module)
    assert done.code == 0, done.err
    found = []
    for name in ("locks", "clean", "viac"):
        report = json.loads((module / "bazel-bin" / name / f"{name}.vet.sarif").read_text(encoding="utf-8"))
        (run,) = report["runs"]
        assert (report["version"], run["tool"]["driver"]["name"]) == ("2.1.0", "go vet")
        for result in run["results"]:
            (place,) = (location["physicalLocation"] for location in result["locations"])
            start = (place["region"]["startLine"], place["region"]["startColumn"])
            found.append((result["ruleId"], place["artifactLocation"]["uri"], *start))
        assert {result["ruleId"] for result in run["results"]} == {
            rule["id"] for rule in run["tool"]["driver"]["rules"]
        }
    assert ("copylocks", "locks/locks.go", 15, 9) in found
    assert ("printf", "viac/viac.go", 10, 14) in found
    theirs = driver.go("vet", "./locks", "./viac", cwd=module)
    assert len(found) == len(_findings(theirs)), "clean has none"
    merged = _merged(driver, module, "//locks + //clean + //viac")
    assert len(merged["runs"][0]["results"]) == len(found)


def _merged(driver: Driver, module: Path, targets: str) -> dict[str, Any]:
    """Return one SARIF file of all, made by the command on the page."""
    page = (ROOT / "docs" / "how-to" / "vet.md").read_text(encoding="utf-8")
    (expression,) = re.findall(r"xargs jq -s '([^']+)'", page)
    done = driver.bazel("cquery", ALL, "--output=files", "--output_groups=sarif", targets, cwd=module)
    assert done.code == 0, done.err
    files = sorted(set(done.out.split()))
    program = shutil.which("jq")
    if not program:
        pytest.skip("there is no jq")
    merged = subprocess.run([program, "-s", expression, *files], cwd=module, capture_output=True, check=True)
    document: dict[str, Any] = json.loads(merged.stdout)
    return document


@pytest.mark.nightly
def test_analyzers_of_the_repository(driver: Driver, tmp_path: Path) -> None:
    # The packages of unitchecker, as the go command has them.
    root = Path(driver.go("env", "GOROOT", cwd=tmp_path).out.strip(), "src/cmd/vendor/golang.org/x/tools")
    text = "-- go.mod --\nmodule golang.org/x/tools\n\ngo 1.24\n"
    for file in sorted(root.rglob("*.go")):
        text += f"-- {file.relative_to(root)} --\n{file.read_text(encoding='utf-8')}"
    proxy = txtar.proxy(tmp_path, {"tools@v0.99.0": text})
    module = txtar.write(tmp_path / "house", HOUSE.read_text(encoding="utf-8"))
    (module / "go.sum").write_text(proxy.go_sum, encoding="utf-8")
    driver = driver.with_environment(CGO_ENABLED="0", GOPROXY=proxy.url)
    made = driver.run("generate", "-init", cwd=module)
    assert made.code == 0, made.err
    tool = tmp_path / "vettool"
    built = driver.go("build", "-o", tool, "./noprint/vettool", cwd=module)
    assert built.code == 0, built.err
    theirs = driver.go("vet", f"-vettool={tool}", "./...", cwd=module)
    assert len(_findings(theirs)) == 3
    try:
        ours = driver.bazel("build", "-k", f"{ANALYSIS}=//analysis", OFF, "//...", cwd=module, timeout=900)
        assert _findings(ours) == _findings(theirs)
        loud = driver.bazel("build", "-k", f"{ANALYSIS}=//analysis:loud", OFF, "//lib", cwd=module, timeout=900)
        assert _findings(loud) == ["lib/lib.go:3:14: prints!"]
    finally:
        driver.bazel("shutdown", cwd=module)
