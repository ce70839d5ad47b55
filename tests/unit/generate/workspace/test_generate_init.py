"""generate -init: what makes a Bazel workspace of a repository that has no Bazel file."""

from __future__ import annotations

from pathlib import Path

import pytest
from support.driver import ROOT
from support.owner import Owner
from support.realgo import RealGo

from gomod2bazel import __version__
from gomod2bazel.base.errors import UsageError
from gomod2bazel.generate.workspace.first_files import FirstFiles

TREE = """
-- go.mod --
module example.com/Some-Thing/v2

go 1.26

require example.com/dep-x v1.0.0
-- x.go --
package x

import _ "example.com/dep-x/sub"
-- tool/go.mod --
module example.com/tool

go 1.26
-- tool/tool.go --
package main

func main() {}
-- testdata/plain/BUILD.gn --
-- testdata/foreign/BUILD --
-- testdata/foreign/more/BUILD --
-- web/node_modules/x/BUILD --
-- vendor/modules.txt --
-- other/WORKSPACE --
"""


@pytest.fixture
def owner(tmp_path: Path, go: RealGo) -> Owner:
    """Return the owner of a repository without a Bazel file, but for some that are others'."""
    owner = Owner(tmp_path, go)
    owner.write(TREE)
    return owner


def test_a_first_run(owner: Owner) -> None:
    assert "+module(name" in owner.run("-init", "-diff")
    assert not (owner.root / "MODULE.bazel").exists()
    owner.run("-init")
    texts = {path.name: path.read_text(encoding="utf-8") for path in owner.root.iterdir() if path.is_file()}
    assert (
        texts["MODULE.bazel"]
        == f"""\
module(name = "some-thing")

bazel_dep(name = "gomod2bazel", version = "{__version__}")

go_modules = use_extension("@gomod2bazel//rules:extensions.bzl", "go_modules")
go_modules.from_file(
    goproxy = ["file://{owner.proxy.root}"],
    lock = "//:gomod2bazel.lock.json",
)
go_modules.from_file(
    goproxy = ["file://{owner.proxy.root}"],
    group = 2,
    lock = "//tool:gomod2bazel.lock.json",
)
use_repo(
    go_modules,
    "com_example_dep_x",
    "go_sdk",
)

register_toolchains("@go_sdk//:all")
"""
    )
    assert texts[".bazelignore"] == "other\ntestdata/foreign\nvendor\nweb/node_modules\n"
    assert texts["user.bazelrc"] == f"common --override_module=gomod2bazel={ROOT}\n"
    assert texts[".bazelrc"].endswith("\ntry-import %workspace%/user.bazelrc\n")
    assert {"gomod2bazel.lock.json", "BUILD.bazel"} <= set(texts)
    assert (owner.root / "tool/gomod2bazel.lock.json").is_file()
    assert any("keep it out of version control" in line for line in owner.user.messages)
    before = _state(owner.root)
    assert owner.run("-init", "-check") == owner.run("-check") == ""
    owner.run()
    assert _state(owner.root) == before


def test_an_untested_go_is_allowed_in_bazel_too(owner: Owner) -> None:
    owner.run("-init", "-allow-untested-go")
    text = (owner.root / "MODULE.bazel").read_text(encoding="utf-8")
    assert text.count("go_modules.from_file(\n    allow_untested_go = True,\n") == 2


def _state(root: Path) -> dict[str, bytes]:
    return {str(path): path.read_bytes() for path in root.rglob("*") if path.is_file()}


def test_nothing_that_is_there_is_touched(owner: Owner) -> None:
    there = {
        "MODULE.bazel": 'module(name = "mine")\n',
        ".bazelrc": "build --jobs=2\n",
        ".bazelignore": "vendor\n",
        "user.bazelrc": "build --jobs=3\n",
        "WORKSPACE.bzlmod": "",
    }
    for name, text in there.items():
        (owner.root / name).write_text(text, encoding="utf-8")
    owner.run("-init")
    assert {name: (owner.root / name).read_text(encoding="utf-8") for name in there} == there
    said = "\n".join(owner.user.messages)
    assert "MODULE.bazel does not name the lock of the top folder" in said
    assert f"run Bazel with --override_module=gomod2bazel={ROOT}" in said
    assert ".bazelignore does not list testdata/foreign" in said
    assert "lacks vendor" not in said


def test_sources_as_bazel_is_told(owner: Owner) -> None:
    """Folders of the repository wherever that is, no password, and neither direct nor off."""
    (owner.root / "x.go").unlink()
    (owner.root / "proxy").mkdir()
    sources = f"https://me:secret@proxy.invalid/x|file://{owner.root}/proxy,direct"
    owner.run("-init", f"-goproxy={sources}")
    module = (owner.root / "MODULE.bazel").read_text(encoding="utf-8")
    assert '        "https://proxy.invalid/x",\n        "file://%workspace%/proxy",\n    ],\n' in module
    assert "secret" not in module


def test_a_folder_of_the_rules_with_a_blank(tmp_path: Path) -> None:
    changes, _ = FirstFiles(root=tmp_path, rules=Path("/my rules")).changes()
    texts = {change.path: change.new for change in changes}
    assert texts["user.bazelrc"] == "common '--override_module=gomod2bazel=/my rules'\n"
    assert ".bazelignore" not in texts


def test_what_init_is_not_for(owner: Owner) -> None:
    with pytest.raises(UsageError, match="not for rules_go"):
        owner.run("-init", "-rules=rules_go")
