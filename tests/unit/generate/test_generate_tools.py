"""The tool lines of go.mod: the rules that run them, and what the lock has for their sake."""

from __future__ import annotations

from pathlib import Path

import pytest
from support import txtar
from support.lock_value import lock_value
from support.owner import Owner
from support.realgo import RealGo

from gomod2bazel.lock.reader import read_lock

DEP = """
-- go.mod --
module example.com/dep-x

go 1.20
-- sub/sub.go --
package sub

const Name = "dep"
-- cmd/stamp/v2/main.go --
package main

import "example.com/dep-x/sub"

func main() { println(sub.Name) }
-- cmd/stamp/v2/default.pgo --
main.main:5 100
-- sub/default.pgo --
-- cmd/unix/unix_linux.go --
package main

func main() {}
"""

TREE = """
-- MODULE.bazel --
go_modules = use_extension("@gomod2bazel//rules:extensions.bzl", "go_modules")
go_modules.from_file(lock = "//:go.lock.json")
-- go.mod --
module example.com/m

go 1.24

require example.com/dep-x v1.0.0

tool (
	example.com/dep-x/cmd/stamp/v2
	"example.com/m/cmd/own" // quoted
	example.com/dep-x/cmd/unix
	cmd/vet
)
-- BUILD.bazel --
load("@gomod2bazel//rules:defs.bzl", "go_tool")

go_tool(
    name = "tools.gone",
    binary = "@com_example_dep_x//cmd/gone",
)

go_tool(
    name = "mine",
    binary = "//cmd/own",
)

go_tool(
    name = "tools.own",
    args = ["-v"],
    binary = "//elsewhere",
)
-- cmd/own/own.go --
package main

func main() {}
"""

RULES = """\
load("@gomod2bazel//rules:defs.bzl", "go_tool")

go_tool(
    name = "mine",
    binary = "//cmd/own",
)

go_tool(
    name = "tools.own",
    args = ["-v"],
    binary = "//cmd/own",
    tags = ["manual"],
)

go_tool(
    name = "tools.stamp",
    binary = "@com_example_dep_x//cmd/stamp/v2:stamp",
    tags = ["manual"],
    visibility = ["//visibility:public"],
)

go_tool(
    name = "tools.unix",
    binary = "@com_example_dep_x//cmd/unix",
    tags = ["manual"],
    visibility = ["//visibility:public"],
)
"""


@pytest.fixture
def owner(tmp_path: Path, go: RealGo) -> Owner:
    """Return the owner of a module with tools."""
    owner = Owner(tmp_path, go)
    owner.proxy = txtar.proxy(tmp_path / "with-tools", {"dep@v1.0.0": DEP})
    return owner


def test_each_tool_line_has_a_rule(owner: Owner) -> None:
    owner.write(TREE)
    owner.run()
    assert owner.files["BUILD.bazel"] == RULES
    assert '"com_example_dep_x"' in (owner.root / "MODULE.bazel").read_text(encoding="utf-8")
    lock = lock_value((owner.root / "go.lock.json").read_text(encoding="utf-8"))
    (dep,) = lock["modules"]
    names = {package["import_path"]: package["name"] for package in dep["packages"]}
    paths = ("cmd/stamp/v2", "cmd/unix", "sub")
    assert list(names) == [f"example.com/dep-x/{path}" for path in paths]
    assert names["example.com/dep-x/cmd/unix"] == "main"
    assert [package.get("pgo_profile") for package in dep["packages"]] == ["default.pgo", None, None]
    assert lock["binaries"] == []
    assert owner.run("-check") == ""


def test_a_tool_of_some_platforms(owner: Owner) -> None:
    owner.write(TREE)
    owner.run("-platform", "linux/amd64,windows/amd64")
    _, _, unix = owner.files["BUILD.bazel"].partition('name = "tools.unix"')
    assert '"@go_sdk//config:linux_amd64": [],' in unix
    assert '"//conditions:default": ["@gomod2bazel//rules:incompatible"],' in unix
    stamp = owner.files["BUILD.bazel"].partition('name = "tools.stamp"')[2].partition(")")[0]
    assert "target_compatible_with" not in stamp
    lock = read_lock((owner.root / "go.lock.json").read_text(encoding="utf-8"), "go.lock.json")
    profiles = [package.attributes.get("pgo_profile") for package in lock.modules[0].packages]
    assert profiles == ["default.pgo", None, None]
    assert owner.run("-check") == ""


def test_a_tool_that_does_not_load_keeps_nothing_else_from_being_written(owner: Owner) -> None:
    owner.write(TREE.replace("cmd/unix\n", "sub\n\texample.com/dep-x/cmd/missing\n"))
    with pytest.raises(Exception, match="cmd/missing") as raised:
        owner.run()
    assert "tool example.com/dep-x/sub is not a main package" in str(raised.value)
    # What go.mod names is not known to be gone.
    assert 'name = "tools.gone"' in owner.files["BUILD.bazel"]
    assert 'name = "tools.stamp"' in owner.files["BUILD.bazel"]


def test_tools_of_one_name_and_of_a_workspace(owner: Owner) -> None:
    owner.write(TREE.replace("dep-x/cmd/unix", "m/other/own"))
    txtar.write(
        owner.root,
        "-- other/own/own.go --\npackage main\n\nfunc main() {}\n"
        "-- go.work --\ngo 1.24\n\nuse (\n\t.\n\t./second\n)\n"
        "-- second/go.mod --\nmodule example.com/second\n\ngo 1.24\n\ntool example.com/m/cmd/own\n"
        "-- second/a.go --\npackage second\n",
    )
    owner.run()
    text = owner.files["BUILD.bazel"]
    assert 'name = "tools.example.com_m_other_own",\n    binary = "//other/own",' in text
    assert 'name = "tools.example.com_m_cmd_own",\n    binary = "//cmd/own",' in text
    assert 'name = "tools.own",\n    binary = "//cmd/own",' in owner.files["second/BUILD.bazel"]


def test_tools_of_a_module_without_packages(owner: Owner) -> None:
    owner.write(TREE)
    txtar.write(
        owner.root,
        """
-- MODULE.bazel --
go_modules = use_extension("@gomod2bazel//rules:extensions.bzl", "go_modules")
go_modules.from_file(lock = "//:go.lock.json")
go_modules.from_file(group = 2, lock = "//tools:go.lock.json")
-- nothing/go.mod --
module example.com/nothing
-- tools/go.mod --
module example.com/tools

go 1.24

require example.com/dep-x v1.0.0

tool example.com/dep-x/cmd/stamp/v2
""",
    )
    (owner.root / "tools" / "go.sum").write_text(owner.proxy.go_sum, encoding="utf-8")
    owner.run()
    assert (
        'name = "tools.stamp",\n    binary = "@com_example_dep_x_g2//cmd/stamp/v2:stamp",'
        in owner.files["tools/BUILD.bazel"]
    )
    (dep,) = lock_value((owner.root / "tools" / "go.lock.json").read_text(encoding="utf-8"))["modules"]
    assert [package["dir"] for package in dep["packages"]] == ["cmd/stamp/v2/", "sub/"]
    assert "nothing/BUILD.bazel" not in owner.files
    assert owner.run("-check") == ""
