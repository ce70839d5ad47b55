"""The list command: what it prints of a module's binaries, and what it needs for that."""

from __future__ import annotations

from pathlib import Path

import pytest
from support import txtar
from support.documents import checked
from support.realgo import RealGo
from support.samples import classified
from support.user import User

from gomod2bazel.base.documents.recorder import Recorder
from gomod2bazel.base.errors import BuildError, TrustError, UsageError
from gomod2bazel.cli import run_command
from gomod2bazel.commands.query.list import Listed, Row, explain, one_to_json, to_lines

TREE = """
-- go.mod --
module example.com/m

go 1.21

require example.com/dep v1.0.0
-- main.go --
package main

func main() {}
-- _example/far/main.go --
package main

import _ "example.com/nowhere"

func main() {}
-- cmd/tool/main.go --
package main

func main() {}
-- cmd/only_tests/x_test.go --
package main
-- other/tool/main_windows.go --
package main

func main() {}
-- input/main.go --
package main

func main() {}
"""

# What the sets are is not this command's matter.
SETS = ("-as=...=target", "-as=./_example/...=example", "-as=./input=fixture")


@pytest.fixture
def user(tmp_path: Path, go: RealGo) -> User:
    """Return a user with a module tree."""
    txtar.write(tmp_path / "tree", TREE)
    return User.with_go(tmp_path, go)


def _list(user: User, *argv: str) -> str:
    return user.run("list", "-platform=linux/amd64", *SETS, *argv, "tree")


def _paths(text: str) -> list[str]:
    return [line.split()[0] for line in text.splitlines()]


def test_one_line_a_binary(user: User) -> None:
    lines = _list(user).splitlines()
    assert [line.split()[:3] for line in lines] == [
        ["example.com/m", "target", "1.00"],
        ["example.com/m/_example/far", "example", "1.00"],
        ["example.com/m/cmd/tool", "target", "1.00"],
        ["example.com/m/other/tool", "target", "1.00"],
    ]
    assert "set on the command line" in lines[0]
    why = "build constraints exclude all Go files in other/tool"
    assert [f"(not built on linux/amd64: {why})" in line for line in lines] == [False, False, False, True]
    assert user.messages == []


def _other_tree(user: User, folder: Path) -> None:
    text = "-- go.mod --\nmodule example.com/other\n-- main.go --\npackage main\n\nfunc main() {}\n"
    txtar.write(folder / "other", text)


def test_several_inputs_are_listed_in_their_order(user: User, tmp_path: Path) -> None:
    _other_tree(user, tmp_path)
    flags = ("-platform=linux/amd64", "-as=...=target")
    text = user.run("list", *flags, "other", "tree")
    assert text == user.run("list", *flags, "other") + user.run("list", *flags, "tree")
    value = checked("list-modules", user.run("list", *flags, "-json", "other", "tree"))
    assert [module["module"] for module in value["modules"]] == ["example.com/other", "example.com/m"]
    assert value["modules"][1]["binaries"] == checked("list", user.run("list", *flags, "-json", "tree"))["binaries"]


def test_inputs_can_be_in_a_file_with_flags(user: User, tmp_path: Path) -> None:
    _other_tree(user, tmp_path)
    (tmp_path / "inputs").write_text("tree -as=./cmd/...=example -set=example\n", encoding="utf-8")
    assert _paths(user.run("list", "-platform=linux/amd64", "-as=...=target", "-inputs=inputs", "other")) == [
        "example.com/other",
        "example.com/m/cmd/tool",
    ]


def test_with_keep_going_the_others_are_listed(user: User, tmp_path: Path) -> None:
    _other_tree(user, tmp_path)
    (tmp_path / "broken").mkdir()
    (tmp_path / "broken/go.mod").write_text("modul example.com/broken\n", encoding="utf-8")
    with pytest.raises(BuildError, match=r"go\.mod:1"):
        user.run("list", "-keep-going", "-as=...=target", "broken", "other")
    assert _paths("".join(user.out)) == ["example.com/other"]
    with pytest.raises(UsageError, match="-explain takes one INPUT"):
        user.run("list", "-explain=other", "other", "tree")


@pytest.mark.parametrize(
    ("argv", "paths"),
    [
        (["-set=example"], ["/_example/far"]),
        (["-set=-target"], ["/_example/far"]),
        (["-set=example", "-all"], ["/_example/far", "/cmd/only_tests", "/input"]),
        (["-all"], ["", "/_example/far", "/cmd/only_tests", "/cmd/tool", "/input", "/other/tool"]),
    ],
)
def test_which_are_listed(argv: list[str], paths: list[str], user: User) -> None:
    assert _paths(_list(user, *argv)) == [f"example.com/m{path}" for path in paths]


def test_json(user: User) -> None:
    value = checked("list", _list(user, "-json"))
    assert (value["module"], value["version"]) == ("example.com/m", "")
    rows = {row.pop("import_path"): row for row in value["binaries"]}
    assert rows["example.com/m"] == {
        "directory": ".",
        "name": "m",
        "set": "target",
        "confidence": 1.0,
        "margin": 100.0,
        "runner_up": "",
        "skipped": False,
        "excluded": None,
        "evidence": [
            {
                "kind": "override",
                "reason": "set on the command line",
                "position": "-as ...=target",
                "weight": 100.0,
                "weights": {"target": 100.0},
            }
        ],
    }
    assert rows["example.com/m/_example/far"]["skipped"] is True
    assert rows["example.com/m/other/tool"]["excluded"].startswith("build constraints exclude all Go files")


@pytest.mark.parametrize("name", ["example.com/m/_example/far", "_example/far", "./_example/far/", "far"])
def test_explain_finds_it_by(name: str, user: User) -> None:
    lines = _list(user, f"-explain={name}").splitlines()
    assert lines[0] == "example.com/m/_example/far"
    assert "  directory  _example/far (./... skips it)" in lines


@pytest.mark.parametrize("name", [".", "./", "m"])
def test_explain_the_root(name: str, user: User) -> None:
    assert _list(user, "-explain", name).splitlines()[0] == "example.com/m"


def test_explain_what_is_never_built(user: User) -> None:
    assert checked("list", _list(user, "-explain=input", "-json"))["binaries"][0]["set"] == "fixture"


@pytest.mark.parametrize(
    ("argv", "what", "hint"),
    [
        (["-explain=tool"], "-explain tool: matches several binaries", "example.com/m/cmd/tool, example.com/m/o"),
        (["-explain=cmd/tols"], "-explain cmd/tols: not a main package of example.com/m", "example.com/m/cmd/tool"),
        (["-explain=zzz"], "-explain zzz: not a main package of example.com/m", "list -all"),
        (["-platform=linux/amd64,linux/arm64"], "list takes one platform", "each of -platform"),
    ],
)
def test_refused(argv: list[str], what: str, hint: str, user: User) -> None:
    with pytest.raises(UsageError) as caught:
        run_command(["list", *SETS, *argv, "tree"], user.session)
    assert caught.value.what == what
    assert hint in caught.value.hint


def test_nothing_but_the_module_itself_is_fetched(tmp_path: Path, go: RealGo) -> None:
    replaced = TREE.replace("-- main.go --", "replace example.com/dep => ./fork\n-- main.go --")
    txtar.proxy(tmp_path, {"m@v1.0.0": replaced})
    user = User.with_go(tmp_path, go)
    source = f"-goproxy=file://{tmp_path}/goproxy"
    value = checked("list", user.run("list", source, "-json", "-set=all", *SETS, "example.com/m@v1.0.0"))
    assert (value["module"], value["version"]) == ("example.com/m", "v1.0.0")
    assert [row["directory"] for row in value["binaries"]] == [".", "_example/far", "cmd/tool", "other/tool"]
    assert not list(tmp_path.glob("cache/modules/*/example.com/dep*"))
    with pytest.raises(TrustError, match=r"-require-verified: 1 module .*\nexample\.com/m@v1\.0\.0$"):
        user.run("list", source, "-require-verified", "example.com/m@v1.0.0")


def _row(name: str, excluded: str = "") -> Row:
    one = classified("example.com/m/cmd/x", name, files=("cmd/x/a.go", "cmd/x/b.go"))
    return Row(classified=one, name="x", platform="linux/arm64", excluded=excluded)


def test_the_whole_story() -> None:
    assert (
        explain(_row("integration", "no files"))
        == """\
example.com/m/cmd/x
  set        integration, ahead of example by 2.50
  confidence 0.90: 90 of 100 such decisions about unseen modules were right
  directory  cmd/x
  name       x
  files      cmd/x/a.go
             cmd/x/b.go
  here       not built on linux/arm64: no files

evidence  decided  integration
sum          2.50
words        2.50         2.50
    its name says so (cmd/x)
"""
    )


def test_columns_are_aligned() -> None:
    assert to_lines([_row("test-helper"), _row("target")]) == (
        "example.com/m/cmd/x  test-helper  0.90  its name says so\n"
        "example.com/m/cmd/x  target       0.90  its name says so\n"
    )
    assert to_lines([]) == ""


def test_one_json_object_even_of_nothing() -> None:
    nothing = Listed(module="example.com/m", version="v1.0.0", rows=())
    assert checked("list", one_to_json(nothing, Recorder(say=print))) == {
        "schema_version": 1,
        "module": "example.com/m",
        "version": "v1.0.0",
        "binaries": [],
        "messages": [],
    }
