"""`generate -loads` where rules_go has Go packages of its own, and goes on building some folders."""

from __future__ import annotations

from pathlib import Path

import pytest
from support import txtar
from support.owner import Owner
from support.realgo import RealGo

DEP = """
-- go.mod --
module github.com/bazelbuild/rules_go

go 1.20
-- go/runfiles/runfiles.go --
package runfiles
-- go/tools/bazel_testing/testing.go --
package bazel_testing
"""

ELSEWHERE = """
-- go.mod --
module example.com/elsewhere

go 1.20
-- elsewhere.go --
package elsewhere
"""

TREE = """
-- MODULE.bazel --
go_deps = use_extension("@gazelle//:extensions.bzl", "go_deps")
go_deps.from_file(go_mod = "//:go.mod")
use_repo(go_deps, "com_example_elsewhere")

go_modules = use_extension("@gomod2bazel//rules:extensions.bzl", "go_modules")
go_modules.from_file(lock = "//:go.lock.json")
-- go.mod --
module example.com/m

go 1.24

require (
	example.com/elsewhere v1.0.0
	github.com/bazelbuild/rules_go v1.0.0
)
-- lib/BUILD.bazel --
load("@io_bazel_rules_go//go:def.bzl", "go_library")
load("@io_bazel_rules_go//go/tools/bazel_testing:def.bzl", "go_bazel_test")

go_library(
    name = "lib",
    srcs = ["lib.go"],
    importpath = "example.com/m/lib",
    deps = [
        "@io_bazel_rules_go//go/config",
        "@io_bazel_rules_go//go/runfiles",
        "@io_bazel_rules_go//go/tools/bazel_testing:go_default_library",
    ],
)

go_bazel_test(
    name = "its_test",
    deps = ["@io_bazel_rules_go//go/tools/bazel_testing:go_default_library"],
)
-- lib/lib.go --
package lib

import _ "github.com/bazelbuild/rules_go/go/runfiles"
-- e2e/BUILD.bazel --
# gomod2bazel:ignore
load("@io_bazel_rules_go//go:def.bzl", "go_library")

go_library(
    name = "e2e",
    srcs = ["e2e.go"],
    importpath = "example.com/m/e2e",
    deps = ["@com_example_elsewhere//:elsewhere"],
)
-- e2e/e2e.go --
package e2e

import _ "example.com/elsewhere"
"""


@pytest.fixture
def owner(tmp_path: Path, go: RealGo) -> Owner:
    """Return the owner of a repository that depends on Go packages of rules_go."""
    owner = Owner(tmp_path, go)
    owner.proxy = txtar.proxy(tmp_path / "modules", {"rules_go@v1.0.0": DEP, "elsewhere@v1.0.0": ELSEWHERE})
    for path in owner.files:
        (owner.root / path).unlink()
    owner.write(TREE)
    return owner


def test_packages_of_rules_go_are_those_of_its_module_and_back(owner: Owner) -> None:
    before = owner.files["lib/BUILD.bazel"]
    owner.run("-loads", "-platform=linux/amd64")
    library, _, test = owner.files["lib/BUILD.bazel"].partition("go_bazel_test(")
    assert 'load("@gomod2bazel//rules:defs.bzl", "go_library")' in library
    assert 'load("@io_bazel_rules_go//go/tools/bazel_testing:def.bzl", "go_bazel_test")' in library
    assert '        "@io_bazel_rules_go//go/config",\n' in library, "not a Go package"
    assert '        "@com_github_bazelbuild_rules_go//go/runfiles",\n' in library
    assert '        "@com_github_bazelbuild_rules_go//go/tools/bazel_testing:go_default_library",\n' in library
    assert "@io_bazel_rules_go//go/tools/bazel_testing:go_default_library" in test, "rules_go builds that one"
    owner.run("-loads", "-check", "-platform=linux/amd64")
    owner.run("-loads", "-rules=rules_go")
    back = owner.files["lib/BUILD.bazel"].replace("@rules_go//", "@io_bazel_rules_go//")
    assert sorted(back.splitlines()) == sorted(before.splitlines())


def test_a_folder_that_stays_with_rules_go_keeps_its_repositories(owner: Owner) -> None:
    before = owner.files["e2e/BUILD.bazel"]
    owner.run("-loads", "-platform=linux/amd64")
    assert owner.files["e2e/BUILD.bazel"] == before
    module = (owner.root / "MODULE.bazel").read_text(encoding="utf-8")
    assert 'use_repo(go_deps, "com_example_elsewhere")\n' in module
    assert module.count("com_example_elsewhere") == 1
    assert '    "com_github_bazelbuild_rules_go",\n' in module


BOTH = """\
load("@gomod2bazel//rules:defs.bzl", "go_library")
load("@rules_go//go:def.bzl", rules_go_library = "go_library")  # keep

go_library(
    name = "both",
    srcs = ["both.go"],
    importpath = "example.com/m/both",
    visibility = ["//visibility:public"],
)

rules_go_library(
    name = "both_for_rules_go",
    srcs = ["both.go"],
    importpath = "example.com/m/both",
)
"""


def test_a_package_for_both_rule_sets(owner: Owner) -> None:
    owner.write(f"-- both/both.go --\npackage both\n-- both/BUILD.bazel --\n{BOTH}")
    owner.run("-loads", "-platform=linux/amd64")
    assert owner.files["both/BUILD.bazel"] == BOTH
    owner.run("-platform=linux/amd64", "both")
    assert owner.files["both/BUILD.bazel"] == BOTH
    above = BOTH.replace("  # keep", "").replace('load("@rules_go', '# keep: for both\nload("@rules_go')
    owner.write(f"-- both/BUILD.bazel --\n{above}")
    owner.run("-platform=linux/amd64", "both")
    assert owner.files["both/BUILD.bazel"] == above
