"""From gazelle, and back: docs/migrate-from-gazelle.md says what becomes of the files in gazelle/before.txtar."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from support.owner import Owner
from support.realgo import RealGo

BEFORE = (Path(__file__).parent / "gazelle/before.txtar").read_text(encoding="utf-8")


LIB = """\
load("@gomod2bazel//rules:defs.bzl", "go_library", "go_test")

# What others use.
go_library(
    name = "go_default_library",
    srcs = [
        "lib.go",  # The heart of it.
        "lib_linux.go",
    ],
    importpath = "example.com/m/lib",
    visibility = ["//visibility:public"],
    deps = [
        "//mine:kept",  # keep
        "@com_example_dep_x//sub",
    ],
)

go_test(
    name = "go_default_test",
    size = "small",
    srcs = [
        "external_test.go",
        "lib_test.go",
    ],
    data = ["//mine:data"],
    embed = [":go_default_library"],
)
"""


def test_the_page_shows_the_same_files() -> None:
    page = (Path(__file__).parents[3] / "docs/migrate-from-gazelle.md").read_text(encoding="utf-8")
    before, after = re.findall(r"^```starlark\n(.*?)^```$", page, re.M | re.S)
    assert f"-- lib/BUILD.bazel --\n{before}-- " in BEFORE
    assert after == LIB


@pytest.fixture
def owner(tmp_path: Path, go: RealGo) -> Owner:
    """Return the owner of a repository that gazelle kept."""
    owner = Owner(tmp_path, go)
    owner.write(BEFORE.partition("\n")[2])
    return owner


def test_there_and_back(owner: Owner) -> None:
    before = owner.files
    owner.run("-platform=linux/amd64")
    files = owner.files
    assert sorted(files) == sorted(before)
    assert files["BUILD.bazel"] == before["BUILD.bazel"]
    assert files["lib/BUILD.bazel"] == LIB
    hi = files["cmd/hi/BUILD.bazel"]
    assert 'load("@rules_proto//proto:defs.bzl", "proto_library")\n' in hi
    assert '        "//lib:go_default_library",\n' in hi or 'deps = ["//lib:go_default_library"]' in hi
    assert 'x_defs = {"main.version": "{STABLE_VERSION}"},' in hi
    assert "@rules_go" not in hi
    module = (owner.root / "MODULE.bazel").read_text(encoding="utf-8")
    assert "use_repo(go_deps)\n" in module, "a name is of one repository"
    assert module.count('"com_example_dep_x",') == 1
    owner.run("-check")
    owner.run("-rules=rules_go")
    back = owner.files
    assert 'load("@rules_go//go:def.bzl", "go_library", "go_test")' in back["lib/BUILD.bazel"]
    for text in back.values():
        for ours in ("@gomod2bazel", "@go_sdk", "lang =", "module =", "buildinfo", "-av1.0.0"):
            assert ours not in text, "neither loads nor attributes nor labels of ours are left"
    assert '        "@com_example_dep_x//sub",\n' in back["lib/BUILD.bazel"]
    tags = '    tags = [\n        "gomod2bazel",\n        "target",\n    ],\n'
    assert tags in back["cmd/hi/BUILD.bazel"]
    assert back["cmd/hi/BUILD.bazel"].replace(tags, "") == before["cmd/hi/BUILD.bazel"]
    owner.run("-rules=rules_go", "-check")


def test_load_lines_alone_and_back(owner: Owner) -> None:
    before = owner.files
    owner.run("-loads", "-platform=linux/amd64")
    files = owner.files
    assert sorted(files) == sorted(before)
    for path, text in files.items():
        assert _without_loads(text) == _without_loads(before[path])
        assert "rules_go//go:def.bzl" not in text
    assert '"com_example_dep_x",' in (owner.root / "MODULE.bazel").read_text(encoding="utf-8")
    assert (owner.root / "gomod2bazel.lock.json").exists()
    owner.run("-loads", "-check")
    owner.run("-loads", "-rules=rules_go", "lib")
    assert "@rules_go//go:def.bzl" in owner.files["lib/BUILD.bazel"]
    assert "@gomod2bazel//" in owner.files["cmd/hi/BUILD.bazel"]
    owner.run("-loads", "-rules=rules_go")
    back = owner.files
    assert {path: text.replace("@rules_go//", "@io_bazel_rules_go//") for path, text in back.items()} == {
        path: text.replace("@rules_go//", "@io_bazel_rules_go//") for path, text in before.items()
    }


def _without_loads(text: str) -> str:
    lines = "".join(line for line in text.splitlines(keepends=True) if not line.startswith("load("))
    return lines.replace("@gomod2bazel//go/platform:", "@io_bazel_rules_go//go/platform:")


def test_what_was_selected_is_taken_back_too(owner: Owner) -> None:
    owner.run("-platform=linux/amd64,windows/amd64")
    assert "@go_sdk//config:" in owner.files["lib/BUILD.bazel"]
    owner.run("-rules=rules_go", "-platform=linux/amd64")
    text = owner.files["lib/BUILD.bazel"]
    assert "select" not in text
    assert '"lib_linux.go",' in text
