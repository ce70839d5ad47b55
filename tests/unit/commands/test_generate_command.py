"""The command generate with the real go command: repositories as their owners have them."""

from __future__ import annotations

import json
import subprocess
from dataclasses import replace
from pathlib import Path

import pytest
from support.owner import Owner
from support.realgo import RealGo

from gomod2bazel.base.errors import BuildError, InstallError, MissingModuleError, UsageError
from gomod2bazel.cli import run_command

TREE = """
-- MODULE.bazel --
go_modules = use_extension("@gomod2bazel//rules:extensions.bzl", "go_modules")
go_modules.from_file(lock = "//:go.lock.json")
use_repo(
    go_modules,
    "example.com_gone-av1.0.0",
    "go_sdk",
    mine = "example.com_dep--x-av1.0.0",
)
-- go.mod --
module example.com/m

go 1.21

require example.com/dep-x v1.0.0
-- m.go --
package m
-- cmd/hi/main.go --
package main

import (
	"example.com/dep-x/sub"
	"example.com/m/internal/deep"
)

func main() { println(sub.Name, deep.Name) }
-- internal/deep/deep.go --
package deep

import _ "embed"

//go:embed data/name.txt
var Name string
-- internal/deep/data/name.txt --
deep
-- internal/deep/data/BUILD --
# Of another language.
-- examples/one/main.go --
package main

func main() {}
-- only_tests/x_test.go --
package only
-- testdata/src/x/x.go --
package x
-- windows/x_windows.go --
package windows
-- nested/go.mod --
module example.com/nested

go 1.22
-- nested/v2/x.go --
package x
-- other/MODULE.bazel --
-- other/x.go --
package other
"""


@pytest.fixture
def owner(tmp_path: Path, go: RealGo) -> Owner:
    """Return the owner of a repository without a file yet."""
    return Owner(tmp_path, go)


def test_a_repository(owner: Owner) -> None:
    owner.write(TREE)
    owner.run()
    files = owner.files
    assert sorted(files) == [
        "BUILD.bazel",
        "cmd/hi/BUILD.bazel",
        "examples/one/BUILD.bazel",
        "internal/deep/BUILD.bazel",
        "internal/deep/data/BUILD",
        "nested/v2/BUILD.bazel",
        "only_tests/BUILD.bazel",
    ]
    assert (
        '    importpath = "example.com/m",\n    lang = "go1.21",\n    module = "example.com/m",\n'
        in files["BUILD.bazel"]
    )
    hi = files["cmd/hi/BUILD.bazel"]
    assert '        "//internal/deep",\n        "@example.com_dep--x-av1.0.0//:sub",\n' in hi
    assert '"dep\\texample.com/dep-x\\tv1.0.0\\th1:' in hi
    assert '    tags = [\n        "gomod2bazel",\n        "target",\n    ],\n' in hi
    assert '"example",\n        "gomod2bazel",\n' in files["examples/one/BUILD.bazel"]
    deep = files["internal/deep/BUILD.bazel"]
    assert 'embedsrcs = ["//internal/deep/data:go_embedsrcs"]' in deep
    assert 'visibility = ["//:__subpackages__"]' in deep
    assert files["internal/deep/data/BUILD"].startswith("# Of another language.\n\nfilegroup(\n")
    assert 'lang = "go1.22"' in files["nested/v2/BUILD.bazel"]
    module = (owner.root / "MODULE.bazel").read_text(encoding="utf-8")
    assert module.endswith('    go_modules,\n    "go_sdk",\n    mine = "example.com_dep--x-av1.0.0",\n)\n')
    lock = json.loads((owner.root / "go.lock.json").read_text(encoding="utf-8"))
    assert [(one["path"], bool(one["zip_sha256"])) for one in lock["modules"]] == [("example.com/dep-x", True)]
    assert lock["direct"] == ["example.com/dep-x@v1.0.0"]
    assert "runtime" in [one["import_path"] for one in lock["standard"]["packages"]]
    assert [line for line in owner.user.said if "MODULE.bazel does not name the lock of nested" in line]


def test_runs_after_the_first(owner: Owner) -> None:
    owner.write(TREE)
    assert "BUILD.bazel\n" in owner.run("-check", code=1)
    patch = owner.run("-diff")
    assert sorted(owner.files) == ["internal/deep/data/BUILD"], "neither writes"
    owner.run()
    made = owner.files
    assert owner.run("-check") == owner.run("-diff") == ""
    subprocess.run(["patch", "-s", "-R", "-p1"], input=patch, text=True, cwd=owner.root, check=True)
    assert sorted(owner.files) == ["internal/deep/data/BUILD"], "what -diff prints is what is written"
    owner.run()
    assert owner.files == made
    owner.run()
    assert "nothing changed since the last run" in owner.user.said[-1]
    (owner.root / "README.md").write_text("x")
    owner.run()
    assert owner.user.said[-1] == "no BUILD file changed, for 6 packages"
    # A deleted command, a new file, a library that moves.
    (owner.root / "examples/one/main.go").unlink()
    (owner.root / "cmd/hi/more.go").write_text("package main\n")
    (owner.root / "nested/v2").rename(owner.root / "nested/y")
    assert owner.run("-check", code=1).splitlines() == [
        "cmd/hi/BUILD.bazel",
        "examples/one/BUILD.bazel",
        "nested/y/BUILD.bazel",
    ]
    owner.run()
    assert "examples/one/BUILD.bazel" not in owner.files
    assert '"more.go"' in owner.files["cmd/hi/BUILD.bazel"]
    assert 'name = "v2"' in owner.files["nested/y/BUILD.bazel"]
    assert 'importpath = "example.com/nested/y"' in owner.files["nested/y/BUILD.bazel"]


def test_hand_written_names_are_used(owner: Owner) -> None:
    owner.write(TREE)
    (owner.root / "internal/deep/BUILD.bazel").write_text(
        'load("@gomod2bazel//rules:defs.bzl", "go_library")\n\n'
        'go_library(\n    name = "mine",\n    importpath = "example.com/m/internal/deep",\n)\n'
    )
    (owner.root / "cmd/hi/BUILD.bazel").write_text('genrule(name = "hi")\n')
    owner.run()
    hi = owner.files["cmd/hi/BUILD.bazel"]
    assert '"//internal/deep:mine"' in hi
    assert 'name = "hi_go_lib"' in hi
    assert 'name = "hi_go"' in hi
    assert 'out = "hi"' in hi
    assert 'srcs = ["deep.go"]' in owner.files["internal/deep/BUILD.bazel"]


def test_directives(owner: Owner) -> None:
    owner.write(TREE)
    (owner.root / "BUILD.bazel").write_text("# gomod2bazel:build_file_name BUILD\n# gomod2bazel:prefix example.com/m\n")
    (owner.root / "nested" / "BUILD.bazel").write_text("# gomod2bazel:ignore\n")
    (owner.root / "examples" / "BUILD.bazel").write_text(
        "# gomod2bazel:set integration\n# gomod2bazel:tags manual\n# gomod2bazel:visibility //x:__pkg__\n"
    )
    owner.run()
    assert "cmd/hi/BUILD" in owner.files
    assert "nested/v2/BUILD" not in owner.files
    one = owner.files["examples/one/BUILD"]
    assert '    tags = [\n        "gomod2bazel",\n        "integration",\n        "manual",\n    ],\n' in one
    assert 'visibility = ["//x:__pkg__"]' in one
    (owner.root / "BUILD.bazel").write_text("# gomod2bazel:prefix example.com/other\n")
    with pytest.raises(UsageError, match=r"\.: # gomod2bazel:prefix says example.com/other, go.mod says example.com/m"):
        owner.run()


def test_a_workspace_and_a_replaced_folder(owner: Owner) -> None:
    owner.write("""
-- go.work --
go 1.22

use ./a
use ./b
-- a/go.mod --
module example.com/a

go 1.22
-- a/a.go --
package a

import _ "example.com/b/sub"
-- b/go.mod --
module example.com/b

go 1.21
-- b/sub/b.go --
package sub
-- c/go.mod --
module example.com/c

go 1.22

require example.com/d v0.0.0

replace example.com/d => ./d
-- c/c.go --
package c

import _ "example.com/d"
-- c/d/go.mod --
module example.com/d
-- c/d/d.go --
package d
-- c/d/unused/u.go --
package unused
""")
    owner.run()
    files = owner.files
    assert sorted(files) == [f"{name}/BUILD.bazel" for name in ("a", "b/sub", "c", "c/d", "c/d/unused")]
    assert 'deps = ["//b/sub"]' in files["a/BUILD.bazel"]
    assert 'lang = "go1.21"' in files["b/sub/BUILD.bazel"]
    assert 'deps = ["//c/d"]' in files["c/BUILD.bazel"]
    assert 'module = "example.com/d@v0.0.0"' in files["c/d/BUILD.bazel"]


def test_a_go_work_above_the_repository(owner: Owner) -> None:
    owner.write("-- go.mod --\nmodule example.com/m\n\ngo 1.22\n-- m.go --\npackage m\n")
    (owner.root.parent / "go.work").write_text("go 1.22\n\nuse ./tree\n", encoding="utf-8")
    owner.run("-init")
    assert list(owner.files) == ["BUILD.bazel"]
    assert (owner.root / "gomod2bazel.lock.json").exists()


@pytest.mark.parametrize("name", ["tree", "link"])
def test_a_repository_behind_a_link(name: str, owner: Owner) -> None:
    owner.write(
        "-- MODULE.bazel --\n-- go.work --\ngo 1.22\n\nuse (\n\t./a\n\t./b\n)\n"
        '-- a/go.mod --\nmodule example.com/a\n\ngo 1.22\n-- a/a.go --\npackage a\n\nimport _ "example.com/b"\n'
        "-- b/go.mod --\nmodule example.com/b\n\ngo 1.22\n-- b/b.go --\npackage b\n"
    )
    (owner.root.parent / "link").symlink_to("tree")
    root = owner.root
    owner.root = root.parent / name
    environment = {**owner.user.session.environment, "GOWORK": f"{owner.root}/go.work", "PWD": str(owner.root)}
    owner.user.session = replace(owner.user.session, environment=environment)
    owner.run()
    assert sorted(owner.files) == ["a/BUILD.bazel", "b/BUILD.bazel"]
    assert '"//b' in owner.files["a/BUILD.bazel"]


def test_the_folder_of_a_lock_is_a_package(owner: Owner) -> None:
    owner.write(TREE)
    (owner.root / "m.go").unlink()
    owner.run()
    assert owner.files["BUILD.bazel"].startswith("# Makes this folder a Bazel package, so that go.lock.json ")
    (owner.root / "m.go").write_text("package m\n")
    owner.run()
    assert "go_library(" in owner.files["BUILD.bazel"]
    (owner.root / "BUILD.bazel").write_text(owner.files["BUILD.bazel"].partition("\n\n")[2])
    (owner.root / "m.go").unlink()
    owner.run()
    assert "go_library" not in owner.files["BUILD.bazel"]


def test_rules_go(owner: Owner) -> None:
    owner.write(TREE)
    before = (owner.root / "MODULE.bazel").read_text(encoding="utf-8")
    owner.run("-rules=rules_go")
    hi = owner.files["cmd/hi/BUILD.bazel"]
    assert hi.startswith('load("@rules_go//go:def.bzl", "go_binary", "go_library")\n')
    assert '    deps = [\n        "//internal/deep",\n        "@com_example_dep_x//sub",\n    ],\n' in hi
    assert "go_sdk" not in hi
    assert (owner.root / "MODULE.bazel").read_text(encoding="utf-8") == before


def test_bad_input_loses_nothing(owner: Owner) -> None:
    owner.write(TREE)
    (owner.root / "cmd/hi/BUILD.bazel").write_text('print "x"\n')
    (owner.root / "windows/BUILD.bazel").write_text("\n\nx = 0755\n")
    with pytest.raises(UsageError) as caught:
        owner.run()
    lines = caught.value.what.splitlines()
    assert lines[0].startswith("cmd/hi/BUILD.bazel:1: not Starlark: ")
    assert lines[1].startswith("windows/BUILD.bazel:3: not Starlark: ")
    assert sorted(owner.files) == ["cmd/hi/BUILD.bazel", "internal/deep/data/BUILD", "windows/BUILD.bazel"]


def test_links_that_lead_out_are_not_followed(owner: Owner, tmp_path: Path) -> None:
    owner.write(TREE)
    outside = tmp_path / "outside"
    outside.write_text("# Somebody else's.\n")
    (owner.root / "cmd/hi/BUILD.bazel").symlink_to(outside)
    with pytest.raises(UsageError, match=r"cmd/hi/BUILD\.bazel: is a symbolic link out of the repository"):
        owner.run()
    (owner.root / "cmd/hi/BUILD.bazel").unlink()
    (owner.root / "go.lock.json").symlink_to(tmp_path / "lock")
    with pytest.raises(InstallError, match=r"go\.lock\.json is a link out of the repository"):
        owner.run()
    assert outside.read_text() == "# Somebody else's.\n"
    assert not (tmp_path / "lock").exists()


def test_what_does_not_load(owner: Owner) -> None:
    owner.write(TREE)
    (owner.root / "cmd/hi/main.go").write_text("package main\n\nimport (\n")
    with pytest.raises(BuildError, match=r"cmd/hi/main.go:3:"):
        owner.run()
    assert sorted(owner.files) == ["internal/deep/data/BUILD"]
    with pytest.raises(BuildError):
        owner.run("-keep-going")
    assert "BUILD.bazel" in owner.files
    assert "cmd/hi/BUILD.bazel" not in owner.files


def test_what_is_not_built_here_keeps_what_it_needs(owner: Owner) -> None:
    owner.write(TREE)
    owner.run()
    before = owner.files
    deep = owner.root / "internal/deep"
    (deep / "deep.go").write_text("//go:build nowhere\n\n" + (deep / "deep.go").read_text())
    (owner.root / "cmd/hi/main.go").write_text("package main\n\nfunc main() {}\n")
    owner.run()
    assert "go_embedsrcs" in before["internal/deep/data/BUILD"]
    for path in ("internal/deep/BUILD.bazel", "internal/deep/data/BUILD"):
        assert owner.files[path] == before[path]


def test_missing_modules(owner: Owner) -> None:
    owner.write(TREE)
    with pytest.raises(MissingModuleError, match=r"example.com/dep-x@v1.0.0"):
        run_command(["generate", f"-goproxy=file://{owner.root}", str(owner.root)], owner.user.session)
    assert sorted(owner.files) == ["internal/deep/data/BUILD"]


def test_wrong_command_lines(owner: Owner) -> None:
    owner.write("-- x.txt --\n")
    with pytest.raises(UsageError, match=r"no go\.mod in"):
        owner.run()
    with pytest.raises(UsageError, match="-set, -o do not apply to generate"):
        owner.run("-set=all", "-o=x")
    with pytest.raises(UsageError, match="one DIR expected, got 2"):
        owner.run("a", "b")
    with pytest.raises(UsageError, match="one platform"):
        owner.run("-rules=rules_go", "-platform=linux/amd64,linux/arm64")
    with pytest.raises(UsageError, match="-check is a flag of generate"):
        run_command(["list", "-check", str(owner.root)], owner.user.session)
