"""A monorepo whose lock is for several configurations: target platform and a target's own word choose among them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from support import txtar
from support.driver import ROOT, Done, Driver
from support.parity import SAME
from support.workspaces import Workspaces

pytestmark = pytest.mark.bazel

MODULE = """
-- go.mod --
module example.com/m

go 1.24
-- main.go --
package main

import "example.com/m/here"

func main() { println(here.Name) }
-- here/here_amd64.go --
package here

const Name = "amd64"
-- here/here_arm64.go --
package here

import "example.com/m/only"

const Name = only.Name
-- only/only.go --
//go:build arm64

package only

const Name = "arm64"
-- cmd/far/far_arm64.go --
package main

func main() { println("far") }
"""

WORKSPACE = """
-- WORKSPACE.bzlmod --
-- MODULE.bazel --
module(name = "mono")

bazel_dep(name = "platforms", version = "0.0.9")
bazel_dep(name = "gomod2bazel")
local_path_override(module_name = "gomod2bazel", path = "%s")
go_modules = use_extension("@gomod2bazel//rules:extensions.bzl", "go_modules")
go_modules.from_file(goproxy = ["%s"], lock = "//:lock.json")
use_repo(go_modules, "example.com_m-av1.0.0", "go_sdk")
register_toolchains("@go_sdk//:all")
"""

BUILD = """\
load("@gomod2bazel//rules:defs.bzl", "go_binary")

platform(
    name = "theirs",
    constraint_values = ["@platforms//os:linux", "@platforms//cpu:aarch64"],
)

# As the lock has it, whatever the target platform is.
go_binary(
    name = "amd64",
    embed = ["@example.com_m-av1.0.0//:m_lib"],
    goarch = "amd64",
    goos = "linux",
)
"""

M = "@example.com_m-av1.0.0//"
ARM64 = "--platforms=@gomod2bazel//rules/platforms:linux_arm64"


@dataclass(frozen=True, slots=True, kw_only=True)
class Monorepo:
    """A workspace, and what runs in it."""

    driver: Driver
    folder: Path
    goproxy: str

    def lock(self, platforms: str) -> None:
        """Lock the module for these platforms."""
        flags = ("-goproxy", self.goproxy, "-sumfile=sums", "-platform", platforms, "-result-file=lock.json")
        done = self.driver.run("lock", *flags, "example.com/m@v1.0.0", cwd=self.folder)
        assert done.code == 0, done.err

    def bazel(self, *arguments: str) -> Done:
        """Run Bazel to its end."""
        return self.driver.bazel(*arguments, cwd=self.folder)


@pytest.fixture(scope="module")
def monorepo(driver: Driver, workspaces: Workspaces, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Monorepo]:
    """Make a workspace with a lock of example.com/m for two platforms."""
    work = tmp_path_factory.mktemp("variants")
    driver = driver.with_environment(CGO_ENABLED="0")
    proxy = txtar.proxy(work, {"m@v1.0.0": MODULE})
    with workspaces.lend() as folder:
        txtar.write(folder, WORKSPACE % (ROOT, proxy.url))
        made = Monorepo(driver=driver, folder=folder, goproxy=proxy.url)
        (folder / "sums").write_text(proxy.go_sum, encoding="utf-8")
        made.lock("linux/amd64,linux/arm64")
        (folder / "BUILD.bazel").write_text(BUILD, encoding="utf-8")
        yield made


def test_bytes_are_those_of_go_for_each_platform(monorepo: Monorepo, tmp_path: Path) -> None:
    done = monorepo.bazel("build", ARM64, f"{M}:set-target", "//:amd64")
    assert done.code == 0, done.err
    for goarch, name in (("amd64", "//:amd64"), ("arm64", f"{M}:m"), ("arm64", f"{M}:cmd/far")):
        listed = monorepo.bazel("cquery", ARM64, "--output=files", name)
        path = monorepo.folder / listed.out.strip()
        assert path.is_file(), listed.err
        assert path.read_bytes() == _reference(monorepo, goarch, name, tmp_path).read_bytes(), f"{name} for {goarch}"


def _reference(monorepo: Monorepo, goarch: str, name: str, tmp_path: Path) -> Path:
    """Install a binary with the go command, which allows no GOBIN for another platform than its own."""
    folder = tmp_path / goarch / name.rpartition(":")[2]
    package = "example.com/m/cmd/far" if name.endswith("far") else "example.com/m"
    done = monorepo.driver.go(
        "install",
        *SAME,
        f"{package}@v1.0.0",
        cwd=tmp_path,
        GOARCH=goarch,
        GOOS="linux",
        GOPATH=str(folder),
        GOPROXY=monorepo.goproxy,
    )
    assert done.code == 0, done.err
    (made,) = (path for path in (folder / "bin").rglob("*") if path.is_file())
    return made


def test_what_is_asked_of_bazel_about_them(monorepo: Monorepo) -> None:
    amd64 = "--platforms=@gomod2bazel//rules/platforms:linux_amd64"
    # Query knows no configuration, and so all dependencies; cquery those of one.
    assert f"{M}:only" in monorepo.bazel("query", f"deps({M}:m)").out.split()
    for platform, there in ((amd64, False), ("--platforms=//:theirs", True)):
        listed = monorepo.bazel("cquery", platform, f"deps({M}:m)").out
        assert "example.com_m-av1.0.0//:m_lib (" in listed
        assert ("example.com_m-av1.0.0//:only (" in listed) is there
    said = monorepo.bazel("build", "--nobuild", amd64, f"{M}:only").err
    assert "//:only is incompatible and cannot be built" in said
    done = monorepo.bazel("build", "--nobuild", amd64, f"{M}:all")
    assert done.code == 0, done.err


def test_what_the_lock_does_not_have(monorepo: Monorepo) -> None:
    windows = "--platforms=@gomod2bazel//rules/platforms:windows_amd64"
    said = monorepo.bazel("build", "--nobuild", windows, f"{M}:m").err
    assert "the lock has no configuration for windows/amd64; it has linux_amd64, linux_arm64." in said
    assert "`gomod2bazel lock -platform linux/amd64,linux/arm64,windows/amd64`" in said
    said = monorepo.bazel("build", "--nobuild", ARM64, "--@gomod2bazel//rules/config:instrument=race", f"{M}:m").err
    assert "the lock has no configuration for linux/arm64 with race" in said
    # One platform alone, and no select. It comes last: the lock is another from here on.
    monorepo.lock("linux/amd64")
    said = monorepo.bazel("build", "--nobuild", ARM64, f"{M}:m").err
    assert "the lock has no configuration for linux/arm64; it has linux_amd64." in said
    done = monorepo.bazel("build", "--nobuild", "//:amd64", ARM64)
    assert done.code == 0, done.err
