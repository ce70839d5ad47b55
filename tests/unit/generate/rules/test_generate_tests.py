"""go_test rules: what is written for the tests of packages, and what is kept of those that exist."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from support.lock_value import lock_value
from support.owner import Owner
from support.realgo import RealGo

from gomod2bazel.base.errors import BuildError, TrustError

TREE = """
-- MODULE.bazel --
go_modules = use_extension("@gomod2bazel//rules:extensions.bzl", "go_modules")
go_modules.from_file(lock = "//:go.lock.json")
-- go.mod --
module example.com/m

go 1.26

require example.com/dep-x v1.0.0
-- lib/lib.go --
package lib

import "strings"

func Up(s string) string { return strings.ToUpper(s) }
-- lib/lib_test.go --
package lib

import (
	_ "embed"
	"strings"
	"testing"
)

//go:embed testdata/a.txt
var a string

func TestUp(t *testing.T) { t.Log(strings.ToUpper(a)) }
-- lib/x_test.go --
package lib_test

import (
	"testing"

	"example.com/dep-x/sub"
	"example.com/m/lib"
	"example.com/m/uses"
)

func TestX(t *testing.T) { t.Log(lib.Up(sub.Name), uses.Lib) }
-- lib/testdata/a.txt --
a
-- uses/uses.go --
package uses

import "example.com/m/lib"

var Lib = lib.Up("x")
-- uses/testdata/other/BUILD --
-- uses/testdata/other/file --
-- uses/uses_test.go --
//go:debug panicnil=1
package uses
-- cmd/hi/main.go --
package main

func main() {}
-- cmd/hi/main_test.go --
package main
-- only/x_test.go --
package only_test

import _ "testing"
-- elsewhere/x_windows_test.go --
package elsewhere

import "testing"
-- elsewhere/x.go --
package elsewhere
"""


@pytest.fixture
def owner(tmp_path: Path, go: RealGo) -> Owner:
    """Return the owner of a repository with tests."""
    owner = Owner(tmp_path, go)
    owner.write(TREE)
    return owner


def _lock(owner: Owner) -> dict[str, list[str]]:
    lock = lock_value((owner.root / "go.lock.json").read_text(encoding="utf-8"))
    return {
        "modules": [one["path"] for one in lock["modules"]],
        "standard": [one["import_path"] for one in lock["standard"]["packages"]],
    }


def test_tests_of_packages(owner: Owner) -> None:
    owner.run()
    files = owner.files
    assert files["lib/BUILD.bazel"].endswith(
        """
go_test(
    name = "lib_test",
    srcs = [
        "lib_test.go",
        "x_test.go",
    ],
    data = glob(["testdata/**"]),
    embed = [":lib"],
    embedsrcs = ["testdata/a.txt"],
    deps = [
        "//uses",
        "@com_example_dep_x//sub",
    ],
)
"""
    )
    assert 'srcs = ["uses_test.go"],\n    embed = [":uses"],\n)\n' in files["uses/BUILD.bazel"]
    assert "data = " not in files["uses/BUILD.bazel"], "the files of testdata are of another Bazel package"
    assert 'name = "hi_test"' in files["cmd/hi/BUILD.bazel"]
    assert 'embed = [":hi_lib"]' in files["cmd/hi/BUILD.bazel"].partition("go_test(\n")[2]
    assert "pgo_profile" not in files["cmd/hi/BUILD.bazel"]
    assert "go_test" not in files["elsewhere/BUILD.bazel"]
    only = files["only/BUILD.bazel"]
    assert only.startswith('load("@gomod2bazel//rules:defs.bzl", "go_test")\n\ngo_test(\n    name = "only_test",\n')
    assert only.endswith('    srcs = ["x_test.go"],\n    importpath = "example.com/m/only",\n)\n')
    module = (owner.root / "MODULE.bazel").read_text(encoding="utf-8")
    assert '"com_example_dep_x",' in module, "only a test imports it"
    lock = _lock(owner)
    assert lock["modules"] == ["example.com/dep-x"]
    assert {"testing/internal/testdeps", "internal/coverage/cfile", "embed"} <= set(lock["standard"])
    owner.run("-check")


def test_none_are_written_where_none_are_wanted(owner: Owner) -> None:
    (owner.root / "BUILD.bazel").write_text("# gomod2bazel:go_test off\n")
    (owner.root / "only").joinpath("BUILD.bazel").write_text("# gomod2bazel:go_test default\n")
    (owner.root / "cmd/hi/BUILD.bazel").write_text('go_test(name = "mine")\n')
    owner.run()
    files = owner.files
    assert [path for path in files if "go_test(" in files[path]] == ["cmd/hi/BUILD.bazel", "only/BUILD.bazel"]
    assert "go_test(\n" not in files["cmd/hi/BUILD.bazel"], "somebody's own rule of that name"
    (owner.root / "only/BUILD.bazel").write_text("")
    (owner.root / "README").write_text("")
    owner.run()
    assert _lock(owner)["modules"] == []
    assert "testing" not in _lock(owner)["standard"]


def test_files_that_are_parted_stay_so(owner: Owner) -> None:
    (owner.root / "lib/BUILD.bazel").write_text(
        'load("@gomod2bazel//rules:defs.bzl", "go_library", "go_test")\n\n'
        'go_library(\n    name = "go",\n    importpath = "example.com/m/lib",\n)\n\n'
        'go_test(\n    name = "inner",\n    srcs = ["lib_test.go"],\n    embed = [":go"],\n)\n\n'
        'go_test(\n    name = "outer",\n    srcs = ["gone_test.go", "x_test.go"],\n    embed = [":go"],\n'
        "    shard_count = 2,\n)\n\n"
        'go_test(\n    name = "old",\n    srcs = ["gone2_test.go"],\n    embed = [":go"],\n)\n'
    )
    (owner.root / "lib/new_test.go").write_text('package lib\n\nimport _ "testing"\n')
    owner.run()
    text = owner.files["lib/BUILD.bazel"]
    assert "gone" not in text
    assert "lib_test" not in text.replace("lib_test.go", "")
    inner, outer = text.partition('name = "inner"')[2].split("go_test(")
    assert '"lib_test.go",\n        "new_test.go",\n' in inner
    assert "deps" not in inner, "what they import is of the standard library"
    assert 'srcs = ["x_test.go"]' in outer
    assert "shard_count = 2" in outer
    assert '"//uses",\n        "@com_example_dep_x//sub",\n    ],' in outer
    assert "embed" not in outer.partition("deps = ")[2]
    owner.run("-check")


def test_a_test_that_is_run_twice(owner: Owner) -> None:
    owner.run()
    path = owner.root / "lib/BUILD.bazel"
    text = path.read_text(encoding="utf-8")
    test = text[text.index("go_test(\n") :].replace('lib_test"', 'lib_race_test"', 1)
    path.write_text(text + "\n" + test.replace("    deps =", '    race = "on",\n    deps ='))
    owner.run()
    one, two = owner.files["lib/BUILD.bazel"].split("go_test(\n")[1:]
    assert one.count("_test.go") == two.count("_test.go") == 2
    assert 'race = "on"' in two
    (owner.root / "lib/x_test.go").unlink()
    owner.run()
    assert owner.files["lib/BUILD.bazel"].count('srcs = ["lib_test.go"]') == 2


def test_tests_come_and_go(owner: Owner) -> None:
    owner.run()
    (owner.root / "cmd/hi/main_test.go").unlink()
    (owner.root / "only/x_test.go").unlink()
    (owner.root / "lib/lib.go").unlink()
    (owner.root / "lib/x_test.go").unlink()
    (owner.root / "uses").rename(owner.root / "used")
    (owner.root / "used/uses.go").write_text("package uses\n")
    owner.run()
    files = owner.files
    assert "go_test" not in files["cmd/hi/BUILD.bazel"]
    assert "only/BUILD.bazel" not in files
    assert "go_library" not in files["lib/BUILD.bazel"]
    assert 'importpath = "example.com/m/lib"' in files["lib/BUILD.bazel"]
    assert 'name = "uses_test"' in files["used/BUILD.bazel"]
    assert 'importpath = "example.com/m/used"' in files["used/BUILD.bazel"]


def test_a_test_that_does_not_load_keeps_nothing_else_back(owner: Owner) -> None:
    (owner.root / "lib/x_test.go").write_text('package lib\n\nimport _ "example.com/m/nowhere"\n')
    with pytest.raises(BuildError) as caught:
        owner.run()
    assert caught.value.what.startswith("tests of example.com/m/lib: lib/x_test.go:3:8: ")
    assert "nowhere" in caught.value.what
    files = owner.files
    assert "go_library" in files["lib/BUILD.bazel"]
    assert "go_test" not in files["lib/BUILD.bazel"]
    assert "go_test" in files["only/BUILD.bazel"]
    with pytest.raises(BuildError):
        owner.run("-check")
    (owner.root / "lib/x_test.go").unlink()
    owner.run()
    assert "go_test" in owner.files["lib/BUILD.bazel"]


def test_what_go_sum_says_of_a_module_that_tests_need(owner: Owner) -> None:
    good = (owner.root / "go.sum").read_text()
    (owner.root / "go.sum").write_text(re.sub("h1:....", "h1:AAAA", good))
    with pytest.raises(TrustError, match="checksum mismatch"):
        owner.run()
    assert list(owner.files) == ["uses/testdata/other/BUILD"]
    (owner.root / "go.sum").write_text("")
    with pytest.raises(BuildError, match=r"missing go\.sum entry"):
        owner.run()
    assert 'name = "lib"' in owner.files["lib/BUILD.bazel"]


def test_rules_go(owner: Owner) -> None:
    owner.run("-rules=rules_go")
    text = owner.files["lib/BUILD.bazel"].partition("go_test(\n")[2]
    assert "buildinfo" not in text
    assert "embed_patterns" not in text
    assert (
        '    data = glob(["testdata/**"]),\n    embed = [":lib"],\n    embedsrcs = ["testdata/a.txt"],\n    deps = [\n'
        '        "//uses",\n        "@com_example_dep_x//sub",\n    ],\n' in text
    )


def test_what_others_import_out_of_testdata_is_a_package(owner: Owner) -> None:
    folder = owner.root / "lib/testdata/helper"
    folder.mkdir()
    (folder / "helper.go").write_text("package helper\n")
    (owner.root / "lib/x_test.go").write_text('package lib\n\nimport _ "example.com/m/lib/testdata/helper"\n')
    owner.run()
    assert '"//lib/testdata/helper"' in owner.files["lib/BUILD.bazel"]
    assert 'importpath = "example.com/m/lib/testdata/helper"' in owner.files["lib/testdata/helper/BUILD.bazel"]


def test_tests_of_a_command_with_a_profile(owner: Owner) -> None:
    """Their packages are compiled with it, as `go test` does; an existing rule gets it as well."""
    owner.run()
    (owner.root / "cmd/hi/default.pgo").write_bytes(b"")
    (owner.root / "cmd/hi/main.go").write_text("package main\n\nfunc main() { println() }\n", encoding="utf-8")
    owner.run()
    test = owner.files["cmd/hi/BUILD.bazel"].partition("go_test(\n")[2]
    assert '    pgo_profile = "default.pgo",\n' in test
