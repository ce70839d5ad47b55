"""Driver and Bazel where loopback is all the network there is."""

from __future__ import annotations

import time
from pathlib import Path

import pytest
from support import txtar
from support.driver import Driver
from support.namespace import inside
from support.world import MODULES

pytestmark = pytest.mark.bazel


def _server(driver: Driver) -> tuple[str, str]:
    """Return the process of the driver's Bazel server and its network namespace."""
    # Other tests have servers of other workspaces there; this file of Bazel's has the path of the workspace.
    places = driver.caches.bazel.glob("*/DO_NOT_BUILD_HERE")
    (base,) = (place.parent for place in places if place.read_text() == str(driver.caches.workspace))
    number = (base / "server" / "server.pid.txt").read_text(encoding="utf-8").strip()
    return number, str(Path(f"/proc/{number}/ns/net").readlink())


@pytest.fixture
def hierarchy(driver: Driver, tmp_path: Path) -> Path:
    """Return a folder with what `fetch` brought, and what it printed in `sums`; its source is gone."""
    source = txtar.proxy(tmp_path, MODULES)
    folder = tmp_path / "hierarchy"
    done = driver.run("fetch", "-goproxy", source.url, "-destination", folder, "example.com/m@v1.0.0", cwd=tmp_path)
    assert done.code == 0, done.err
    (tmp_path / "sums").write_text(done.out, encoding="utf-8")
    source.root.rename(tmp_path / "gone")
    return folder


def test_a_fetched_hierarchy_is_built_with_loopback_alone(driver: Driver, hierarchy: Path, tmp_path: Path) -> None:
    words = inside()
    # A server that was started where there is a network, by a build of something else.
    other = txtar.write(tmp_path / "other", "-- go.mod --\nmodule other\n-- a.go --\npackage main\nfunc main() {}\n")
    done = driver.run("build", "-destination", tmp_path / "out", other, cwd=tmp_path)
    assert done.code == 0, done.err
    before, outside = _server(driver)
    assert outside == str(Path("/proc/self/ns/net").readlink())

    options = ("-offline", "-goproxy", hierarchy.as_uri(), "-sumfile", "sums", "-destination", tmp_path / "bin")
    try:
        built = driver.run("build", *options, "example.com/m@v1.0.0", cwd=tmp_path, before=words)
        assert built.code == 0, built.err
        assert "not verified" not in built.err
        number, namespace = _server(driver)
        # The server outside cannot be reached from here: Bazel itself notices, and starts another, inside.
        assert number != before
        assert namespace != outside
        assert not Path(f"/proc/{before}").exists()
    finally:
        # One started in a namespace is of no use to others.
        driver.run("shutdown", cwd=tmp_path)
    folders = {"GOPATH": str(tmp_path / "gopath"), "GOMODCACHE": str(tmp_path / "mod")}
    go = driver.with_environment(GOPROXY=hierarchy.as_uri(), **folders)
    made = go.go("install", "-trimpath", "-buildvcs=false", "-ldflags=-buildid=", "example.com/m@v1.0.0", cwd=tmp_path)
    assert made.code == 0, made.err
    assert (tmp_path / "bin/m").read_bytes() == (tmp_path / "gopath/bin/m").read_bytes()


@pytest.mark.parametrize(
    ("words", "code", "said"),
    [
        (("-offline", "-goproxy", "https://goproxy.invalid"), 2, "the network is needed for"),
        (("-goproxy", "https://goproxy.invalid"), 6, "goproxy.invalid"),
        (("-goproxy", "http://192.0.2.1"), 6, "cannot read from 192.0.2.1: Network is unreachable"),
        (("-offline", "-goproxy", "off"), 3, "off: ends the list of sources"),
    ],
)
def test_what_is_not_there_is_told_at_once(
    words: tuple[str, ...], code: int, said: str, driver: Driver, tmp_path: Path
) -> None:
    began = time.monotonic()
    done = driver.run("build", *words, "example.com/m@v1.0.0", cwd=tmp_path, before=inside())
    assert done.code == code, done.err
    assert said in done.err
    assert time.monotonic() - began < 30
    assert not list(tmp_path.iterdir())
