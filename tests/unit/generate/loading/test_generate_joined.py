"""Modules that replace one another by folders, of which no go.mod names all that the others need."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from support import txtar
from support.lock_value import lock_value
from support.owner import Owner
from support.realgo import RealGo

from gomod2bazel.base.errors import BuildError
from gomod2bazel.base.process.runner import SubprocessRunner
from gomod2bazel.generate.loading.joined import write_go_mod
from gomod2bazel.generate.loading.module_groups import Unit
from gomod2bazel.golang.command.gocommand import GoCommand

TREE = """
-- MODULE.bazel --
go_modules = use_extension("@gomod2bazel//rules:extensions.bzl", "go_modules")
go_modules.from_file(lock = "//app:go.lock.json")
-- app/go.mod --
module example.com/app

go 1.24

require example.com/core v1.2.0

replace example.com/core => ../core

replace example.com/extra => ../extra

godebug panicnil=1
-- app/main.go --
package main

import _ "example.com/core"

func main() { println("app") }
-- core/go.mod --
module example.com/core

go 1.23

require (
	example.com/dep v1.0.0
	example.com/extra v0.3.0
)

replace example.com/extra => ../extra
-- core/core.go --
package core
-- core/store/store.go --
package store

import (
	_ "example.com/dep"
	_ "example.com/extra"
)
-- extra/go.mod --
module example.com/extra

go 1.25

require example.com/dep v1.1.0
-- extra/extra.go --
package extra

import _ "example.com/dep"
-- tool/go.mod --
module example.com/tool

go 1.24

require example.com/core v1.2.0

replace example.com/core => ../core

replace example.com/extra => ../extra
-- tool/tool.go --
package tool

import _ "example.com/core"
"""

DEP = "-- go.mod --\nmodule example.com/dep\n\ngo 1.20\n-- dep.go --\npackage dep\n"


@pytest.fixture
def owner(tmp_path: Path, go: RealGo) -> Owner:
    """Return the owner of the repository."""
    owner = Owner(tmp_path, go)
    owner.proxy = txtar.proxy(tmp_path, {"dep@v1.0.0": DEP, "dep@v1.1.0": DEP})
    owner.write(TREE)
    for name in ("core", "extra"):
        (owner.root / name / "go.sum").write_text(owner.proxy.go_sum, encoding="utf-8")
    return owner


def _lock(owner: Owner) -> dict[str, Any]:
    return lock_value((owner.root / "app/go.lock.json").read_text(encoding="utf-8"))


def test_they_have_one_lock(owner: Owner) -> None:
    owner.run()
    lock = _lock(owner)
    assert [(module["path"], module["version"]) for module in lock["modules"]] == [("example.com/dep", "v1.1.0")]
    assert lock["main_modules"] == [
        {"path": "example.com/app", "lang": "go1.24", "go": "1.24", "godebug": {"panicnil": "1"}},
        {"path": "example.com/core", "lang": "go1.23", "go": "1.23", "dir": "../core"},
        {"path": "example.com/extra", "lang": "go1.25", "go": "1.25", "dir": "../extra"},
        {"path": "example.com/tool", "lang": "go1.24", "go": "1.24", "dir": "../tool"},
    ]
    files = owner.files
    assert '"//extra"' in files["core/store/BUILD.bazel"]
    assert '"//core"' in files["tool/BUILD.bazel"]
    assert 'name = "app"' in files["app/BUILD.bazel"]
    owner.run("-check")


def test_their_sources_do_not_change(owner: Owner) -> None:
    before = {path: path.read_bytes() for path in owner.root.rglob("go.*") if "lock" not in path.name}
    owner.run()
    assert {path: path.read_bytes() for path in before} == before


def test_one_that_the_go_command_refuses_is_left_alone(owner: Owner) -> None:
    main = owner.root / "app/main.go"
    main.write_text(main.read_text().replace("example.com/core", "example.com/extra"))
    with pytest.raises(BuildError, match=r"skipping the module in app: updates to go\.mod needed") as caught:
        owner.run()
    assert "module in tool" not in str(caught.value)
    assert 'name = "tool"' in owner.files["tool/BUILD.bazel"]


def test_two_replacements_of_one_module_are_refused(owner: Owner, go: RealGo, tmp_path: Path) -> None:
    for name, other in (("app", "one"), ("tool", "two")):
        file = owner.root / name / "go.mod"
        file.write_text(f"{file.read_text()}\nreplace example.com/dep => ../{other}\n")
    homes = {f"example.com/{name}": owner.root / name for name in ("app", "tool")}
    unit = Unit(home=owner.root / "app", main=owner.root / "app", others=homes, joined=True)
    with pytest.raises(BuildError, match=r"replaces example.com/dep by .*two.*, another module by .*one"):
        write_go_mod(unit, tmp_path, GoCommand(path=go.path, environment=go.environment, runner=SubprocessRunner()))
