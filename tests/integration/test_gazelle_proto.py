"""BUILD files as gazelle wrote them, with gRPC and a plugin of the repository: `generate -loads`, and a real Bazel.

The files have what those of bazel-watcher and grpc-gateway have.
"""

from __future__ import annotations

import shutil
import sys
from pathlib import Path

import pytest
from support import txtar
from support.driver import ROOT, Driver

# Long: plugins are compiled as tools, and so is the standard library.
pytestmark = [pytest.mark.bazel, pytest.mark.network, pytest.mark.nightly]

COMMAND = "gomod2bazel generate -loads"
PAGE = ROOT / "docs/migrate-from-gazelle.md"

# protoc comes from the Python package grpcio-tools.
TREE = """
-- MODULE.bazel --
module(name = "app")

bazel_dep(name = "gomod2bazel", version = "0.1.0")
bazel_dep(name = "rules_proto", version = "6.0.2")
local_path_override(module_name = "gomod2bazel", path = "CHECKOUT")

go_modules = use_extension("@gomod2bazel//rules:extensions.bzl", "go_modules")
go_modules.from_file(goproxy = ["GOPROXY"], lock = "//:gomod2bazel.lock.json")
register_toolchains("@go_sdk//:all")
-- go.mod --
module example.org/app

go 1.25.0

require (
	google.golang.org/grpc v1.85.0
	google.golang.org/protobuf v1.36.12
)
-- tools/BUILD.bazel --
filegroup(name = "protoc", srcs = ["protoc.sh"], visibility = ["//visibility:public"])
-- tools/protoc.sh --
#!/bin/sh
exec PYTHON -m grpc_tools.protoc "$@"
-- BUILD.bazel --
load("@io_bazel_rules_go//proto:compiler.bzl", "go_proto_compiler")
load("@io_bazel_rules_go//proto/wkt:well_known_types.bzl", "PROTO_RUNTIME_DEPS", "WELL_KNOWN_TYPES_APIV2")

go_proto_compiler(
    name = "messages",
    options = ["paths=source_relative"],
    plugin = "@org_golang_google_protobuf//cmd/protoc-gen-go",
    suffix = ".pb.go",
    visibility = ["//visibility:public"],
    deps = PROTO_RUNTIME_DEPS + WELL_KNOWN_TYPES_APIV2,
)

go_proto_compiler(
    name = "services",
    options = ["paths=source_relative"],
    plugin = "@org_golang_google_grpc_cmd_protoc_gen_go_grpc//:protoc-gen-go-grpc",
    suffix = "_grpc.pb.go",
    visibility = ["//visibility:public"],
    deps = PROTO_RUNTIME_DEPS + [
        "@org_golang_google_grpc//:go_default_library",
        "@org_golang_google_grpc//codes:go_default_library",
        "@org_golang_google_grpc//status:go_default_library",
    ],
)
-- names/BUILD.bazel --
load("@io_bazel_rules_go//go:def.bzl", "go_binary", "go_library", "go_test")
load("@io_bazel_rules_go//proto:compiler.bzl", "go_proto_compiler")

go_library(
    name = "names_lib",
    srcs = ["main.go"],
    importpath = "example.org/app/names",
    deps = ["@org_golang_google_protobuf//compiler/protogen"],
)

go_binary(
    name = "names",
    embed = [":names_lib"],
    importpath = "example.org/app/formerly/names",
    visibility = ["//visibility:public"],
)

go_proto_compiler(
    name = "go_gen_names",
    plugin = ":names",
    suffix = ".pb.names.go",
    visibility = ["//visibility:public"],
)
-- names/main.go --
// A plugin of protoc: the names of services.
package main

import (
	"google.golang.org/protobuf/compiler/protogen"
)

func main() {
	protogen.Options{}.Run(func(plugin *protogen.Plugin) error {
		for _, file := range plugin.Files {
			if !file.Generate {
				continue
			}
			written := plugin.NewGeneratedFile(file.GeneratedFilenamePrefix+".pb.names.go", file.GoImportPath)
			written.P("package ", file.GoPackageName)
			for _, service := range file.Services {
				written.P("const Name", service.GoName, " = ", `"`, service.Desc.FullName(), `"`)
			}
		}
		return nil
	})
}
-- greet/BUILD.bazel --
load("@io_bazel_rules_go//go:def.bzl", "go_library", "go_test")
load("@io_bazel_rules_go//proto:def.bzl", "go_proto_library")
load("@rules_proto//proto:defs.bzl", "proto_library")

proto_library(
    name = "greet_proto",
    srcs = ["greet.proto"],
)

go_proto_library(
    name = "greet_go_proto",
    compilers = [
        "//:messages",
        "//:services",
        "//names:go_gen_names",
    ],
    importpath = "example.org/app/greet",
    proto = ":greet_proto",
)

go_library(
    name = "greet",
    embed = [":greet_go_proto"],
    importpath = "example.org/app/greet",
    visibility = ["//visibility:public"],
)

# No embed: gazelle writes external tests so.
go_test(
    name = "greet_test",
    srcs = [
        "greet_test.go",
        "greet_windows_test.go",
    ],
    deps = [":greet"],
)
-- greet/greet.proto --
syntax = "proto3";

package greet;

option go_package = "example.org/app/greet";

message Greeting {
  string text = 1;
}

service Greeter {
  rpc Greet(Greeting) returns (Greeting);
}
-- greet/greet_test.go --
package greet_test

import (
	"testing"

	"example.org/app/greet"
)

func TestNames(t *testing.T) {
	if greet.NameGreeter != greet.Greeter_ServiceDesc.ServiceName {
		t.Fatal(greet.NameGreeter)
	}
}
-- greet/greet_windows_test.go --
package greet_test

import "testing"

func TestWindows(t *testing.T) { t.Fatal("of another system") }
-- builtin/BUILD.bazel --
load("@io_bazel_rules_go//proto:def.bzl", "go_grpc_library")
load("@rules_proto//proto:defs.bzl", "proto_library")

proto_library(
    name = "builtin_proto",
    srcs = ["builtin.proto"],
)

go_grpc_library(
    name = "builtin_go_proto",
    importpath = "example.org/app/builtin",
    proto = ":builtin_proto",
)
-- builtin/builtin.proto --
syntax = "proto3";

package builtin;

service Nothing {
}
-- system/BUILD.bazel --
load("@io_bazel_rules_go//go:def.bzl", "go_library")

go_library(
    name = "system",
    srcs = ["system_windows.go"],
    importpath = "example.org/app/system",
    visibility = ["//visibility:public"],
)
-- system/system_windows.go --
package system
-- cmd/hello/BUILD.bazel --
load("@io_bazel_rules_go//go:def.bzl", "go_binary", "go_library")

go_library(
    name = "hello_lib",
    srcs = ["main.go"],
    importpath = "example.org/app/cmd/hello",
    deps = ["//greet"] + select({
        "@io_bazel_rules_go//go/platform:windows": [
            "//system",
        ],
        "//conditions:default": [],
    }),
)

go_binary(
    name = "hello",
    embed = [":hello_lib"],
)
-- cmd/hello/main.go --
package main

import "example.org/app/greet"

func main() {
	greeting := &greet.Greeting{Text: greet.NameGreeter}
	println(greeting.GetText(), greet.NewGreeterClient(nil) != nil)
}
"""

PLUGIN = "google.golang.org/grpc/cmd/protoc-gen-go-grpc"
FLAGS = ("--incompatible_enable_proto_toolchain_resolution=false", "--proto_compiler=//tools:protoc")


@pytest.fixture
def root(networked: Driver, tmp_path: Path) -> Path:
    """Return a repository that gazelle kept, before gomod2bazel."""
    proxy = networked.go("env", "GOMODCACHE", cwd=tmp_path).out.strip()
    values = {"CHECKOUT": str(ROOT), "PYTHON": sys.executable, '"GOPROXY"': f'"file://{proxy}/cache/download"'}
    tree = TREE
    for name, value in values.items():
        tree = tree.replace(name, value)
    root = txtar.write(tmp_path / "app", tree)
    (root / "tools/protoc.sh").chmod(0o755)
    return root


def test_the_files_build_after_one_command(networked: Driver, root: Path) -> None:
    assert f"    {COMMAND} " in PAGE.read_text(encoding="utf-8")
    driver = networked.with_environment(GOFLAGS="-modcacherw")
    _go(
        driver,
        root,
        "get",
        f"{PLUGIN}@v1.6.2",
        "google.golang.org/grpc",
        "google.golang.org/protobuf/cmd/protoc-gen-go",
    )
    _generate(driver, root)
    _bazel(driver, root, "build", "//...")
    _bazel(driver, root, "test", "//...")
    _bazel(driver, root, "build", "--output_groups=go_generated_srcs", "//greet:greet_go_proto")
    # No generated file was there so far; the go command needs them.
    for file in (root / "bazel-bin/greet/greet_go_proto_/example.org/app/greet").glob("*.go"):
        shutil.copyfile(file, root / "greet" / file.name)
    ours = (root / "bazel-bin/cmd/hello/hello_/hello").read_bytes()
    flags = ("-trimpath", "-buildvcs=false", "-ldflags=-buildid=")
    _go(driver, root, "build", *flags, "-o", str(root.parent / "hello"), "./cmd/hello")
    assert ours == (root.parent / "hello").read_bytes()
    driver.bazel("shutdown", cwd=root)


def _generate(driver: Driver, root: Path) -> None:
    done = driver.run(*COMMAND.split()[1:], cwd=root, timeout=600)
    assert done.code == 0, done.err


def _go(driver: Driver, root: Path, *arguments: str) -> None:
    done = driver.go(*arguments, cwd=root, timeout=600)
    assert done.code == 0, done.err


def _bazel(driver: Driver, root: Path, command: str, *arguments: str) -> None:
    done = driver.bazel(command, *FLAGS, *arguments, cwd=root, timeout=1800)
    assert done.code == 0, done.err
