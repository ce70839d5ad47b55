"""Leaf modules that do not agree, built from one baseline: one set of versions, bytes of go, what a bump changes."""

from __future__ import annotations

import hashlib
import json
import re
import subprocess
from collections.abc import Mapping
from pathlib import Path

import pytest
from support import baseline as samples
from support.driver import ROOT, Driver

pytestmark = pytest.mark.bazel

_WORKSPACE = """\
module(name = "house")

bazel_dep(name = "gomod2bazel")
local_path_override(module_name = "gomod2bazel", path = "{rules}")

go_modules = use_extension("@gomod2bazel//rules:extensions.bzl", "go_modules")
go_modules.from_file(goproxy = ["file://{goproxy}"], lock = "//:gomod2bazel.lock.json")
use_repo(go_modules, "example.com_low-av1.1.0", "go_sdk")

register_toolchains("@go_sdk//:all")
"""


B = "example.com/b@v1.0.0"


@pytest.fixture
def house(tmp_path: Path) -> Path:
    """Return a folder with a goproxy, two trees and a baseline."""
    samples.serve(tmp_path)
    return tmp_path


def run(driver: Driver, house: Path, *words: str) -> str:
    done = driver.with_environment(CGO_ENABLED="0").run(*words, samples.GOPROXY.format(house), cwd=house)
    assert done.code == 0, done.err
    return done.out


def build(driver: Driver, house: Path) -> tuple[Mapping[str, str], list[int]]:
    """Build both leaf modules; return what each binary's content is, and how many packages each build compiled."""
    compiled = []
    for leaf in ("a", B):
        words = ("build", "-baseline=base.mod", "-set=all", f"-destination=out/{leaf[-8:]}", leaf)
        (count,) = re.findall(r"(\d+) packages? compiled", told(driver, house, *words))
        compiled.append(int(count))
    return {file.name: hashlib.sha256(file.read_bytes()).hexdigest() for file in (house / "out").glob("*/*")}, compiled


def says(house: Path, name: str) -> str:
    """Return what a binary prints."""
    (file,) = (house / "out").glob(f"*/{name}")
    return subprocess.run([file], stderr=subprocess.PIPE, encoding="utf-8", check=True).stderr.strip()


def patch(house: Path) -> None:
    folder = house / "base.patches" / "example.com" / "low@v1.1.0"
    folder.mkdir(parents=True)
    (folder / "0001-say.patch").write_text(samples.PATCH, encoding="utf-8")


def test_a_bump_changes_the_bytes_of_those_it_names(driver: Driver, house: Path) -> None:
    before, _ = build(driver, house)
    assert set(before) == {"left", "other", "alone", "right", "inner", "newer"}
    assert (says(house, "left"), says(house, "right")) == ("left low v1.1.0", "right low v1.1.0")
    assert says(house, "other") == says(house, "newer") == "other v1.1.0"
    assert functions(driver, house) == [["Say"]]
    words = ("baseline", "impact", "example.com/low@v1.2.0", "-baseline=base.mod", "-json", "a", B)
    named = {one["import_path"].rpartition("/")[2] for one in json.loads(run(driver, house, *words))["binaries"]}
    base = house / "base.mod"
    base.write_text(samples.BASELINE.replace("low v1.1.0", "low v1.2.0"), encoding="utf-8")
    after, compiled = build(driver, house)
    assert {name for name in before if before[name] != after[name]} == named == {"left", "right", "inner"}
    # low, left and cmd/left; then low/inner, right, cmd/right and cmd/inner: what depends on low, and nothing else.
    assert compiled == [3, 4]


def functions(driver: Driver, house: Path) -> list[list[str]]:
    """Return which vulnerable functions the built binaries of b have."""
    words = ("baseline", "audit", "-osv=osv", "-baseline=base.mod", "-json", f"-built=out/{B[-8:]}", B)
    done = driver.with_environment(CGO_ENABLED="0").run(*words, samples.GOPROXY.format(house), cwd=house)
    assert done.code == 1, done.err
    return [one["linked"] for one in json.loads(done.out)["findings"][0]["binaries"]]


def test_a_changed_baseline_is_noticed(driver: Driver, house: Path) -> None:
    words = ("build", "-baseline=base.mod", "-binary=example.com/b/cmd/inner", "-set=test-helper", "-destination=out/b")
    run(driver, house, *words, "b")
    first = says(house, "inner")
    assert "nothing changed" in told(driver, house, *words, "b")
    patch(house)
    assert "nothing changed" not in told(driver, house, *words, "b")
    assert (first, says(house, "inner")) == ("inner v1.1.0", "inner patched")


def told(driver: Driver, house: Path, *words: str) -> str:
    done = driver.with_environment(CGO_ENABLED="0").run(*words, samples.GOPROXY.format(house), cwd=house)
    assert done.code == 0, done.err
    return done.err


@pytest.mark.parametrize("leaf", ["a", B])
def test_bytes_are_those_of_go_build_with_the_same_go_mod(leaf: str, driver: Driver, house: Path) -> None:
    patch(house)
    lines = run(driver, house, "verify", "-baseline=base.mod", "-set=all", leaf).splitlines()
    assert len(lines) == 3
    assert all(line.startswith("equal ") for line in lines), lines


def test_a_monorepo_has_the_patched_source(driver: Driver, house: Path) -> None:
    patch(house)
    run(driver, house, "lock", "-baseline=base.mod", "-result-file=gomod2bazel.lock.json", "example.com/b@v1.0.0")
    text = _WORKSPACE.format(rules=ROOT, goproxy=house / "goproxy")
    for name, content in (("MODULE.bazel", text), ("BUILD.bazel", ""), ("WORKSPACE.bzlmod", "")):
        (house / name).write_text(content, encoding="utf-8")

    def asked(*words: str) -> str:
        done = driver.bazel(*words, cwd=house)
        assert done.code == 0, done.err
        return done.out

    try:
        asked("build", "@example.com_low-av1.1.0//:inner", "@example.com_low-av1.1.0//:low")
        base = Path(asked("info", "output_base").strip())
        (folder,) = base.glob("external/*example.com_low-av1.1.0")
        fetched = {name: (folder / name).read_bytes() for name in ("low.go", "inner/inner.go")}
    finally:
        asked("shutdown")
    # As the go command unpacked it for the private workspace; other tests patch modules of that name too.
    folders = driver.caches.modules.glob("*/example.com/low@v1.1.1-0.patched.x*")
    assert fetched in [
        {name: (one / name).read_bytes() for name in fetched if (one / name).exists()} for one in folders
    ]
    assert b'"inner patched"' in fetched["inner/inner.go"]
    assert fetched["low.go"].decode().endswith('// Das Ende, schön.\n\nconst More = "größer"\n')
