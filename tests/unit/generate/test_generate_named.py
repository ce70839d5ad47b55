"""Packages that BUILD files name and no Go file imports: the lock has them, as gazelle's repositories do."""

from __future__ import annotations

from pathlib import Path

import pytest
from support import txtar
from support.lock_value import lock_value
from support.owner import Owner
from support.realgo import RealGo

DEP = """
-- go.mod --
module example.com/dep-x

go 1.20
-- sub/sub.go --
package sub
-- gone/gone.go --
package gone
-- kept/kept.go --
package kept
-- windows/windows_windows.go --
package windows
-- cmd/plugin/main.go --
package main

import _ "example.com/dep-x/gone"

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
-- BUILD.bazel --
load("@rules_go//proto:compiler.bzl", "go_proto_compiler")

# visibility = ["@com_example_dep_x//sub/..."]
go_proto_compiler(
    name = "compiler",
    plugin = "@com_example_dep_x//cmd/plugin",
    deps = [
        "@com_example_dep_x//:nothing",
        "@com_example_dep_x//windows",
        "@com_example_other//:go_default_library",
    ],
)
-- lib/BUILD.bazel --
load("@gomod2bazel//rules:defs.bzl", "go_library")

go_library(
    name = "lib",
    srcs = ["lib.go"],
    importpath = "example.com/m/lib",
    visibility = ["//visibility:public"],
    deps = [
        "@com_example_dep_x//gone",
        "@com_example_dep_x//kept",  # keep
    ],
)
-- lib/lib.go --
package lib
"""


@pytest.fixture
def owner(tmp_path: Path, go: RealGo) -> Owner:
    """Return the owner of a repository with such labels."""
    owner = Owner(tmp_path, go)
    owner.proxy = txtar.proxy(tmp_path / "named", {"dep@v1.0.0": DEP})
    for path in owner.files:
        (owner.root / path).unlink()
    owner.write(TREE)
    return owner


def packages(owner: Owner) -> list[str]:
    """Return the import paths of the packages that the lock has of the other module."""
    modules = lock_value((owner.root / "go.lock.json").read_text(encoding="utf-8"))["modules"]
    return [package["import_path"].removeprefix("example.com/dep-x/") for m in modules for package in m["packages"]]


def test_labels_that_stay(owner: Owner) -> None:
    owner.run("-platform=linux/amd64")
    assert packages(owner) == ["cmd/plugin", "gone", "kept"], "gone is an import of the plugin"
    assert '"com_example_dep_x",' in (owner.root / "MODULE.bazel").read_text(encoding="utf-8")
    assert "gone" not in owner.files["lib/BUILD.bazel"]
    owner.run("-check", "-platform=linux/amd64")


def test_labels_that_go_with_an_import(owner: Owner) -> None:
    """What generate takes out of deps is in no lock: a second run would change it."""
    (owner.root / "BUILD.bazel").unlink()
    owner.run("-platform=linux/amd64")
    assert packages(owner) == ["kept"]
    owner.run("-check", "-platform=linux/amd64")


def test_all_labels_where_only_loads_change(owner: Owner) -> None:
    (owner.root / "BUILD.bazel").unlink()
    owner.run("-loads", "-platform=linux/amd64")
    assert packages(owner) == ["gone", "kept"]


def test_labels_for_one_of_several_platforms(owner: Owner) -> None:
    owner.run("-platform=linux/amd64,windows/amd64")
    assert packages(owner) == ["cmd/plugin", "gone", "kept", "windows"]
    owner.run("-check")


def test_labels_of_the_lock_of_another_group(owner: Owner) -> None:
    """They name packages of another version, or binaries that `gomod2bazel lock` found."""
    file = owner.root / "BUILD.bazel"
    file.write_text(file.read_text(encoding="utf-8").replace("_dep_x//", "_dep_x_g2//"), encoding="utf-8")
    owner.run("-platform=linux/amd64")
    assert packages(owner) == ["kept"]
    module = owner.root / "MODULE.bazel"
    text = module.read_text(encoding="utf-8").replace("from_file(", "from_file(group = 2, ")
    module.write_text(text, encoding="utf-8")
    owner.run("-platform=linux/amd64")
    assert packages(owner) == ["cmd/plugin", "gone"]


def test_modules_of_gazelles_extension_that_go_mod_lacks(owner: Owner) -> None:
    module = owner.root / "MODULE.bazel"
    gazelle = """
go_deps = use_extension("@bazel_gazelle//:extensions.bzl", "go_deps")
go_deps.module(
    path = "example.com/other",
    sum = "h1:x",
    version = "v1.2.0",
)
go_deps.module(path = "example.com/dep-x", version = "v1.0.0")
go_deps.module(path = "example.com/not-named", version = "v1.0.0")
"""
    module.write_text(module.read_text(encoding="utf-8") + gazelle, encoding="utf-8")
    owner.run("-loads", "-platform=linux/amd64")
    notes = [line for line in owner.user.messages if "go get" in line]
    assert notes == [
        "warning: BUILD files name @com_example_other, but go.mod does not require example.com/other: "
        "run go get example.com/other@v1.2.0"
    ]


PROTOBUF = """
-- go.mod --
module google.golang.org/protobuf

go 1.20
-- cmd/protoc-gen-go/main.go --
package main

func main() {}
-- runtime/protoimpl/protoimpl.go --
package protoimpl
-- types/known/anypb/anypb.go --
package anypb
-- testing/protocmp/protocmp.go --
package protocmp
"""

GRPC = """
-- go.mod --
module google.golang.org/grpc

go 1.20
-- grpc.go --
package grpc
-- codes/codes.go --
package codes
"""

MESSAGES = """
-- MODULE.bazel --
go_modules = use_extension("@gomod2bazel//rules:extensions.bzl", "go_modules")
go_modules.from_file(lock = "//:go.lock.json")
-- go.mod --
module example.com/m

go 1.24

require (
	google.golang.org/grpc v1.0.0
	google.golang.org/protobuf v1.0.0
)
-- lib/lib.go --
package lib
-- greet/BUILD.bazel --
load("@gomod2bazel//proto:def.bzl", "go_proto_library")

go_proto_library(
    name = "greet_go_proto",
    importpath = "example.com/m/greet",
    proto = ":greet_proto",
)
"""


def test_what_go_proto_library_runs_and_compiles(tmp_path: Path, go: RealGo) -> None:
    """No Go file is there that imports it, and no tool line."""
    owner = Owner(tmp_path, go)
    owner.proxy = txtar.proxy(tmp_path / "proto", {"protobuf@v1.0.0": PROTOBUF, "grpc@v1.0.0": GRPC})
    for path in owner.files:
        (owner.root / path).unlink()
    owner.write(MESSAGES)
    owner.run("-platform=linux/amd64", "lib")
    protobuf = "google.golang.org/protobuf"
    messages = [f"{protobuf}/{path}" for path in ("cmd/protoc-gen-go", "runtime/protoimpl", "types/known/anypb")]
    assert packages(owner) == messages
    assert "org_golang" not in (owner.root / "MODULE.bazel").read_text(encoding="utf-8"), "no label names them"
    file = owner.root / "greet/BUILD.bazel"
    rule = '    compilers = ["@gomod2bazel//proto:go_grpc"],\n    importpath'
    file.write_text(file.read_text(encoding="utf-8").replace("    importpath", rule), encoding="utf-8")
    owner.run("-platform=linux/amd64")
    assert packages(owner) == ["google.golang.org/grpc", "google.golang.org/grpc/codes", *messages]
    owner.run("-check", "-platform=linux/amd64")
