"""Bazel's own commands in a monorepo: `bazel mod tidy`, `bazel vendor`, --lockfile_mode=error. Nothing is built."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from support import txtar
from support.driver import ROOT, Done, Driver
from support.workspaces import Workspaces

pytestmark = pytest.mark.bazel

DEP = "-- go.mod --\nmodule example.com/dep\n\ngo 1.20\n-- dep.go --\npackage dep\n\nimport _ %s\n"
TOP = DEP.replace("example.com/dep", "example.com/top").replace("package dep", "package top")
TOP = TOP.replace("go 1.20\n", "go 1.20\n\nrequire example.com/dep v1.0.0\n")

TREE = """
-- WORKSPACE.bzlmod --
-- MODULE.bazel --
module(name = "mono")

bazel_dep(name = "gomod2bazel")
local_path_override(module_name = "gomod2bazel", path = "%(root)s")
go_modules = use_extension("@gomod2bazel//rules:extensions.bzl", "go_modules")
go_modules.from_file(goproxy = ["file://%%workspace%%/goproxy"], lock = "//:gomod2bazel.lock.json")
register_toolchains("@go_sdk//:all")
-- .bazelignore --
goproxy
-- .bazelrc --
common --repository_cache=
-- go.mod --
module example.com/mono

go 1.20

require (
	example.com/dep v1.0.0 // indirect
	example.com/top v1.0.0
)
-- mono.go --
package mono

import _ "example.com/top"
-- buildozer/MODULE.bazel --
module(name = "buildozer", version = "7.1.2")
-- buildozer/BUILD.bazel --
-- buildozer/buildozer_binary.bzl --
def _impl(rctx):
    rctx.file("BUILD.bazel", "exports_files([\\"buildozer.exe\\"])")
    rctx.file("buildozer.exe", "#!/bin/sh\\ncat >%(log)s\\n", executable = True)

_binary = repository_rule(implementation = _impl)

buildozer_binary = module_extension(implementation = lambda mctx: _binary(name = "buildozer_binary"))
"""
"""With a buildozer that writes down what `bazel mod tidy` tells it to do."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Monorepo:
    """A repository that `gomod2bazel generate` has been run in.

    Attributes:
        folder: its root.
        module: the text of its MODULE.bazel.
        driver: whose Bazel is used.
        log: the file with buildozer's commands.
    """

    folder: Path
    module: str
    driver: Driver
    log: Path

    def bazel(self, *arguments: str, folder: Path | None = None) -> Done:
        """Run Bazel in the repository, or in another folder."""
        return self.driver.bazel(*arguments, cwd=folder or self.folder)

    def tidy(self, module: str) -> tuple[Done, list[str]]:
        """Run `bazel mod tidy` with another MODULE.bazel; return what buildozer is told of use_repo."""
        self.log.unlink(missing_ok=True)
        (self.folder / "MODULE.bazel").write_text(module, encoding="utf-8")
        try:
            done = self.bazel("mod", "tidy", f"--override_module=buildozer={self.folder}/buildozer")
        finally:
            (self.folder / "MODULE.bazel").write_text(self.module, encoding="utf-8")
        lines = self.log.read_text(encoding="utf-8").splitlines() if self.log.exists() else []
        return done, [command for line in lines for command in line.split("|") if command.startswith("use_repo")]


@pytest.fixture(scope="module")
def monorepo(driver: Driver, workspaces: Workspaces, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Monorepo]:
    log = tmp_path_factory.mktemp("mod") / "log"
    with workspaces.lend() as folder:
        proxy = txtar.proxy(folder, {"dep@v1.0.0": DEP % '"errors"', "top@v1.0.0": TOP % '"example.com/dep"'})
        txtar.write(folder, TREE % {"root": ROOT, "log": log})
        (folder / "go.sum").write_text(proxy.go_sum, encoding="utf-8")
        made = driver.with_environment(CGO_ENABLED="0").run("generate", "-goproxy", proxy.url, cwd=folder)
        assert made.code == 0, made.err
        module = (folder / "MODULE.bazel").read_text(encoding="utf-8")
        yield Monorepo(folder=folder, module=module, driver=driver, log=log)


def test_tidy_finds_nothing_to_do_where_generate_was(monorepo: Monorepo) -> None:
    done, commands = monorepo.tidy(monorepo.module)
    assert done.code == 0, done.err
    assert commands == []
    assert "use_repo" not in done.err


def test_tidy_adds_what_is_imported_and_removes_the_rest(monorepo: Monorepo) -> None:
    """A repository that is there no more, and one that only other modules import."""
    module = monorepo.module.replace("com_example_top", "example.com_top-av0.9.0")
    module = module.replace('"go_sdk"', '"com_example_dep"')
    done, commands = monorepo.tidy(module)
    assert done.code == 0, done.err
    assert commands == [
        "use_repo_add go_modules com_example_top go_sdk",
        "use_repo_remove go_modules com_example_dep example.com_top-av0.9.0",
    ]


def test_tidy_leaves_a_lock_alone_that_does_not_know(monorepo: Monorepo) -> None:
    """That of a module: which of its dependencies the monorepo's own rules name is not in it, but its tag may say."""
    lock = monorepo.folder / "gomod2bazel.lock.json"
    text = lock.read_text(encoding="utf-8")
    lock.write_text(text.replace('"direct":true,\n', "", 1), encoding="utf-8")
    assert lock.read_text(encoding="utf-8") != text
    module = monorepo.module.replace('"go_sdk"', '"com_example_dep"')
    try:
        done, commands = monorepo.tidy(module)
        told, more = monorepo.tidy(module.replace("from_file(", 'from_file(direct = ["example.com/dep"], '))
    finally:
        lock.write_text(text, encoding="utf-8")
    assert (done.code, told.code) == (0, 0), (done.err, told.err)
    assert commands == []
    assert more == ["use_repo_add go_modules go_sdk", "use_repo_remove go_modules com_example_top"]


def test_no_lock_of_bazel_is_needed(monorepo: Monorepo) -> None:
    """With --lockfile_mode=error, extensions are refused that are not in MODULE.bazel.lock and not reproducible."""
    done = monorepo.bazel("query", "--lockfile_mode=error", "@com_example_top//:all")
    assert done.code == 0, done.err
    assert done.out == "@com_example_top//:go_default_library\n@com_example_top//:top\n"
    refused = monorepo.bazel(
        "mod", "tidy", "--lockfile_mode=error", f"--override_module=buildozer={monorepo.folder}/buildozer"
    )
    assert refused.code != 0
    assert "does not exist in the lockfile" in refused.err


def test_vendored_modules_serve_in_another_checkout(monorepo: Monorepo, tmp_path: Path) -> None:
    """There, the goproxy need not be."""
    top = monorepo.bazel("query", "labels(actual, @com_example_top//:top)").out.strip()
    repositories = ("--repo=@com_example_top", f"--repo={top.partition('//')[0]}")
    done = monorepo.bazel("vendor", "--vendor_dir=_vendor", *repositories)
    assert done.code == 0, done.err
    other = tmp_path / "other"
    shutil.copytree(monorepo.folder, other, symlinks=True, ignore=shutil.ignore_patterns("goproxy", "bazel-*"))
    query = ("query", "labels(srcs, labels(actual, @com_example_top//:top))")
    try:
        found = monorepo.bazel(*query, "--vendor_dir=_vendor", folder=other)
        missing = monorepo.bazel(*query, folder=other)
    finally:
        monorepo.bazel("shutdown", folder=other)
    assert found.code == 0, found.err
    assert found.out == f"{top.removesuffix('top')}dep.go\n"
    assert "out-of-date" not in found.err
    assert missing.code != 0
