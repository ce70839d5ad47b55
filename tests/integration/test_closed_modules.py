"""A module without sources: made from one with sources, packed, used, and refused where it does not fit."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import zipfile
from pathlib import Path

import pytest
from support import txtar
from support.documents import checked
from support.driver import Done, Driver

pytestmark = pytest.mark.bazel

_OPEN = """
-- go.mod --
module example.com/open

go 1.26
-- open.go --
package open

type Word struct{ Text string%s }

func New(text string) Word { return Word{Text: text} }
"""

_CLOSED = """
-- go.mod --
module example.com/closed

go 1.26

require example.com/open v1.0.0
-- LICENSE --
ask us
-- lib/lib.go --
// Package lib keeps a secret.
package lib

import (
	_ "embed"

	"example.com/closed/internal/part"
	"example.com/open"
)

//go:embed secret.txt
var secret string

// Answer is all that others may see.
func Answer() open.Word { return open.New(secret + part.Half(42)) }
-- lib/secret.txt --
embedded
-- lib/lib_test.go --
package lib
-- internal/part/part.go --
package part

func Half(n int) string

func digit(n int) string { return " of " + string(rune('0'+n/21)) }
-- internal/part/part_amd64.s --
#include "textflag.h"
TEXT ·Half(SB), NOSPLIT, $0-24
	JMP ·digit(SB)
-- internal/part/part_arm64.s --
#include "textflag.h"
TEXT ·Half(SB), NOSPLIT, $0-24
	JMP ·digit(SB)
"""

_USER = """
-- go.mod --
module example.com/user

go 1.26

require (
	example.com/closed v1.0.0
	example.com/open %s
)
-- main.go --
package main

import "example.com/closed/lib"

func main() { println(lib.Answer().Text) }
"""


class Shop:
    """Who makes the module and who uses it: one folder with sources, a goproxy, and users."""

    def __init__(self, driver: Driver, folder: Path) -> None:
        self.driver = driver
        self.folder = folder
        self.proxy = folder / "goproxy"

    def run(self, *arguments: str | Path) -> Done:
        """Run the driver."""
        return self.driver.run(*arguments, cwd=self.folder)

    def pack(self, tree: str, version: str) -> None:
        """Put a tree into the goproxy."""
        done = self.run("pack", "-version", version, "-destination", self.proxy, tree)
        assert done.code == 0, done.err

    def create(self, *more: str) -> Done:
        """Make the module without sources in the folder ``shipped``."""
        common = ["-goproxy", self.proxy.as_uri(), "-destination", "shipped", "-result-file", "made"]
        return self.run("binary-package", "create", *common, "-version", "v1.0.0", *more, "closed")

    def use(self, version: str = "v1.0.0", *more: str) -> Done:
        """Build the program that uses the module, with one version of what both need."""
        shutil.rmtree(self.folder / "user", ignore_errors=True)
        tree = txtar.write(self.folder / "user", _USER % version)
        tidied = {"GOPROXY": self.proxy.as_uri(), "GOMODCACHE": str(self.folder / "cache"), "GONOSUMDB": "*"}
        done = self.driver.with_environment(**tidied).go("mod", "tidy", cwd=tree)
        assert done.code == 0, done.err
        return self.run("build", "-goproxy", self.proxy.as_uri(), "-destination", "bin", *more, "user")


@pytest.fixture(scope="module")
def shop(driver: Driver, tmp_path_factory: pytest.TempPathFactory) -> Shop:
    """Return a shop whose goproxy has two versions of the open module, and the closed one without sources."""
    folder = tmp_path_factory.mktemp("shop")
    here = Shop(driver.with_environment(CGO_ENABLED="0"), folder)
    for version, field in (("v1.0.0", ""), ("v1.1.0", "; Language string")):
        txtar.write(folder / "open", _OPEN % field)
        here.pack("open", version)
    txtar.write(folder / "closed", _CLOSED)
    sums = here.driver.go("mod", "tidy", cwd=folder / "closed", GOPROXY=here.proxy.as_uri(), GONOSUMDB="*")
    assert sums.code == 0, sums.err
    done = here.create()
    assert done.code == 0, done.err
    here.pack("shipped", "v1.0.0")
    return here


def test_it_is_shipped_without_sources(shop: Shop) -> None:
    goos, goarch = shop.driver.go("env", "GOOS", "GOARCH", cwd=shop.folder).out.split()
    platform = f"{goos}_{goarch}"
    made = (shop.folder / "made").read_text().splitlines()
    assert made == sorted(
        [
            "shipped/LICENSE",
            "shipped/go.mod",
            "shipped/go.sum",
            "shipped/internal/part/doc.go",
            "shipped/lib/doc.go",
            f"shipped/pkg/{platform}/example.com/closed/internal/part.a",
            f"shipped/pkg/{platform}/example.com/closed/lib.a",
        ]
    )
    assert sorted(str(p.relative_to(shop.folder)) for p in shop.folder.glob("shipped/**/*") if p.is_file()) == made
    text = (shop.folder / "shipped" / "lib" / "doc.go").read_text()
    stub = "//go:binary-only-package\n\n// Package lib keeps a secret.\npackage lib\n\nimport (\n"
    stub_imports = ['\t_ "embed"\n', '\t_ "example.com/closed/internal/part"\n', '\t_ "example.com/open"\n', ")\n"]
    assert text == stub + "".join(stub_imports)
    with zipfile.ZipFile(shop.proxy / "example.com" / "closed" / "@v" / "v1.0.0.zip") as archive:
        packed = {f"shipped/{name.partition('@v1.0.0/')[2]}" for name in archive.namelist()}
    assert packed == {*made}


def test_it_is_linked_and_runs(shop: Shop) -> None:
    done = shop.use()
    assert done.code == 0, done.err
    said = subprocess.run([shop.folder / "bin" / "user"], capture_output=True, encoding="utf-8", check=True, timeout=60)
    assert said.stderr == "embedded\n of 2\n"
    # It is the program that the sources give, but for the sum of the module.
    elsewhere = Shop(shop.driver, shop.folder / "sources")
    shutil.copytree(shop.proxy / "example.com" / "open", elsewhere.proxy / "example.com" / "open")
    shutil.copytree(shop.folder / "closed", elsewhere.folder / "closed")
    elsewhere.pack("closed", "v1.0.0")
    done = elsewhere.use()
    assert done.code == 0, done.err
    ours, theirs = ((one.folder / "bin" / "user").read_bytes() for one in (shop, elsewhere))
    sums = [_sum(one) for one in (shop, elsewhere)]
    assert len(sums[0]) == len(sums[1])
    assert sums[0] != sums[1]
    assert ours.replace(sums[0], sums[1]) == theirs


def _sum(shop: Shop) -> bytes:
    lines = (shop.folder / "user" / "go.sum").read_text().splitlines()
    return next(line.split()[2] for line in lines if line.startswith("example.com/closed v1.0.0 h1:")).encode()


def test_a_dependency_that_changed_is_named(shop: Shop) -> None:
    done = shop.use("v1.1.0")
    assert done.code == 1
    assert "example.com/closed/lib.a was compiled against another example.com/open: fingerprint" in done.err
    assert "not built: example.com/user" in done.err


def test_a_platform_without_archives_is_named_for_each_package(shop: Shop) -> None:
    other = "plan9/386"
    done = shop.use("v1.0.0", "-platform", other)
    assert done.code == 1
    for package in ("lib", "internal/part"):
        missing = f"pkg/plan9_386/example.com/closed/{package}.a does not exist; there are archives for "
        assert f"binary-only package example.com/closed/{package}: {missing}" in done.err
    assert "hint: ask the authors of the module for a matching archive" in done.err


def test_an_archive_of_another_toolchain_or_platform_is_refused_in_pkgdir_too(shop: Shop) -> None:
    here = next((shop.folder / "shipped" / "pkg").iterdir())
    other = shop.folder / "pkgdir"
    shutil.copytree(here, other)
    lib = other / "example.com" / "closed" / "lib.a"
    whole = lib.read_bytes()
    goos, goarch = here.name.split("_")
    go = json.loads(shop.driver.go("env", "-json", "GOVERSION", cwd=shop.folder).out)["GOVERSION"]
    lib.write_bytes(whole.replace(f" {go} ".encode(), b" go1.2.3 ", 1))
    done = shop.use("v1.0.0", "-pkgdir", "pkgdir")
    assert done.code == 1
    assert f"{lib} was compiled by go1.2.3, but this build uses {go}" in done.err
    lib.write_bytes(whole.replace(f"go object {goos} {goarch} ".encode(), b"go object plan9 386 ", 1))
    done = shop.use("v1.0.0", "-pkgdir", "pkgdir")
    assert done.code == 1
    assert f"{lib} was compiled for plan9/386, but this build is for {goos}/{goarch}" in done.err
    # In a lock, which is for any machine, there is no -pkgdir.
    lib.write_bytes(whole)
    done = shop.run("lock", "-goproxy", shop.proxy.as_uri(), "-pkgdir", "pkgdir", "user")
    assert done.code == 2
    assert "a lock file cannot refer to archives in -pkgdir" in done.err


def test_a_module_version_is_compiled_as_it_is_served(shop: Shop) -> None:
    source: list[str | Path] = [
        "-goproxy",
        shop.proxy.as_uri(),
        "-destination",
        "/srv",
        "-prefix",
        shop.folder / "staged",
    ]
    done = shop.run("binary-package", "create", "-json", *source, "example.com/open@v1.1.0")
    assert done.code == 0, done.err
    value = checked("binary-package", done.out)
    assert (value["module"], value["version"], value["destination"]) == ("example.com/open", "v1.1.0", "/srv")
    assert {file["kind"] for file in value["files"]} >= {"archive", "stub"}
    assert [message["level"] for message in value["messages"]] == ["warning"]
    assert "example.com/open@v1.1.0: not verified: no go.sum entry and no checksum database" in done.err
    stub = shop.folder / "staged" / "srv" / "doc.go"
    assert stub.read_text() == "//go:binary-only-package\n\npackage open\n"
    assert len(list((stub.parent / "pkg").glob("*/example.com/open.a"))) == 1


def test_what_cannot_be_made_is_said_and_nothing_is_written(shop: Shop) -> None:
    done = shop.create()
    assert done.code == 1
    assert "shipped is not empty" in done.err
    for arguments, code, said in (
        (["-package", "example.com/open"], 2, "-package example.com/open: not a package of example.com/closed@v1.0.0"),
        (["-package", "./lib"], 2, "-package ./lib: not an import path"),
        (["-version", "v2.0.0"], 1, "should be v0 or v1, not v2"),
    ):
        done = shop.create("-destination", "nowhere", *arguments)
        assert (done.code, said in done.err) == (code, True), done.err
    assert not os.path.lexists(shop.folder / "nowhere")
