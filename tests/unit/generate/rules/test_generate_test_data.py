"""Files that tests mention: data of their go_test, and what generate reports instead."""

from __future__ import annotations

from pathlib import Path

import pytest
from support.owner import Owner
from support.realgo import RealGo

from gomod2bazel.generate.loading.mentions import Mention, go_command_lines, mentions_of

TREE = """
-- MODULE.bazel --
go_modules = use_extension("@gomod2bazel//rules:extensions.bzl", "go_modules")
go_modules.from_file(lock = "//:go.lock.json")
-- go.mod --
module example.com/m

go 1.26
-- lib/lib.go --
package lib

func Table() string { return "../shared/table.csv" + "./local/of-lib.csv" + "local/other.csv" }
-- lib/local/of-lib.csv --
-- lib/local/other.csv --
-- lib/config.yaml --
-- lib/fixtures/deep/a.txt --
-- lib/testdata/in.txt --
-- lib/lib_test.go --
package lib

import (
	"fmt"
	"os"
	"path/filepath"
	"testing"

	"example.com/m/find"
)

// Not there: "../shared/nothing.csv", "/etc/passwd", "https://example.com/config.yaml".
func TestLib(t *testing.T) {
	os.ReadFile("config.yaml")
	os.ReadFile(filepath.Join("..", "certs", "ca.pem"))
	os.ReadFile(fmt.Sprintf("fixtures/%s.txt", t.Name()))
	os.ReadDir("../plain/templates/")
	os.ReadFile("testdata/in.txt")
	os.DirFS(filepath.Join("..", "..", "elsewhere"))
	os.DirFS("../")
	find.Root()
}
-- shared/table.csv --
-- shared/nobody.csv --
-- certs/certs.go --
package certs
-- certs/ca.pem --
-- plain/templates/one.tmpl --
-- plain/templates/two.tmpl --
-- find/find.go --
package find

import "os"

func Root() { os.Stat("go.mod") }
-- runs/Program --
-- runs/Other --
-- runs/runs_test.go --
package runs

import "testing"

func TestRuns(t *testing.T) {
	t.Log("../lib", "../find", "Program", "Others")
}
"""


@pytest.fixture
def owner(tmp_path: Path, go: RealGo) -> Owner:
    """Return the owner of a repository whose tests read files of other folders."""
    owner = Owner(tmp_path, go)
    owner.write(TREE)
    return owner


def _test_rule(text: str) -> str:
    return text.partition("go_test(\n")[2]


DATA = """    data = glob([
        "fixtures/**",
        "testdata/**",
    ]) + [
        "config.yaml",
        "local/of-lib.csv",
        "//:go_testdata",
        "//certs:go_testdata",
    ],
"""


def test_what_tests_mention_is_data(owner: Owner) -> None:
    owner.run()
    files = owner.files
    assert DATA in _test_rule(files["lib/BUILD.bazel"])
    assert files["BUILD.bazel"] == (
        'filegroup(\n    name = "go_testdata",\n    srcs = glob(["plain/templates/**"]) + [\n        "go.mod",\n'
        '        "shared/table.csv",\n    ],\n    visibility = ["//lib:__pkg__"],\n)\n'
    )
    assert files["certs/BUILD.bazel"].endswith(
        '\nfilegroup(\n    name = "go_testdata",\n    srcs = ["ca.pem"],\n    visibility = ["//lib:__pkg__"],\n)\n'
    )
    owner.run("-check")


def test_what_is_left_to_the_user_is_reported(owner: Owner) -> None:
    owner.run()
    told = "".join(owner.user.messages)
    assert "runs/runs_test.go:6: the test mentions the folder find, which is a Bazel package" in told
    assert "folder lib" not in told, "it has files that are not Go's"
    files = owner.files
    assert 'data = [\n        "Program",\n        "//lib:go_testdata",\n    ],\n' in files["runs/BUILD.bazel"]
    assert '    name = "go_testdata",\n    srcs = ["config.yaml"],\n' in files["lib/BUILD.bazel"]
    assert "lib/lib_test.go" not in told


def test_groups_of_files_come_and_go_in_rules_that_exist(owner: Owner) -> None:
    path = owner.root / "lib/BUILD.bazel"
    rule = 'load("@gomod2bazel//rules:defs.bzl", "go_library", "go_test")\n\ngo_test(\n    name = "lib_test",\n'
    path.write_text(f'{rule}    data = glob(["*.yaml"]) + [\n        "//mine:files",  # these too\n    ],\n)\n')
    owner.run()
    text = _test_rule(owner.files["lib/BUILD.bazel"])
    assert (
        '    data = glob(["*.yaml"]) + [\n        "local/of-lib.csv",\n        "//:go_testdata",\n'
        '        "//certs:go_testdata",\n'
        '        "//mine:files",  # these too\n    ] + glob(["fixtures/**"]),\n' in text
    ), "testdata was the user's to leave out"
    owner.run("-check")
    source = owner.root / "lib/lib_test.go"
    source.write_text('package lib\n\nimport "testing"\n\nfunc TestLib(t *testing.T) { t.Log("../certs/ca.pem") }\n')
    (owner.root / "lib/lib.go").write_text("package lib\n")
    owner.run()
    text = _test_rule(owner.files["lib/BUILD.bazel"])
    assert '"//:go_testdata"' not in text
    assert '"//certs:go_testdata",\n        "//mine:files",  # these too\n' in text
    assert "filegroup" not in owner.files["BUILD.bazel"], "nothing of the root folder is wanted any more"
    owner.run("-check")


@pytest.mark.parametrize(
    "data",
    ["FILES", '["config.yaml"]  # keep', 'FILES + ["//:go_testdata"]'],
    ids=["a name", "kept", "a name and a group"],
)
def test_data_that_is_the_users_stays(owner: Owner, data: str) -> None:
    path = owner.root / "lib/BUILD.bazel"
    value, _, comment = data.partition("  ")
    rule = 'load("@gomod2bazel//rules:defs.bzl", "go_library", "go_test")\n\nFILES = ["x"]\n\n'
    rule += f'go_test(\n    name = "lib_test",\n    data = {value},{f"  {comment}" if comment else ""}\n)\n'
    path.write_text(rule)
    owner.run()
    assert f"    data = {value},{f'  {comment}' if comment else ''}\n" in owner.files["lib/BUILD.bazel"]


def test_a_rule_without_data_gets_what_is_found_outside_of_testdata(owner: Owner) -> None:
    rule = 'load("@gomod2bazel//rules:defs.bzl", "go_library", "go_test")\n\ngo_test(\n    name = "lib_test",\n)\n'
    (owner.root / "lib/BUILD.bazel").write_text(rule)
    owner.run()
    text = _test_rule(owner.files["lib/BUILD.bazel"])
    assert '"//certs:go_testdata"' in text
    assert '"testdata/**"' not in text


def test_strings_that_can_be_paths() -> None:
    source = b"""package p
var a = "x/y.txt" + `raw/z`
var b = filepath.Join("..", "up", name) + strings.Join(words, ", ")
var c = path.Join("one", "two") + path.Join(filepath.Dir(file), "three", "four")
var d = "word" + "/abs" + "http://host/x" + "pre/%s/post" + "fix*/x"
"""
    assert list(mentions_of(source)) == [
        Mention("x/y.txt", 2),
        Mention("raw/z", 2),
        Mention("../up", 3),
        Mention("one/two", 4),
        Mention("three/four", 4),
        Mention("pre", 5),
    ]


@pytest.mark.parametrize(
    ("text", "files"),
    [
        ("-config=testdata/a.json", ["testdata/a.json"]),
        ("file:../b/c.d", ["../b/c.d"]),
        ("{file.one/two/three.txt}", ["one/two/three.txt"]),
        ("cp testdata/a.json,testdata/b.json /tmp/c.json", ["testdata/a.json", "testdata/b.json"]),
        ("a/b.c", []),
        ("https://example.com/a.json", []),
        ("name: words/of no file.", []),
    ],
)
def test_files_in_strings_that_are_more_than_a_path(text: str, files: list[str]) -> None:
    found = [mention.path for mention in mentions_of(f'var a = "{text}"'.encode())]
    assert [path for path in found if path != text] == files


def test_calls_of_the_go_command() -> None:
    source = b"""package p
var a = exec.Command("go", "list")
var b = exec.CommandContext(ctx, "go", "run")
var c = exec.CommandContext(t.Context(), "go")
var d = filepath.Join(runtime.GOROOT(), "bin", "go")
var e = exec.Command("gofmt")
var f = run(t, "go", "mod", "tidy")
var g = languages{"go", "python"}
"""
    assert go_command_lines(source) == [2, 3, 4, 5, 7]
