"""Packages with a go_proto_library: what is checked in of generated files is not a source of the go_library."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from support.driver import ROOT
from support.lock_value import lock_value
from support.owner import Owner
from support.realgo import RealGo

from gomod2bazel.generate.loading.proto_packages import GRPC, MESSAGES

# As gazelle writes them; bazel-watcher has them so.
TREE = """
-- MODULE.bazel --
-- go.mod --
module example.com/m

go 1.21
-- query/BUILD.bazel --
load("@io_bazel_rules_go//go:def.bzl", "go_library")
load("@io_bazel_rules_go//proto:def.bzl", "go_proto_library")
load("@rules_proto//proto:defs.bzl", "proto_library")

proto_library(
    name = "query_proto",
    srcs = ["build.proto"],
)

go_proto_library(
    name = "query_go_proto",
    compilers = ["@io_bazel_rules_go//proto:go_grpc"],
    importpath = "example.com/m/query",
    proto = ":query_proto",
    visibility = ["//visibility:public"],
    deps = ["//words:words_go_proto"],
)

go_library(
    name = "query_lib",
    embed = [":query_go_proto"],
    importpath = "example.com/m/query",
    visibility = ["//visibility:public"],
)
-- query/build.pb.go --
package query

import _ "example.com/m/words"
-- query/build_grpc.pb.go --
package query
-- words/BUILD.bazel --
load("@rules_go//proto:def.bzl", "go_proto_library")

go_proto_library(
    name = "words_go_proto",
    importpath = "example.com/m/words",
    protos = ["//words/proto"],
    visibility = ["//visibility:public"],
)
-- words/words.pb.go --
package words
-- mixed/BUILD.bazel --
load("@gomod2bazel//proto:def.bzl", "go_proto_library")
load("@gomod2bazel//rules:defs.bzl", "go_library")

go_proto_library(
    name = "mixed_go_proto",
    importpath = "example.com/m/mixed",
    proto = ":mixed_proto",
)

go_library(
    name = "mixed",
    srcs = [
        "mixed.pb.go",
        "old.go",
    ],
    embed = [":mixed_go_proto"],
    importpath = "example.com/m/mixed",
    visibility = ["//visibility:public"],
)
-- mixed/mixed.pb.go --
package mixed
-- mixed/more.go --
package mixed

import _ "example.com/m/query"
-- plain/plain.pb.go --
package plain

import _ "example.com/m/words"
"""


@pytest.fixture
def owner(tmp_path: Path, go: RealGo) -> Owner:
    """Return the owner of a repository with such packages."""
    owner = Owner(tmp_path, go)
    for path in owner.files:
        (owner.root / path).unlink()
    owner.write(TREE)
    return owner


def test_rules_are_kept_and_found(owner: Owner) -> None:
    before = owner.files
    owner.run("-platform=linux/amd64")
    files = owner.files
    ours = before["query/BUILD.bazel"].replace("@io_bazel_rules_go//proto", "@gomod2bazel//proto")
    ours = ours.replace("@io_bazel_rules_go//go:def.bzl", "@gomod2bazel//rules:defs.bzl")
    assert sorted(files["query/BUILD.bazel"].splitlines()) == sorted(ours.splitlines()), "load lines alone"
    assert files["mixed/BUILD.bazel"] == before["mixed/BUILD.bazel"].replace(
        '        "mixed.pb.go",\n        "old.go",\n    ],\n', ""
    ).replace("    srcs = [\n", '    srcs = ["more.go"],\n').replace(
        '    visibility = ["//visibility:public"],\n',
        '    visibility = ["//visibility:public"],\n    deps = ["//query:query_lib"],\n',
    )
    assert 'srcs = ["plain.pb.go"],' in files["plain/BUILD.bazel"], "nothing generates it"
    assert 'deps = ["//words:words_go_proto"],' in files["plain/BUILD.bazel"]
    assert "go_library" not in files["words/BUILD.bazel"]
    owner.run("-check", "-platform=linux/amd64")


def test_load_lines_alone(owner: Owner) -> None:
    before = owner.files
    owner.run("-loads", "-platform=linux/amd64")
    files = owner.files
    assert 'load("@gomod2bazel//proto:def.bzl", "go_proto_library")' in files["words/BUILD.bazel"]
    assert 'compilers = ["@gomod2bazel//proto:go_grpc"],' in files["query/BUILD.bazel"]
    owner.run("-loads", "-rules=rules_go")
    back = owner.files
    for path in ("query/BUILD.bazel", "words/BUILD.bazel"):
        assert sorted(back[path].splitlines()) == sorted(
            before[path].replace("@io_bazel_rules_go//", "@rules_go//").splitlines()
        ), "but for the order of loads"


UNSEEN = """
-- greet/BUILD.bazel --
load("@gomod2bazel//proto:def.bzl", "go_proto_library")

go_proto_library(
    name = "greet_go_proto",
    importpath = "example.com/m/greet",
    proto = ":greet_proto",
    visibility = ["//visibility:public"],
)
-- bye-bye/v2/BUILD.bazel --
load("@gomod2bazel//proto:def.bzl", "go_grpc_library")
load("@gomod2bazel//rules:defs.bzl", "go_library")

go_grpc_library(
    name = "bye_go_proto",
    importpath = "example.com/m/bye-bye/v2",
    proto = ":bye_proto",
)

go_library(
    name = "bye",
    embed = [":bye_go_proto"],
    importpath = "example.com/m/bye-bye/v2",
    visibility = ["//visibility:public"],
)
-- elsewhere/BUILD.bazel --
load("@gomod2bazel//proto:def.bzl", "go_proto_library")

go_proto_library(
    name = "elsewhere_go_proto",
    importpath = "example.org/other/elsewhere",
    proto = ":elsewhere_proto",
)
-- uses/uses.go --
package uses

import (
	_ "example.com/m/bye-bye/v2"
	_ "example.com/m/greet"
)
"""


def test_packages_whose_files_are_not_checked_in(owner: Owner) -> None:
    """The go command does not see them; their importers load all the same."""
    owner.write(TREE + UNSEEN)
    before = owner.files
    owner.run("-platform=linux/amd64")
    files = owner.files
    for path in ("greet/BUILD.bazel", "bye-bye/v2/BUILD.bazel", "elsewhere/BUILD.bazel"):
        assert files[path] == before[path]
    assert '        "//bye-bye/v2:bye",\n        "//greet:greet_go_proto",\n' in files["uses/BUILD.bazel"]
    owner.run("-check", "-platform=linux/amd64")


def test_the_lock_has_the_standard_packages_of_generated_files(owner: Owner) -> None:
    lock = """
go_modules = use_extension("@gomod2bazel//rules:extensions.bzl", "go_modules")
go_modules.from_file(lock = "//:go.lock.json")
"""
    owner.write(TREE + UNSEEN)
    (owner.root / "MODULE.bazel").write_text(lock, encoding="utf-8")
    owner.run("-platform=linux/amd64")
    standard = lock_value((owner.root / "go.lock.json").read_text(encoding="utf-8"))["standard"]
    assert standard["imports"] == ["context", "reflect", "sync"]


def test_the_compilers_name_the_same_packages() -> None:
    text = (ROOT / "proto/BUILD.bazel").read_text(encoding="utf-8")
    assert set(re.findall(r'"(google\.golang\.org/[^"]+)"', text)) == {*MESSAGES, *GRPC}
