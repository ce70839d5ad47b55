"""The side of rules_go, with scripts that stand in for Bazel and the go command."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path

import pytest
from support import txtar

import bench.sides.rules_go as rules_go_module
from bench.measure.accounts import ProcessTree
from bench.measure.errors import BenchError
from bench.scenarios.monorepo import copy_tree
from bench.scenarios.targets import Targets, differences
from bench.sides.rules_go import Releases, RulesGo, read_directives, rules_go
from bench.subjects.tree import checkout

_TREE = """
-- go.mod --
module example.com/a
-- go.sum --
-- go.work --
use ./tools
-- tools/go.mod --
module example.com/tools
-- p/go.mod.tmpl --
-- p/p.go --
package p
"""


@pytest.fixture
def side(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> RulesGo:
    """Return the side with a copy of the tree; each call of Bazel is a line of the file `calls`."""
    required = [{"Path": "golang.org/x/mod"}, {"Path": "golang.org/x/sys", "Indirect": True}]
    described = json.dumps({"Module": {"Path": "example.com/a"}, "Require": required})
    for name, text in {"go": f"echo '{described}'", "bazel": f'echo "$PWD $@" >>{tmp_path}/calls'}.items():
        program = tmp_path / name
        program.write_text(f"#!/bin/sh\n{text}\n")
        program.chmod(0o755)
    asked: list[Mapping[str, str]] = []

    def program_of(environment: Mapping[str, str]) -> Path:
        asked.append(environment)
        return tmp_path / "bazel"

    monkeypatch.setattr(rules_go_module, "bazel_program", program_of)
    environment = {"PATH": f"{tmp_path}:/usr/bin:/bin", "XDG_CACHE_HOME": "/users"}
    releases = Releases(rules_go="0.1.0", gazelle="0.2.0", registry="/r", directives=("# gazelle:exclude web",))
    made = rules_go(tmp_path / "side", environment, ProcessTree(), releases)
    assert asked == [environment]  # not with the cache of the side, where Bazel would be set up
    copy_tree(checkout(txtar.write(tmp_path / "source", _TREE)), made.side, nested=False)
    made.prepare()
    return made


def test_only_the_module_of_the_tree_is_copied(side: RulesGo) -> None:
    names = {path.relative_to(side.tree).as_posix() for path in side.tree.rglob("*") if path.is_file()}
    assert names == {"go.mod", "go.sum", "p/go.mod.tmpl", "p/p.go", "MODULE.bazel", "BUILD.bazel", ".bazelrc"}


def test_the_tree_names_modules_and_directives(side: RulesGo) -> None:
    build = (side.tree / "BUILD.bazel").read_text()
    assert build == "# gazelle:prefix example.com/a\n# gazelle:proto disable_global\n# gazelle:exclude web\n"
    module = (side.tree / "MODULE.bazel").read_text()
    assert 'use_repo(go_deps, "org_golang_x_mod")\n' in module
    assert module.index('directives = ["gazelle:proto disable_global"]') < module.index("use_repo(go_deps")
    bazelrc = (side.tree / ".bazelrc").read_text()
    assert "common --registry=file:///r\n" in bazelrc
    assert "build --strip=never\n" in bazelrc, "the other side links with symbols, too"


def test_gazelle_is_built_where_nothing_is_timed(side: RulesGo) -> None:
    folder = side.side.folder
    calls = [line.split() for line in (folder.parent / "calls").read_text().splitlines()]
    root = f"--output_user_root={folder / 'bazel-gazelle'}"
    assert [(words[0], words[1], words[2]) for words in calls] == [
        (str(folder / "gazelle"), root, "build"),
        (str(folder / "gazelle"), root, "shutdown"),
    ]
    assert (folder / "gazelle" / "MODULE.bazel").read_text() == (side.tree / "MODULE.bazel").read_text()
    command = side.generate()
    assert command.argv == (str(folder / "gazelle" / "bazel-bin" / "gazelle"),)
    assert (command.cwd, command.environment["BUILD_WORKSPACE_DIRECTORY"]) == (side.tree, str(side.tree))


def test_directives_of_a_file(tmp_path: Path) -> None:
    path = tmp_path / "directives"
    path.write_text("# Why:\n# gazelle:exclude web\n\n  # gazelle:resolve go a //b\n")
    assert read_directives(path) == ("# gazelle:exclude web", "# gazelle:resolve go a //b")
    path.write_text("# gazelle:exclude web\ngazelle:exclude x\n")
    with pytest.raises(BenchError, match=":2: not a comment"):
        read_directives(path)
    with pytest.raises(BenchError, match="No such file"):
        read_directives(tmp_path / "none")


def test_targets_of_no_side() -> None:
    nothing = Targets.parse("")
    with pytest.raises(BenchError, match="no package"):
        differences({"a": nothing, "b": nothing})


def test_many_differences_are_cut() -> None:
    many = Targets.parse("".join(f"go_library rule //p{number}:p\n" for number in range(5)))
    one = Targets.parse("go_library rule //p0:p\ngo_test rule //:t\n")
    assert differences({"a": many, "b": one}) == [
        "b lacks packages: //p1, //p2, //p3 and 1 more",
        "a lacks tests: //",
    ]
