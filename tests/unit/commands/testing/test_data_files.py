"""The files of a module as data of all its tests."""

from __future__ import annotations

from pathlib import Path

from support import txtar

from gomod2bazel.commands.testing import data_files
from gomod2bazel.commands.testing.module_copy import ModuleCopy

_TREE = """
-- .bazelignore --
testdata/workspace
-- BUILD.bazel --
load("@gomod2bazel//rules:defs.bzl", "go_library", "go_test")

go_library(
    name = "m",
)
-- go.mod --
module m
-- m.go --
package m
-- doc/a.md --
-- testdata/x.go --
-- testdata/workspace/y --
-- sub/BUILD.bazel --
load(
    "@gomod2bazel//rules:defs.bzl",
    "go_test",
)
-- sub/golden.txt --
-- sub/s.go --
package sub
"""


def _copy(root: Path) -> ModuleCopy:
    txtar.write(root, _TREE)
    return ModuleCopy(root=root, module=root, home=root, go_work="off")


def test_every_test_gets_what_is_not_a_source(tmp_path: Path) -> None:
    data_files.add_data(_copy(tmp_path))
    top, sub = ((tmp_path / name).read_text(encoding="utf-8") for name in ("BUILD.bazel", "sub/BUILD.bazel"))
    assert top.startswith(
        'load("@gomod2bazel//rules:defs.bzl", "go_library")\nload("//:gomod2bazel_tests.bzl", "go_test")\n'
    )
    assert '    srcs = [":.bazelignore", ":doc/a.md", ":go.mod", ":testdata/x.go"],\n' in top
    assert sub.startswith('load("//:gomod2bazel_tests.bzl", "go_test")\n')
    assert '    srcs = [":golden.txt"],\n' in sub
    macro = (tmp_path / "gomod2bazel_tests.bzl").read_text(encoding="utf-8")
    assert 'data = data + ["//:gomod2bazel_data", "//sub:gomod2bazel_data"]' in macro


def test_too_many_files_are_left_out(tmp_path: Path) -> None:
    copy = _copy(tmp_path)
    for number in range(2001):
        (tmp_path / "doc" / f"{number}").touch()
    data_files.add_data(copy)
    assert not (tmp_path / "gomod2bazel_tests.bzl").exists()
    assert "filegroup" not in (tmp_path / "BUILD.bazel").read_text(encoding="utf-8")
