"""The command generate with the real go command: what it writes."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest
from support import txtar
from support.lock_value import lock_value
from support.owner import TREE, Owner
from support.realgo import RealGo

from gomod2bazel.base.errors import UsageError


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
    assert '    importpath = "example.com/m",\n    visibility = ["//visibility:public"],\n)' in files["BUILD.bazel"]
    hi = files["cmd/hi/BUILD.bazel"]
    assert '        "//internal/deep",\n        "@com_example_dep_x//sub",\n' in hi
    assert '    name = "hi",\n    embed = [":hi_lib"],\n    tags' in hi
    assert '    tags = [\n        "gomod2bazel",\n        "target",\n    ],\n' in hi
    assert '"example",\n        "gomod2bazel",\n' in files["examples/one/BUILD.bazel"]
    deep = files["internal/deep/BUILD.bazel"]
    assert 'embedsrcs = ["//internal/deep/data:go_embedsrcs"]' in deep
    assert 'visibility = ["//:__subpackages__"]' in deep
    assert files["internal/deep/data/BUILD"].startswith("# Of another language.\n\nfilegroup(\n")
    assert 'importpath = "example.com/nested/v2"' in files["nested/v2/BUILD.bazel"]
    module = (owner.root / "MODULE.bazel").read_text(encoding="utf-8")
    assert module.endswith('    go_modules,\n    "go_sdk",\n    mine = "com_example_dep_x",\n)\n')
    lock = lock_value((owner.root / "go.lock.json").read_text(encoding="utf-8"))
    assert [(one["path"], bool(one["zip_sha256"])) for one in lock["modules"]] == [("example.com/dep-x", True)]
    assert lock["direct"] == ["example.com/dep-x@v1.0.0"]
    assert "runtime" in [one["import_path"] for one in lock["standard"]["packages"]]
    assert [line for line in owner.user.messages if "MODULE.bazel does not name the lock of nested" in line]


_OTHER_LOCK = """
-- third/BUILD --
-- MODULE.bazel --
go_modules = use_extension("@gomod2bazel//rules:extensions.bzl", "go_modules")
go_modules.from_file(lock = "//:go.lock.json")
go_modules.from_file(
    group = 2,
    lock = "//third:go.lock.json",
)
use_repo(
    go_modules,
    "example.com_dep--x-av0.9.0",
    "example.com_dep--x-av1.0.0",
    "example.com_dep--x-av1.0.0-g2",
    "example.com_dep--x-av1.1.0",  # keep
    "go_sdk",
)
-- go.mod --
module example.com/m

go 1.21

require example.com/dep-x v1.0.0
-- m.go --
package m

import _ "example.com/dep-x/sub"
"""


def test_names_with_versions_go_and_those_of_other_locks_stay(owner: Owner) -> None:
    """BUILD files that nobody generated may name the repositories of a lock that `gomod2bazel lock` made."""
    owner.write(_OTHER_LOCK)
    owner.run()
    text = (owner.root / "go.lock.json").read_text(encoding="utf-8")
    binary = '{"dir":"sub","set":"target","module":"example.com/dep-x"},'
    text = text.replace('"binaries":[\n', f'"binaries":[\n{binary}\n')
    (owner.root / "third" / "go.lock.json").write_text(text, encoding="utf-8")
    owner.write(_OTHER_LOCK)
    owner.run()
    module = (owner.root / "MODULE.bazel").read_text(encoding="utf-8")
    assert (
        module.partition("use_repo")[2]
        == """(
    go_modules,
    "com_example_dep_x",
    "example.com_dep--x-av1.0.0-g2",
    "example.com_dep--x-av1.1.0",  # keep
    "go_sdk",
)
"""
    )


def test_another_version_of_a_module_changes_no_build_file(owner: Owner, tmp_path: Path) -> None:
    files = {
        f"dep@v1.{minor}.0": "-- go.mod --\nmodule example.com/dep-x\n\ngo 1.20\n-- sub/sub.go --\npackage sub\n\n"
        f'const Name = "{minor}"\n'
        for minor in (0, 1)
    }
    owner.proxy = txtar.proxy(tmp_path / "both", files)
    owner.write(TREE)
    owner.run()
    before = _contents(owner.root)
    go_mod = owner.root / "go.mod"
    go_mod.write_text(go_mod.read_text(encoding="utf-8").replace("dep-x v1.0.0", "dep-x v1.1.0"), encoding="utf-8")
    owner.run()
    changed = {path for path, content in _contents(owner.root).items() if before.get(path) != content}
    assert changed == {"go.mod", "go.lock.json"}, "go.sum has both"


def _contents(root: Path) -> dict[str, bytes]:
    return {path.relative_to(root).as_posix(): path.read_bytes() for path in root.rglob("*") if path.is_file()}


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
    assert "nothing changed since the last run" in owner.user.messages[-1]
    (owner.root / "README.md").write_text("x")
    owner.run()
    assert owner.user.messages[-1] == "no BUILD file changed, for 6 packages"
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


def test_rules_go(owner: Owner) -> None:
    owner.write(TREE)
    before = (owner.root / "MODULE.bazel").read_text(encoding="utf-8")
    owner.run("-rules=rules_go")
    hi = owner.files["cmd/hi/BUILD.bazel"]
    assert hi.startswith('load("@rules_go//go:def.bzl", "go_binary", "go_library")\n')
    assert '    deps = [\n        "//internal/deep",\n        "@com_example_dep_x//sub",\n    ],\n' in hi
    assert "go_sdk" not in hi
    assert (owner.root / "MODULE.bazel").read_text(encoding="utf-8") == before


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


_LACKING = """
-- MODULE.bazel --
module(name = "mine")
-- go.mod --
module example.com/m

go 1.21
-- m.go --
package m
"""


def test_a_remembered_run_repeats_its_warnings(owner: Owner) -> None:
    owner.write(_LACKING)
    for _ in range(4):
        owner.user.messages.clear()
        owner.run()
        assert [line for line in owner.user.messages if line.startswith("warning: MODULE.bazel does not name the lock")]
    assert "nothing changed since the last run" in owner.user.messages[-1]


def test_init_after_generate(owner: Owner) -> None:
    """It is the first thing that anyone does."""
    owner.write(_LACKING.replace('-- MODULE.bazel --\nmodule(name = "mine")\n', ""))
    owner.run()
    assert [line for line in owner.user.messages if "MODULE.bazel is missing" in line and "generate -init" in line]
    owner.run()
    assert "nothing changed since the last run" in owner.user.messages[-1]
    owner.run("-init")
    assert (owner.root / "MODULE.bazel").exists()
    owner.user.messages.clear()
    owner.run("-init")
    owner.run()
    owner.run("-init")
    assert not [line for line in owner.user.messages if "version control" in line or "MODULE.bazel" in line]
    assert "nothing changed since the last run" in owner.user.messages[-1]


def test_a_module_file_that_bazel_cannot_read(owner: Owner) -> None:
    owner.write(_LACKING.replace('"mine")', '"mine"'))
    with pytest.raises(UsageError, match="not Starlark") as caught:
        owner.run()
    assert caught.value.where == "MODULE.bazel:1"
