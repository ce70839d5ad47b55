"""A monorepo whose lock was made with -overlay and -pgo: the rules use those files, and none that changed since."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from support import txtar
from support.driver import ROOT, Driver
from support.profile import encode
from support.proxy import Proxy, make_proxy
from support.workspaces import Workspaces

pytestmark = pytest.mark.bazel

MODULE = """
-- go.mod --
module example.com/m

go 1.24
-- main.go --
package main

func main() { println("m") }
"""

WORKSPACE = """
-- BUILD.bazel --
-- WORKSPACE.bzlmod --
-- MODULE.bazel --
module(name = "mono")

bazel_dep(name = "gomod2bazel")
local_path_override(module_name = "gomod2bazel", path = "%s")
go_modules = use_extension("@gomod2bazel//rules:extensions.bzl", "go_modules")
go_modules.from_file(goproxy = ["%s"], lock = "//locks:lock.json")
use_repo(go_modules, "example.com_m-av1.0.0", "go_sdk")
register_toolchains("@go_sdk//:all")
-- locks/BUILD.bazel --
"""


@pytest.fixture
def monorepo(driver: Driver, workspaces: Workspaces, tmp_path: Path) -> Iterator[Path]:
    """Make a workspace with a lock of example.com/m, in which runtime/print.go is replaced by a copy."""
    (tmp_path / "m@v1.0.0.txtar").write_text(MODULE, encoding="utf-8")
    proxy = make_proxy(tmp_path / "goproxy", [tmp_path / "m@v1.0.0.txtar"])
    with workspaces.lend() as folder:
        txtar.write(folder, WORKSPACE % (ROOT, proxy.url))
        _lock(driver, folder, proxy)
        yield folder


def _lock(driver: Driver, folder: Path, proxy: Proxy) -> None:
    locks = folder / "locks"
    original = Path(driver.go("env", "GOROOT", cwd=folder).out.strip(), "src/runtime/print.go")
    (locks / "print.txt").write_bytes(original.read_bytes())
    (locks / "o.json").write_text(json.dumps({"Replace": {str(original): "locks/print.txt"}}), encoding="utf-8")
    (locks / "cpu.pgo").write_bytes(encode("main.main:3 10\n"))
    (folder / "sums").write_text(proxy.go_sum, encoding="utf-8")
    flags = ("-goproxy", proxy.url, "-sumfile=sums", "-overlay=locks/o.json", "-pgo=locks/cpu.pgo")
    asked = driver.with_environment(CGO_ENABLED="0")
    done = asked.run("lock", *flags, "-result-file=locks/lock.json", "example.com/m@v1.0.0", cwd=folder)
    assert done.code == 0, done.err


def _bazel(driver: Driver, folder: Path, *arguments: str) -> str:
    done = driver.bazel(*arguments, cwd=folder, CGO_ENABLED="0")
    return done.out if done.code == 0 else done.err


def test_files_that_a_lock_names(driver: Driver, monorepo: Path) -> None:
    inputs = 'mnemonic("GoPreprofile", deps(@example.com_m-av1.0.0//:m))'
    assert "/.gomod2bazel-overlay/pgo/cpu.pgo" in _bazel(driver, monorepo, "aquery", inputs)
    found = _bazel(driver, monorepo, "query", "--output=location", "@go_sdk//:src/runtime/print.go")
    assert Path(found.partition(":")[0]).resolve() == monorepo / "locks" / "print.txt"
    for name in ("print.txt", "cpu.pgo"):
        file = monorepo / "locks" / name
        content = file.read_bytes()
        file.write_bytes(content + b"\n")
        said = _bazel(driver, monorepo, "build", "--nobuild", "@example.com_m-av1.0.0//:m")
        assert f"{name} changed after the lock was made; run `gomod2bazel lock` again" in said
        file.write_bytes(content)
