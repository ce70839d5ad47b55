"""A cold first run, recorded: a terminal moves all the time, and a log is never silent for long."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest
from support import txtar
from support.driver import Driver
from support.recording import Recording, record

pytestmark = pytest.mark.bazel

TREE = """
-- go.mod --
module example.com/m

go 1.24
-- main.go --
package main

func main() { println("hello") }
-- internal/gen/main.go --
package main

func main() { println("gen") }
"""


@pytest.fixture
def cold(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Driver:
    """Return a driver without caches and without a Bazel server; it compiles all that it builds."""
    monkeypatch.delenv("GOMOD2BAZEL_TEST_DISK_CACHE", raising=False)
    cache = tmp_path / "cache"
    cache.mkdir()
    txtar.write(tmp_path / "tree", TREE)
    return Driver.with_cache(cache)


def _build(driver: Driver, folder: Path, *flags: str, terminal: bool) -> Recording:
    command = [sys.executable, "-P", "-m", "gomod2bazel", "build", *flags, "-prefix", "out", "-destination", "/bin"]
    environment = {**driver.environment, "TERM": "xterm"}
    recorded = record([*command, "tree"], environment, folder, terminal=terminal)
    assert recorded.code == 0, recorded.text
    return recorded


def test_no_silence_in_a_first_run(cold: Driver, tmp_path: Path) -> None:
    try:
        shown = _build(cold, tmp_path, terminal=True)
        logged = _build(cold, tmp_path, "-gcflags=all=-l", terminal=False)
    finally:
        cold.run("clean", cwd=tmp_path)
    assert shown.longest_silence <= 5, shown.silences
    assert logged.longest_silence <= 15, logged.silences
    # The bar is never full, and nothing is built before a first action ran.
    assert "[########################]" not in shown.text
    assert "starting Bazel" in shown.text
    assert "running" in shown.text
    assert "\r" not in logged.text
    assert {"gomod2bazel: load", "gomod2bazel: build"} <= set(logged.text.splitlines())
    for text in (shown.text, logged.text):
        assert "built 1 of 2 binaries of example.com/m (set target) with go1." in text
        assert "out/bin/m  " in text
        assert "left out: 1 maintenance" in text
