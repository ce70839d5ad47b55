"""A monorepo on machines without Go: the SDK comes from a goproxy, by the sum that the lock records."""

from __future__ import annotations

import hashlib
import io
import json
import os
import re
import shutil
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from support import txtar
from support.driver import ROOT, Done, Driver
from support.hostile_server import serving, to_whom_knows
from support.proxy import packer
from support.workspaces import Workspaces

from gomod2bazel.base.version import Version

pytestmark = pytest.mark.bazel

OTHER = "go1.25.99"
"""Another release that rules support."""

PLATFORM = {"CGO_ENABLED": "0", "GOARCH": "amd64", "GOOS": "linux"}

TREE = f"""
-- MODULE.bazel --
module(name = "mono")

bazel_dep(name = "gomod2bazel")
local_path_override(module_name = "gomod2bazel", path = "{ROOT}")
go_modules = use_extension("@gomod2bazel//rules:extensions.bzl", "go_modules")
go_modules.from_file(goproxy = ["%GOPROXY%"], lock = "//:gomod2bazel.lock.json")
register_toolchains("@go_sdk//:all")
-- WORKSPACE.bzlmod --
-- .bazelrc --
common --repository_cache=
-- go.mod --
module example.com/nogo

go 1.24
-- main.go --
package main

func main() {{ println("made without Go") }}
"""

# What a build of that module reads of an SDK.
_FOLDERS = ("pkg/include", "pkg/tool", "src/internal", "src/runtime", "src/math", "src/unsafe")


@dataclass(frozen=True, slots=True, kw_only=True)
class Monorepo:
    """A repository whose lock names an SDK, and the goproxy that has it.

    Attributes:
        folder: of the repository.
        goproxy: the folder of the goproxy.
        bin: a folder for a PATH.
        driver: whose Bazel is used.
        go: the version of the SDK, such as go1.26.8.
    """

    folder: Path
    goproxy: Path
    bin: Path
    driver: Driver
    go: str

    @property
    def module(self) -> str:
        """The toolchain module."""
        return f"golang.org/toolchain@v0.0.1-{self.go}.linux-amd64"

    def build(self, *flags: str, goproxy: str = "") -> Done:
        """Build all with a PATH that has no Go, and perhaps with another goproxy."""
        path = self.bin
        path.mkdir(exist_ok=True)
        python = path / "python3"
        if not python.exists():
            python.symlink_to(shutil.which("python3") or "")
        plain = f"{path}{os.pathsep}/usr/bin{os.pathsep}/bin"
        assert not shutil.which("go", path=plain), "this machine has a Go of the system"
        return self.driver.bazel(
            "build", *flags, "//...", cwd=self.folder, PATH=plain, GOPROXY=f"{goproxy or self.goproxy.as_uri()},direct"
        )

    def change_lock(self, old: str, new: str) -> None:
        """Replace some text of the lock."""
        path = self.folder / "gomod2bazel.lock.json"
        text = path.read_text(encoding="utf-8")
        assert old in text
        path.write_text(text.replace(old, new), encoding="utf-8")


def _toolchain(goproxy: Path, goroot: Path, version: str) -> str:
    """Serve the SDK in GOROOT as a module, as far as it is needed, and return the lines of its go.sum.

    It may say that it is another release.
    """
    module = Version("golang.org/toolchain", f"v0.0.1-{version}.linux-amd64")
    files = [goroot / "src/cmd/go/internal/work/security.go"]
    files += [path for folder in _FOLDERS for path in sorted((goroot / folder).rglob("*")) if _is_needed(path)]
    archive, go_mod = _zip(module, goroot, files, version), b"module golang.org/toolchain\n"
    base = goproxy / "golang.org/toolchain/@v"
    packer().put(base / f"{module.version}.zip", archive)
    packer().put(base / f"{module.version}.mod", go_mod)
    packer().put(base / f"{module.version}.info", json.dumps({"Version": module.version}).encode())
    return "".join(packer().sum_lines(module, archive, go_mod))


def _is_needed(path: Path) -> bool:
    """Return whether a module may hold a file of a GOROOT: a nested module is none of it."""
    return path.is_file() and path.name != "go.mod" and not path.name.endswith("_test.go")


def _zip(module: Version, goroot: Path, files: list[Path], version: str) -> bytes:
    """Return a zip in which programs keep their mode, as those of Go's own have it."""
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w") as archive:
        archive.writestr(f"{module}/VERSION", f"{version}\n")
        for file in files:
            entry = zipfile.ZipInfo(f"{module}/{file.relative_to(goroot).as_posix()}")
            entry.external_attr = (0o100755 if os.access(file, os.X_OK) else 0o100644) << 16
            archive.writestr(entry, file.read_bytes())
    return content.getvalue()


@pytest.fixture(scope="module")
def goproxy(driver: Driver, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the folder of a goproxy that has an SDK, next to a go.sum."""
    folder = tmp_path_factory.mktemp("goproxy")
    goroot, version = driver.go("env", "GOROOT", "GOVERSION", cwd=folder).out.split()
    lines = _toolchain(folder / "goproxy", Path(goroot), version) + _toolchain(folder / "goproxy", Path(goroot), OTHER)
    (folder / "go.sum").write_text(lines, encoding="utf-8")
    return folder / "goproxy"


@pytest.fixture
def monorepo(driver: Driver, goproxy: Path, workspaces: Workspaces, tmp_path: Path) -> Iterator[Monorepo]:
    """Return a monorepo that `generate -sdk` was run in."""
    ours = driver.with_environment(**PLATFORM)
    version = ours.go("env", "GOVERSION", cwd=tmp_path).out.strip()
    sumfile = goproxy.parent / "go.sum"
    with workspaces.lend() as tree:
        txtar.write(tree, TREE)
        done = ours.run("generate", "-sdk=linux/amd64", "-goproxy", goproxy.as_uri(), "-sumfile", sumfile, cwd=tree)
        assert done.code == 0, done.err
        yield Monorepo(folder=tree, goproxy=goproxy, bin=tmp_path / "bin", driver=ours, go=version)


def test_without_go(monorepo: Monorepo) -> None:
    done = monorepo.build()
    assert done.code == 0, done.err
    program = monorepo.driver.bazel("run", "//:nogo", cwd=monorepo.folder, GOPROXY=monorepo.goproxy.as_uri())
    assert "made without Go" in program.err
    # Another run of generate, which could fetch nothing, leaves the lock as it is.
    done = monorepo.driver.run("generate", "-check", cwd=monorepo.folder)
    assert done.code == 0, done.out + done.err


def test_what_cannot_be_fetched(monorepo: Monorepo) -> None:
    """A zip with another sum, a goproxy without it, a release that is not known: each is told with its name."""
    lock = json.loads((monorepo.folder / "gomod2bazel.lock.json").read_text(encoding="utf-8"))
    digest = lock["sdk"][0]["zip_sha256"]
    monorepo.change_lock(digest, "ab" * 32)
    done = monorepo.build()
    assert done.code != 0
    assert f"cannot fetch {monorepo.module}: Bazel's warnings say why, for each goproxy" in done.err
    assert f"Checksum was {digest} but wanted {'ab' * 32}" in done.err
    monorepo.change_lock(monorepo.go, "go1.99.0")
    done = monorepo.build()
    assert done.code != 0
    assert "Go 1.99.0 is not supported; supported releases are" in done.err
    monorepo.change_lock("go1.99.0", "go1.26.99")
    done = monorepo.build()
    assert done.code != 0
    assert "cannot fetch golang.org/toolchain@v0.0.1-go1.26.99.linux-amd64" in done.err


def test_a_goproxy_that_needs_a_password(monorepo: Monorepo) -> None:
    with serving(monorepo.goproxy, to_whom_knows("me", "word")) as private:
        done = monorepo.build(goproxy=private.url)
        assert done.code != 0
        assert "GET returned 401 Unauthorized" in done.err
        assert f"cannot fetch {monorepo.module}: " in done.err
        assert "/docs/how-to/private-goproxy.md where it needs a password" in done.err
        done = monorepo.build(goproxy=private.url.replace("//", "//me:word@"))
    assert done.code != 0
    assert "GOPROXY: the URL of the goproxy 127.0.0.1" in done.err
    assert "me:word" not in done.err


def test_the_go_of_the_machine(monorepo: Monorepo) -> None:
    """Where the user says so, and there is none: that is the error."""
    done = monorepo.build("--repo_env=GOMOD2BAZEL_SDK=host")
    assert done.code != 0
    version = monorepo.go.removeprefix("go")
    assert f"no go on PATH, and GOMOD2BAZEL_SDK=host takes the SDK from there: put go{version} on PATH" in done.err
    module = monorepo.folder / "MODULE.bazel"
    module.write_text(module.read_text().replace('["%GOPROXY%"]', '["%GOPROXY%"], sdk = "host"'), encoding="utf-8")
    done = monorepo.build()
    assert done.code != 0
    assert "no go on PATH, and no lock names an SDK to fetch" in done.err


TOOL = """
-- go.mod --
module example.com/tool

go 1.24
-- main.go --
package main

import _ "runtime"

func main() { println(1) }
"""

TWO = """
-- MODULE.bazel --
module(name = "two")

bazel_dep(name = "gomod2bazel")
local_path_override(module_name = "gomod2bazel", path = "{root}")
go_modules = use_extension("@gomod2bazel//rules:extensions.bzl", "go_modules")
go_modules.from_file(goproxy = ["%GOPROXY%"], lock = "//:first.json")
go_modules.from_file(goproxy = ["%GOPROXY%"], group = 2, lock = "//:second.json")
use_repo(go_modules, "example.com_tool-av1.0.0", "example.com_tool-av1.0.0-g2", "go_sdk")
register_toolchains("@go_sdk//:all")
-- WORKSPACE.bzlmod --
-- BUILD.bazel --
"""


@pytest.fixture
def empty(workspaces: Workspaces) -> Iterator[Path]:
    """Return a folder for a workspace."""
    with workspaces.lend() as folder:
        yield folder


def test_locks_for_two_releases(driver: Driver, goproxy: Path, empty: Path, tmp_path: Path) -> None:
    """Each binary is compiled by the SDK of its lock. Nothing is compiled here."""
    ours = driver.with_environment(**PLATFORM)
    served = txtar.proxy(tmp_path, {"tool@v1.0.0": TOOL})
    shutil.copytree(goproxy, served.root, dirs_exist_ok=True)
    tree, sums = txtar.write(empty, TWO.replace("{root}", str(ROOT))), tmp_path / "sums"
    sums.write_text(served.go_sum + (goproxy.parent / "go.sum").read_text(encoding="utf-8"), encoding="utf-8")
    flags = ("-sdk=linux/amd64", "-goproxy", served.url, "-sumfile", sums, "-result-file=first.json")
    done = ours.run("lock", *flags, "example.com/tool@v1.0.0", cwd=tree)
    assert done.code == 0, done.err
    lock = json.loads((tree / "first.json").read_text(encoding="utf-8"))
    module = f"golang.org/toolchain/@v/v0.0.1-{OTHER}.linux-amd64.zip"
    lock["sdk"][0]["zip_sha256"] = hashlib.sha256((goproxy / module).read_bytes()).hexdigest()
    lock["configuration"]["go"] = OTHER
    (tree / "second.json").write_text(json.dumps(lock), encoding="utf-8")
    for group, sdk in (("", "go_sdk"), ("-g2", f"go_sdk_{OTHER[2:]}")):
        main = f"@example.com_tool-av1.0.0{group}//:tool"
        query = f"mnemonic(GoCompile, deps({main})) + mnemonic(GoLink, {main})"
        done = ours.bazel("aquery", "--output=text", query, cwd=tree, GOPROXY=served.url)
        assert done.code == 0, done.err
        used = set(re.findall(r"go_modules[~+](go_sdk[\w.]*)_linux_amd64/pkg/tool", done.out))
        assert used == {sdk}
    library = ours.bazel("build", "--nobuild", "@example.com_tool-av1.0.0-g2//:tool_lib", cwd=tree, GOPROXY=served.url)
    assert "give the Go release of that lock with --@gomod2bazel//rules/config:sdk" in library.err
