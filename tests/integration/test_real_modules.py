"""Modules that many people use: the same binaries as the go command's, nothing done twice, the standard library shared.

They come from the user's own sources, as GOPROXY and the module cache have them.
"""

from __future__ import annotations

import json
from itertools import product
from pathlib import Path

import pytest
from support.driver import Driver
from support.parity import compare, install

from gomod2bazel.base.counts import count

MODULES = [
    ("github.com/BurntSushi/toml", "v1.4.0"),
    ("filippo.io/age", "v1.2.0"),
    ("github.com/junegunn/fzf", "v0.56.3"),
    ("github.com/klauspost/compress", "v1.17.11"),
]


def _build(driver: Driver, module: str, version: str, work: Path, *more: str) -> str:
    """Build all of a module and return what was said."""
    flags = (
        "-set",
        "all",
        "-ldflags=-buildid=",
        "-destination",
        "/usr/bin",
        "-prefix",
        "prefix",
        "-result-file",
        "result",
    )
    done = driver.run("build", *flags, *more, f"{module}@{version}", cwd=work, timeout=900)
    assert done.code == 0, done.err
    return done.err


def _skipped(driver: Driver, module: str, version: str, work: Path) -> set[str]:
    """Return the names of the binaries below directories that begin with an underscore and the like."""
    done = driver.run("list", "-json", f"{module}@{version}", cwd=work)
    assert done.code == 0, done.err
    return {item["name"] for item in json.loads(done.out)["binaries"] if item["skipped"] and not item["excluded"]}


@pytest.mark.parametrize(
    ("module", "version", "cgo"),
    [
        # The smallest in every run, without cgo.
        pytest.param(*named, cgo, id=f"{named[0]}-{cgo}", marks=[pytest.mark.nightly] if place else [])
        for place, (named, cgo) in enumerate(product(MODULES, ("0", "1")))
    ],
)
def test_as_the_go_command(module: str, version: str, cgo: str, networked: Driver, tmp_path: Path) -> None:
    ours = networked.with_environment(CGO_ENABLED=cgo)
    said = _build(ours, module, version, tmp_path)
    install(ours, module, version, tmp_path / "theirs", cwd=tmp_path)
    binaries = tmp_path / "prefix" / "usr" / "bin"
    assert compare(ours, tmp_path / "theirs", binaries) == []
    listed = (tmp_path / "result").read_text(encoding="utf-8").splitlines()
    # The go command's ./... skips some that are binaries of a set all the same.
    names = {path.name for path in (tmp_path / "theirs").iterdir()} | _skipped(ours, module, version, tmp_path)
    assert listed == sorted(f"/usr/bin/{name}" for name in names)
    print(f"{module}@{version}, CGO_ENABLED={cgo}: {len(listed)} equal; {said.splitlines()[-len(listed) - 1]}")  # noqa: T201
    again = _build(ours, module, version, tmp_path)
    assert f"nothing changed since the last run: {count(len(listed), 'binary')} " in again
