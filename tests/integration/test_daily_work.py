"""A monorepo's own packages before a real Bazel: coverage, C libraries, stamps, sources taken in by several rules."""

from __future__ import annotations

import re
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from support import txtar
from support.driver import ROOT, Done, Driver

pytestmark = pytest.mark.bazel

_TREE = """
-- WORKSPACE.bzlmod --
-- BUILD.bazel --
-- go.mod --
module example.org/mono

go 1.26
-- MODULE.bazel --
module(name = "mono")

bazel_dep(name = "gomod2bazel")
local_path_override(module_name = "gomod2bazel", path = "%s")
go_modules = use_extension("@gomod2bazel//rules:extensions.bzl", "go_modules")
go_modules.from_file(lock = "//:gomod2bazel.lock.json")
use_repo(go_modules, "go_sdk")
register_toolchains("@go_sdk//:toolchain")
-- .bazelrc --
startup --output_user_root=%s
common --lockfile_mode=off
# This checkout and the Python on PATH may lie below /tmp.
build --noincompatible_sandbox_hermetic_tmp
coverage --combined_report=lcov --coverage_report_generator=@gomod2bazel//rules/coverage:lcov
-- pick/BUILD.bazel --
load("@gomod2bazel//rules:defs.bzl", "go_library", "go_test")

go_library(
    name = "pick",
    srcs = ["pick.go"],
    importpath = "example.org/mono/pick",
    deps = ["//pick/name"],
)

go_test(
    name = "pick_test",
    size = "small",
    srcs = ["external_test.go", "pick_test.go"],
    embed = [":pick"],
    shard_count = 2,
    deps = ["@go_sdk//:testing"],
)
-- pick/pick.go --
package pick

import "example.org/mono/pick/name"

func Pick(n int) string {
	if n > 2 {
		return name.Of(true)
	} else if n < 0 { return "negative" }
	switch n {
	case 1:
		return "one"
	case 2:
		return "two"
	}
	return func() string { return "none" }()
}
-- pick/pick_test.go --
package pick

import "testing"

func TestOne(t *testing.T) {
	if Pick(1) != "one" {
		t.Fatal("not one")
	}
}

func TestNone(t *testing.T) {
	if Pick(0) != "none" {
		t.Fatal("not none")
	}
}
-- pick/external_test.go --
package pick_test

import (
	"testing"

	"example.org/mono/pick"
)

func TestMany(t *testing.T) {
	if pick.Pick(3) != "yes" {
		t.Fatal("not yes")
	}
}
-- pick/name/BUILD.bazel --
load("@gomod2bazel//rules:defs.bzl", "go_library")

go_library(
    name = "name",
    srcs = ["name.go"],
    importpath = "example.org/mono/pick/name",
    visibility = ["//pick:__pkg__"],
)
-- pick/name/name.go --
package name

func Of(yes bool) string {
	if yes {
		return "yes"
	}
	return "no"
}

func Never() int {
	return 1
}
"""


@dataclass(frozen=True)
class Monorepo:
    """A repository, and the Bazel that builds it."""

    folder: Path
    driver: Driver

    def bazel(self, *arguments: str) -> Done:
        """Run Bazel to its end; it must succeed."""
        done = subprocess.run(
            [self.driver.environment["BAZEL"], *arguments],
            cwd=self.folder,
            env=dict(self.driver.environment),
            capture_output=True,
            encoding="utf-8",
            timeout=300,
            check=False,
        )
        assert done.returncode == 0, done.stderr
        return Done(code=0, out=done.stdout, err=done.stderr)


@pytest.fixture(scope="module")
def monorepo(driver: Driver, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Monorepo]:
    """Write the repository and its lock."""
    folder = txtar.write(tmp_path_factory.mktemp("daily") / "mono", _TREE % (ROOT, driver.caches.bazel))
    driver = driver.with_environment(CGO_ENABLED="1")
    std = [word for path in ("testing", "runtime/cgo") for word in ("-std", path)]
    # Of an empty module: the lock is for the standard library alone.
    empty = txtar.write(folder.parent / "empty", "-- go.mod --\nmodule example.org/empty\n-- e.go --\npackage empty\n")
    locked = driver.run("lock", *std, "-result-file", folder / "gomod2bazel.lock.json", ".", cwd=empty)
    assert locked.code == 0, locked.err
    made = Monorepo(folder, driver)
    yield made
    made.bazel("shutdown")


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
    counts = _trace(Path(found).read_text(encoding="utf-8"))
    profile = tmp_path / "profile"
    words = ("test", f"-coverprofile={profile}", "-coverpkg=./...", "./pick")
    theirs = monorepo.driver.go(*words, cwd=monorepo.folder)
    assert theirs.code == 0, theirs.out
    run, all_lines = set(), set()
    for line in profile.read_text(encoding="utf-8").splitlines()[1:]:
        name, first, last, count = re.fullmatch(
            r"example\.org/mono/(.+):(\d+)\.\d+,(\d+)\.\d+ \d+ (\d+)", line
        ).groups()  # type: ignore[union-attr]
        lines = {(name, number) for number in range(int(first), int(last) + 1)}
        all_lines |= lines
        run |= lines if int(count) else set()
    assert set(counts) == all_lines
    assert {place for place, count in counts.items() if count} == run
    assert 0 < len(run) < len(all_lines)
    assert max(counts.values()) == 2, "lines that both shards ran"
