"""The command generate in repositories of several modules, behind links, and with a lock in a package."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from support.owner import TREE, Owner
from support.realgo import RealGo


@pytest.fixture
def owner(tmp_path: Path, go: RealGo) -> Owner:
    """Return the owner of a repository without a file yet."""
    return Owner(tmp_path, go)


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
    assert 'importpath = "example.com/b/sub"' in files["b/sub/BUILD.bazel"]
    assert 'deps = ["//c/d"]' in files["c/BUILD.bazel"]
    assert 'importpath = "example.com/d"' in files["c/d/BUILD.bazel"]


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
