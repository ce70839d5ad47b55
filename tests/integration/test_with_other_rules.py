"""docs/how-to/with-other-rules.md and what docs/how-to/query.md says of diffs, before a real Bazel.

A small module plays rules_go: its go_library has another provider than ours.
"""

from __future__ import annotations

import re
import subprocess
import tarfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from support import txtar
from support.driver import ROOT, Driver
from support.workspaces import Workspaces

pytestmark = pytest.mark.bazel

PAGE = (ROOT / "docs/how-to/with-other-rules.md").read_text(encoding="utf-8")
QUERIES = (ROOT / "docs/how-to/query.md").read_text(encoding="utf-8")

DEP = '-- go.mod --\nmodule example.com/dep\n\ngo 1.24\n-- dep.go --\npackage dep\n\nconst Name = "dep"\n'

TREE = """
-- WORKSPACE.bzlmod --
-- .gitignore --
/bazel-*
-- MODULE.bazel --
module(name = "app")

bazel_dep(name = "gomod2bazel", version = "0.1.0")
bazel_dep(name = "rules_go", version = "0.1.0")
local_path_override(module_name = "gomod2bazel", path = "CHECKOUT")
local_path_override(module_name = "rules_go", path = "RULES_GO")

go_modules = use_extension("@gomod2bazel//rules:extensions.bzl", "go_modules")
go_modules.from_file(goproxy = ["GOPROXY"], lock = "//:gomod2bazel.lock.json")
register_toolchains("@go_sdk//:all")
-- go.mod --
module example.org/app

go 1.24

require example.com/dep v1.0.0
-- cmd/hello/main.go --
package main

import "example.com/dep"

func main() { println("hello", dep.Name) }
-- cmd/server/main.go --
package main

import "example.org/app/plain"

func main() { println("server", plain.Name) }
-- plain/plain.go --
package plain

const Name = "plain"
-- plain/plain_test.go --
package plain

import "testing"

func TestName(t *testing.T) {
	if Name == "" {
		t.Fatal()
	}
}
-- lib/lib.go --
package lib
-- lib/BUILD.bazel --
BOTH
-- layer/BUILD.bazel --
LAYER
-- theirs/BUILD.bazel --
# gomod2bazel:ignore
load("@rules_go//go:def.bzl", "go_library")

go_library(
    name = "theirs",
    srcs = ["theirs.go"],
    data = ["//cmd/hello"],
    importpath = "example.org/app/theirs",
    visibility = ["//visibility:public"],
)
-- mixed/BUILD.bazel --
# gomod2bazel:ignore
load("@gomod2bazel//rules:defs.bzl", "go_library")

go_library(
    name = "mixed",
    srcs = ["mixed.go"],
    data = ["//theirs"],
    importpath = "example.org/app/mixed",
    deps = ["//theirs"],
)
-- mixed/mixed.go --
package mixed
"""

RULES_GO = """
-- MODULE.bazel --
module(name = "rules_go", version = "0.1.0")
-- go/BUILD.bazel --
-- go/def.bzl --
GoInfo = provider(doc = "Another one.", fields = [])

def _impl(ctx):
    return [DefaultInfo(files = depset(ctx.files.srcs + ctx.files.data)), GoInfo()]

go_library = rule(
    implementation = _impl,
    attrs = {
        "data": attr.label_list(),
        "deps": attr.label_list(providers = [GoInfo]),
        "importpath": attr.string(),
        "srcs": attr.label_list(allow_files = True),
    },
)
"""


def _block(start: str) -> str:
    (text,) = [
        str(text) for text in re.findall(r"^```starlark\n(.*?)^```$", PAGE, re.M | re.S) if str(text).startswith(start)
    ]
    return text


@dataclass(frozen=True)
class Workspace:
    """A workspace with both rule sets, in a git repository with one commit."""

    root: Path
    driver: Driver

    def query(self, expression: str) -> list[str]:
        """Return the labels that a query prints."""
        done = self.driver.run("query", expression, cwd=self.root, timeout=600)
        assert done.code == 0, done.err
        return [line.split("\t")[0] for line in done.out.splitlines()]

    def git(self, *arguments: str) -> None:
        """Run git."""
        names = ("-c", "user.name=x", "-c", "user.email=x@example.org")
        subprocess.run(["git", *names, *arguments], cwd=self.root, check=True, capture_output=True)

    def generate(self) -> None:
        """Bring BUILD files and lock up to date."""
        done = self.driver.run("generate", cwd=self.root, timeout=600)
        assert done.code == 0, done.err


@pytest.fixture(scope="module")
def workspace(driver: Driver, workspaces: Workspaces, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Workspace]:
    folder = tmp_path_factory.mktemp("other-rules")
    proxy = txtar.proxy(folder, {"dep@v1.0.0": DEP, "dep@v1.1.0": DEP.replace('"dep"', '"newer"')})
    rules_go = txtar.write(folder / "rules_go", RULES_GO)
    values = {"CHECKOUT": str(ROOT), "RULES_GO": str(rules_go), "GOPROXY": f"file://{proxy.root}"}
    values |= {"BOTH": _block("load(").rstrip(), "LAYER": _block("genrule(").rstrip()}
    tree = TREE
    for name, value in values.items():
        tree = re.sub(rf"\b{name}\b", lambda _, value=value: value, tree)  # type: ignore[misc]
    with workspaces.lend() as root:
        txtar.write(root, tree)
        (root / "theirs/theirs.go").write_text("package theirs\n", encoding="utf-8")
        (root / "go.sum").write_text(proxy.go_sum, encoding="utf-8")
        made = Workspace(root, driver.with_environment(GOPROXY=f"file://{proxy.root}"))
        made.generate()
        made.git("init", "-q", "-b", "main")
        made.git("add", "-A")
        made.git("commit", "-q", "-m", "x")
        yield made


def test_programs_are_packed(workspace: Workspace) -> None:
    done = workspace.driver.bazel("build", "//layer", cwd=workspace.root, timeout=900)
    assert done.code == 0, done.err
    with tarfile.open(workspace.root / "bazel-bin/layer/layer.tar") as archive:
        members = {member.name: (member.mode, member.mtime, member.uid) for member in archive.getmembers()}
        program = archive.extractfile("usr/bin/hello")
        assert program is not None
        assert program.read() == (workspace.root / "bazel-bin/cmd/hello/hello_/hello").read_bytes()
    assert members == {"usr/bin/hello": (0o755, 0, 0), "usr/bin/server": (0o755, 0, 0)}


def test_rules_of_both_sets(workspace: Workspace) -> None:
    assert (workspace.root / "lib/BUILD.bazel").read_text(encoding="utf-8") == _block("load("), "generate keeps it"
    done = workspace.driver.bazel("build", "//lib/...", "//theirs", cwd=workspace.root, timeout=900)
    assert done.code == 0, done.err
    refused = workspace.driver.bazel("build", "//mixed", cwd=workspace.root, timeout=900)
    assert refused.code != 0
    message = "deps has @@//theirs:theirs, which is not a go_library of gomod2bazel."
    assert f"//mixed:mixed: {message}" in refused.err
    assert message.replace("theirs", "lib") in PAGE
    assert "docs/how-to/with-other-rules.md" in refused.err


def test_what_a_diff_affects(workspace: Workspace) -> None:
    for query in re.findall(r"gomod2bazel query '(.*affected\(.*)'", QUERIES):
        assert workspace.query(query.replace("origin/main", "HEAD")) == []
    plain = workspace.root / "plain/plain.go"
    plain.write_text(plain.read_text(encoding="utf-8").replace('"plain"', '"changed"'), encoding="utf-8")
    assert workspace.query("tests(affected(HEAD))") == ["//plain:plain_test"]
    assert workspace.query("binaries() intersect affected(HEAD)") == ["//cmd/server:server"]
    affected = workspace.query("affected(HEAD)")
    assert affected == [
        "//cmd/server:server",
        "//cmd/server:server_lib",
        "//layer:layer",
        "//plain:plain",
        "//plain:plain_test",
    ]
    workspace.git("checkout", "-q", ".")


def test_a_newer_module_affects_what_depends_on_it(workspace: Workspace) -> None:
    file = workspace.root / "go.mod"
    file.write_text(file.read_text(encoding="utf-8").replace("v1.0.0", "v1.1.0"), encoding="utf-8")
    workspace.generate()
    assert workspace.query("binaries() intersect affected(main)") == ["//cmd/hello:hello"]
    assert workspace.query("tests(affected(main))") == []
    workspace.git("checkout", "-q", ".")
