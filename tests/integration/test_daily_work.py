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
bazel_dep(name = "rules_cc", version = "0.0.17")
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
-- c/BUILD.bazel --
load("@gomod2bazel//rules:defs.bzl", "go_binary", "go_library")
load("@rules_cc//cc:defs.bzl", "cc_binary", "cc_import", "cc_library")

cc_library(name = "low", srcs = ["low.c"], hdrs = ["low.h"], includes = ["."])

cc_library(
    name = "twice",
    srcs = ["twice.c"],
    hdrs = ["include/twice.h"],
    defines = ["BASE=20"],
    linkopts = ["-lm"],
    strip_include_prefix = "include",
    deps = [":low"],
)

cc_library(name = "plus", srcs = ["plus.cc"], hdrs = ["plus.h"])

cc_binary(name = "libloaded.so", srcs = ["loaded.c"], linkshared = True)

cc_import(name = "loaded", hdrs = ["loaded.h"], shared_library = ":libloaded.so")

go_library(
    name = "go",
    package_name = "c",
    cdeps = [":loaded", ":plus", ":twice"],
    cgo = True,
    cgo_srcs = ["c.go"],
    importpath = "example.org/mono/c",
    deps = ["@go_sdk//:runtime/cgo", "@go_sdk//:syscall"],
)

go_library(
    name = "main",
    package_name = "main",
    srcs = ["main.go"],
    importpath = "example.org/mono/c/main",
    deps = [":go"],
)

go_binary(name = "answer", embed = [":main"], deps = ["@go_sdk//:runtime"])

go_library(
    name = "exported",
    package_name = "main",
    cdeps = [":twice"],
    cgo = True,
    cgo_srcs = ["exported.go"],
    clinkopts = ["-lm"],
    importpath = "example.org/mono/c/exported",
    deps = ["@go_sdk//:runtime/cgo", "@go_sdk//:syscall"],
)

go_binary(name = "archive", embed = [":exported"], linkmode = "c-archive", deps = ["@go_sdk//:runtime"])

go_binary(
    name = "shared",
    cdeps = [":plus"],
    embed = [":exported"],
    linkmode = "c-shared",
    deps = ["@go_sdk//:runtime"],
)

cc_library(name = "wrapped", srcs = ["wrapped.c"], deps = [":archive"])

cc_binary(name = "static", srcs = ["static.c"], deps = [":wrapped"])

cc_binary(name = "dynamic", srcs = ["dynamic.c"], deps = [":shared"])

-- c/low.h --
int low(int n);
-- c/low.c --
#include "low.h"
int low(int n) { return n + 1; }
-- c/include/twice.h --
int twice(int n);
-- c/twice.c --
#include "c/low.h"
#include "twice.h"
int twice(int n) { return 2 * low(n); }
-- c/plus.h --
#ifdef __cplusplus
extern "C"
#endif
int plus(int n);
-- c/plus.cc --
#include "c/plus.h"
#include <string>
int plus(int n) { return std::stoi(std::to_string(n)) + 1; }
-- c/loaded.h --
int loaded(void);
-- c/loaded.c --
int loaded(void) { return 7; }
-- c/c.go --
package c

// #include <twice.h>
// #include "c/loaded.h"
// #include "c/plus.h"
// static int base(void) { return BASE; }
import "C"

func Answer() int { return int(C.plus(C.twice(C.base()) + C.loaded())) }
-- c/main.go --
package main

import "example.org/mono/c"

func main() { println(c.Answer()) }
-- c/exported.go --
package main

// #include <math.h>
// #include <twice.h>
import "C"

//export GoTwice
func GoTwice(n C.int) C.int { return C.twice(n) + C.int(C.cos(C.double(n-n))) }

func main() {}
-- c/wrapped.c --
#include "archive.h"
int wrapped(int n) { return GoTwice(n); }
-- c/static.c --
#include <stdio.h>
int wrapped(int n);
int main(void) { printf("%%d\\n", wrapped(20)); return 0; }
-- c/dynamic.c --
#include <stdio.h>
#include "shared.h"
int main(void) { printf("%%d\\n", (int)GoTwice(30)); return 0; }
-- taken/BUILD.bazel --
load("@gomod2bazel//rules:defs.bzl", "go_binary", "go_library", "go_test")

genrule(
    name = "made",
    outs = ["made.go"],
    cmd = "printf 'package taken\\n\\nfunc Made() string { return name }\\n' > $@",
)

go_library(
    name = "taken",
    srcs = ["taken.go", ":made"],
    embed = ["//taken/common"],
    importpath = "example.org/mono/taken",
    x_defs = {"version": "v1-{STABLE_COMMIT}"},
)

go_test(
    name = "taken_test",
    size = "small",
    srcs = ["taken_test.go"],
    embed = [":taken"],
    x_defs = {"version": "tested"},
    deps = ["@go_sdk//:testing"],
)

go_library(
    name = "main",
    package_name = "main",
    srcs = ["main.go"],
    importpath = "example.org/mono/taken/main",
    deps = [":taken"],
)

go_binary(name = "told", embed = [":main"], deps = ["@go_sdk//:runtime"])
-- taken/taken.go --
package taken

const name = "made"

var version string

func Told() string { return version + " " + Made() + " " + Text() }
-- taken/taken_test.go --
package taken

import "testing"

func TestTold(t *testing.T) {
	if told := Told(); told != "tested made common" {
		t.Fatal(told)
	}
}
-- taken/main.go --
package main

import "example.org/mono/taken"

func main() { println(taken.Told()) }
-- taken/common/BUILD.bazel --
load("@gomod2bazel//rules:defs.bzl", "go_source")

genrule(name = "text", outs = ["static/text.txt"], cmd = "printf common > $@")

go_source(
    name = "common",
    srcs = ["common.go"],
    embed_patterns = {"static": ["static/text.txt"]},
    embedsrcs = [":text"],
    visibility = ["//taken:__pkg__"],
    deps = ["@go_sdk//:embed"],
)
-- taken/common/common.go --
package taken

import "embed"

//go:embed static
var files embed.FS

func Text() string {
	text, err := files.ReadFile("static/text.txt")
	if err != nil {
		return err.Error()
	}
	return string(text)
}
-- status.sh --
#!/bin/sh
echo "STABLE_COMMIT $COMMIT"
"""


@dataclass(frozen=True)
class Monorepo:
    """A repository, and the Bazel that builds it."""

    folder: Path
    driver: Driver

    def bazel(self, *arguments: str, **variables: str) -> Done:
        """Run Bazel to its end; it must succeed. ``variables`` are some more of its environment."""
        done = subprocess.run(
            [self.driver.environment["BAZEL"], *arguments],
            cwd=self.folder,
            env={**self.driver.environment, **variables},
            capture_output=True,
            encoding="utf-8",
            timeout=600,
            check=False,
        )
        assert done.returncode == 0, done.stderr
        return Done(code=0, out=done.stdout, err=done.stderr)


@pytest.fixture(scope="module")
def monorepo(driver: Driver, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Monorepo]:
    """Write the repository and its lock."""
    folder = txtar.write(tmp_path_factory.mktemp("daily") / "mono", _TREE % (ROOT, driver.caches.bazel))
    driver = driver.with_environment(CGO_ENABLED="1")
    (folder / "status.sh").chmod(0o755)
    std = [word for path in ("embed", "runtime/cgo", "testing") for word in ("-std", path)]
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
    words = ("test", "-vet=off", f"-coverprofile={profile}", "-coverpkg=./...", "./pick")
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


def test_go_libraries_are_dependencies_of_c_programs(monorepo: Monorepo) -> None:
    assert monorepo.bazel("run", "//c:static").out == "43\n"
    assert monorepo.bazel("run", "//c:dynamic").out == "63\n"


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
