"""A monorepo's own packages before a real Bazel: coverage, C libraries, stamps, sources taken in by several rules."""

from __future__ import annotations

import json
import re
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from support import txtar
from support.driver import ROOT, Done, Driver
from support.workspaces import Workspaces

pytestmark = pytest.mark.bazel

_TREE = Path(__file__).with_name("daily_work.txtar")


@dataclass(frozen=True)
class Monorepo:
    """A repository, and the Bazel that builds it."""

    folder: Path
    driver: Driver

    def bazel(self, *arguments: str, **variables: str) -> Done:
        """Run Bazel to its end; it must succeed. ``variables`` are some more of its environment."""
        done = self.driver.bazel(*arguments, cwd=self.folder, timeout=600, **variables)
        assert done.code == 0, done.err
        return done


@pytest.fixture(scope="module")
def monorepo(driver: Driver, workspaces: Workspaces, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Monorepo]:
    """Write the repository and its lock."""
    tree = _TREE.read_text(encoding="utf-8").replace("CHECKOUT", str(ROOT))
    driver = driver.with_environment(CGO_ENABLED="1")
    with workspaces.lend() as folder:
        txtar.write(folder, tree)
        (folder / "status.sh").chmod(0o755)
        _lock(driver, folder, tmp_path_factory.mktemp("daily"))
        yield Monorepo(folder, driver)


def _lock(driver: Driver, folder: Path, work: Path) -> None:
    std = [word for path in ("embed", "runtime/cgo", "testing") for word in ("-std", path)]
    # Of an empty module: the lock is for the standard library alone.
    empty = txtar.write(work / "empty", "-- go.mod --\nmodule example.org/empty\n-- e.go --\npackage empty\n")
    locked = driver.run("lock", *std, "-result-file", folder / "gomod2bazel.lock.json", ".", cwd=empty)
    assert locked.code == 0, locked.err
    _only_tests_import_testing(folder / "gomod2bazel.lock.json")


def _only_tests_import_testing(lock: Path) -> None:
    """Let the lock tell apart what only tests import, as generate does: C programs are linked without it."""
    value = json.loads(lock.read_text(encoding="utf-8"))
    value["standard"] |= {"imports": ["embed", "os", "runtime/cgo"], "test_imports": ["testing"]}
    lock.write_text(json.dumps(value), encoding="utf-8")


def _trace(text: str) -> dict[tuple[str, int], int]:
    """Return the counts of a trace file, by file and line."""
    counts, file = {}, ""
    for line in text.splitlines():
        if line.startswith("SF:"):
            file = line.removeprefix("SF:")
        elif line.startswith("DA:"):
            number, count = line.removeprefix("DA:").split(",")
            counts[file, int(number)] = int(count)
    return counts


def test_coverage_is_that_of_go_test(monorepo: Monorepo, tmp_path: Path) -> None:
    done = monorepo.bazel("coverage", "//pick:all")
    (found,) = re.findall(r"report is located at (\S+)", done.err)
    report = Path(found).read_text(encoding="utf-8")
    counts = _trace(report)
    profile = tmp_path / "profile"
    # Without -trimpath, the standard library would be compiled for few tests alone.
    words = ("test", "-trimpath", "-vet=off", f"-coverprofile={profile}", "-coverpkg=./...", "./pick")
    theirs = monorepo.driver.go(*words, cwd=monorepo.folder)
    assert theirs.code == 0, theirs.out
    run, all_lines = _lines(profile)
    assert set(counts) == all_lines
    assert {place for place, count in counts.items() if count} == run
    assert 0 < len(run) < len(all_lines)
    assert max(counts.values()) == 2, "lines that both shards ran"


# At night, as all of the test above runs once more.
@pytest.mark.nightly
def test_coverage_is_the_same_where_bazel_merges_in_an_action_of_its_own(monorepo: Monorepo) -> None:
    # As it may on remote executors: the merger then sees files alone.
    split = ("--experimental_split_coverage_postprocessing", "--experimental_fetch_all_coverage_outputs")
    reports = []
    for flags in ((), split):
        done = monorepo.bazel("coverage", *flags, "//pick:all")
        (found,) = re.findall(r"report is located at (\S+)", done.err)
        reports.append(Path(found).read_text(encoding="utf-8"))
    assert reports[0] == reports[1]


def _lines(profile: Path) -> tuple[set[tuple[str, int]], set[tuple[str, int]]]:
    """Return the lines of a profile of Go's that were run, and all lines."""
    run, all_lines = set(), set()
    for line in profile.read_text(encoding="utf-8").splitlines()[1:]:
        name, first, last, count = re.fullmatch(
            r"example\.org/mono/(.+):(\d+)\.\d+,(\d+)\.\d+ \d+ (\d+)", line
        ).groups()  # type: ignore[union-attr]
        lines = {(name, number) for number in range(int(first), int(last) + 1)}
        all_lines |= lines
        run |= lines if int(count) else set()
    return run, all_lines


def test_coverage_of_programs_that_tests_start(monorepo: Monorepo, tmp_path: Path) -> None:
    done = monorepo.bazel("coverage", "//started:all")
    (found,) = re.findall(r"report is located at (\S+)", done.err)
    counts = _trace(Path(found).read_text(encoding="utf-8"))
    program, data, profile = tmp_path / "program", tmp_path / "data", tmp_path / "profile"
    data.mkdir()
    for words in (
        ("build", "-trimpath", "-cover", "-coverpkg=./...", "-o", str(program), "./started"),
        ("tool", "covdata", "textfmt", f"-i={data}", f"-o={profile}"),
    ):
        theirs = monorepo.driver.go(*words, cwd=monorepo.folder)
        assert theirs.code == 0, theirs.err
        if words[0] == "build":
            environment = {**monorepo.driver.environment, "GOCOVERDIR": str(data)}
            assert subprocess.run([program, "word"], env=environment, check=False).returncode == 2
    run, all_lines = _lines(profile)
    assert {place for place, count in counts.items() if count} == run
    assert set(counts) == all_lines
    assert 0 < len(run) < len(all_lines)


def test_c_libraries_are_linked_through_packages(monorepo: Monorepo) -> None:
    # In its runfiles.
    assert monorepo.bazel("run", "//c:answer").err.splitlines()[-1] == "50"
    folder = monorepo.folder / "bazel-bin" / "c"
    answer = folder / "answer_" / "answer"
    # Where it was linked, from which the shared library is at another place.
    assert subprocess.run([answer], capture_output=True, check=True).stderr == b"50\n"
    # Folders of the sandbox, each of another number, would make other bytes of the same sources.
    for file in (folder / "go.a", answer):
        assert b"/sandbox/" not in file.read_bytes()


# Each kind of library is a configuration, for which the standard library is compiled. At night, the archive: by day,
# test_build_modes.py links a C program with one, and tests/rules analyzes the rule.
@pytest.mark.parametrize(
    ("program", "printed"), [("dynamic", "63\n"), pytest.param("static", "43\n", marks=pytest.mark.nightly)]
)
def test_go_libraries_are_dependencies_of_c_programs(monorepo: Monorepo, program: str, printed: str) -> None:
    assert monorepo.bazel("run", f"//c:{program}").out == printed


def test_sources_are_taken_in_and_generated(monorepo: Monorepo) -> None:
    monorepo.bazel("test", "//taken:taken_test")


def test_stamps_are_there_when_asked_for(monorepo: Monorepo) -> None:
    binary = monorepo.folder / "bazel-bin" / "taken" / "told_" / "told"
    status = f"--workspace_status_command={monorepo.folder}/status.sh"
    made = {}
    for flag in ("--nostamp", "--stamp"):
        for commit in ("one", "two"):
            monorepo.bazel("build", flag, status, "//taken:told", COMMIT=commit)
            made[flag, commit] = binary.read_bytes()
            said = subprocess.run([binary], capture_output=True, encoding="utf-8", check=True).stderr
            stamp = commit if flag == "--stamp" else "{STABLE_COMMIT}"
            assert said == f"v1-{stamp} made common\n"
    assert made["--nostamp", "one"] == made["--nostamp", "two"]
    assert b"bazel-out" not in made["--stamp", "two"], "the folder of generated files"
