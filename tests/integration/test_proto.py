"""docs/how-to/proto.md before a real Bazel: its files are written, its commands run, and the bytes are those of go."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest
from support import txtar
from support.driver import ROOT, Driver

# Long: plugins are compiled as tools, and so is the standard library.
pytestmark = [pytest.mark.bazel, pytest.mark.network, pytest.mark.nightly]

PAGE = ROOT / "docs/how-to/proto.md"

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
-- cmd/hello/main.go --
package main

func main() {}
-- tools/BUILD.bazel --
filegroup(name = "protoc", srcs = ["protoc.sh"], visibility = ["//visibility:public"])
-- tools/protoc.sh --
#!/bin/sh
exec PYTHON -m grpc_tools.protoc "$@"
-- words/BUILD.bazel --
load("@gomod2bazel//proto:def.bzl", "go_proto_library")
load("@gomod2bazel//rules:defs.bzl", "go_library")
load("@rules_proto//proto:defs.bzl", "proto_library")

proto_library(
    name = "words_proto",
    srcs = ["words.proto"],
    deps = ["//greet:greet_proto"],
)

# Its .proto file has no go_package.
go_proto_library(
    name = "words_go_proto",
    importpath = "example.org/app/words",
    proto = ":words_proto",
    deps = ["//greet"],
)

go_library(
    name = "words",
    srcs = ["more.go"],
    embed = [":words_go_proto"],
    importpath = "example.org/app/words",
    visibility = ["//visibility:public"],
)
-- words/words.proto --
syntax = "proto3";

package words;

import "greet/greet.proto";

message Words {
  repeated greet.Greeting greetings = 1;
}
-- words/more.go --
package words

func (w *Words) Last() string { return w.Greetings[len(w.Greetings)-1].Text }
"""

# Of all packages.
MAIN = """
package main

import (
	"example.org/app/greet"
	"example.org/app/words"
)

func main() {
	w := &words.Words{Greetings: []*greet.Greeting{{Text: "first"}, {Text: "last"}}}
	println(w.Last())
}
"""

SHELL = """
gomod2bazel() { "$PYTHON" -P -m gomod2bazel "$@"; }
bazel() { command="$1"; shift; "$BAZEL" "--bazelrc=$RC" "$command" --proto_compiler=//tools:protoc "$@"; }
"""


def script() -> str:
    """Return the shell's words for the page, up to its reference."""
    page = PAGE.read_text(encoding="utf-8").partition("## You get")[0]
    steps = []
    for path, text, command in re.findall(r"^`([^`\n]+)`:\n\n```\w+\n(.*?)^```$|^    (\S[^\n]*)$", page, re.M | re.S):
        steps.append(command or f"mkdir -p $(dirname {path})\ncat >{path} <<'-- end --'\n{text}-- end --")
    assert len(steps) >= 10
    return SHELL + "\n".join(steps)


def test_the_page(networked: Driver, tmp_path: Path) -> None:
    proxy = networked.go("env", "GOMODCACHE", cwd=tmp_path).out.strip()
    values = {"CHECKOUT": str(ROOT), "PYTHON": sys.executable, '"GOPROXY"': f'"file://{proxy}/cache/download"'}
    tree = TREE
    for name, value in values.items():
        tree = tree.replace(name, value)
    root = txtar.write(tmp_path / "app", tree)
    (root / "tools/protoc.sh").chmod(0o755)
    (root / "words").rename(tmp_path / "words")
    environment = {"PYTHON": sys.executable, "RC": str(networked.bazelrc()), "GOFLAGS": "-modcacherw"}
    driver = networked.with_environment(**environment)
    done = _shell(driver, root, script())
    assert done.stdout.splitlines()[-1] == "hello"
    build = (root / "greet/BUILD.bazel").read_text(encoding="utf-8")
    assert build in PAGE.read_text(encoding="utf-8"), "generate keeps it"

    (tmp_path / "words").rename(root / "words")
    target, made = "//words:words_go_proto", "bazel-bin/words/words_go_proto_/example.org/app/words/words.pb.go"
    _shell(driver, root, f"{SHELL}\nbazel build --output_groups=go_generated_srcs {target}\ncp {made} words/")
    (root / "cmd/hello/main.go").write_text(MAIN, encoding="utf-8")
    _shell(driver, root, f"{SHELL}\ngomod2bazel generate\nbazel build //cmd/hello")
    assert 'srcs = ["more.go"],' in (root / "words/BUILD.bazel").read_text(encoding="utf-8")
    ours = (root / "bazel-bin/cmd/hello/hello_/hello").read_bytes()
    flags = ("-trimpath", "-buildvcs=false", "-ldflags=-buildid=")
    theirs = driver.go("build", *flags, "-o", tmp_path / "hello", "./cmd/hello", cwd=root)
    assert theirs.code == 0, theirs.err
    assert ours == (tmp_path / "hello").read_bytes()
    driver.bazel("shutdown", cwd=root)


def _shell(driver: Driver, root: Path, text: str) -> subprocess.CompletedProcess[str]:
    done = subprocess.run(
        ["sh", "-e"],
        input=text,
        cwd=root,
        env=dict(driver.environment),
        capture_output=True,
        encoding="utf-8",
        timeout=1200,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done
