"""What programs leave in GOCOVERDIR becomes the profile that the go command makes of it."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

import pytest
from builder.test import covdata
from support import txtar
from support.shared import go_build_cache

PROGRAM = """
-- go.mod --
module example.com/counted

go 1.22
-- main.go --
package main

import (
	"os"

	"example.com/counted/twice"
)

func main() {
	for range 3 {
		if len(os.Args) > 1 && twice.Of(2) == 4 {
			println("four")
		}
	}
}

func never() { println(0) }
-- twice/twice.go --
package twice

func Of(x int) int {
	if x < 0 {
		return 0
	}
	twice := func() int { return 2 * x }
	return twice()
}
"""


def _go(folder: Path, *words: str) -> None:
    environment = {**os.environ, "CGO_ENABLED": "0", "GOCACHE": str(go_build_cache())}
    subprocess.run(["go", *words], cwd=folder, check=True, capture_output=True, env=environment)


@pytest.fixture(scope="module")
def left(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a folder with a folder for each mode, in which three runs of a program left their counts."""
    folder = txtar.write(tmp_path_factory.mktemp("covdata") / "counted", PROGRAM)
    for mode in ("set", "count", "atomic"):
        data = folder / mode
        data.mkdir()
        _go(folder, "build", "-trimpath", "-cover", f"-covermode={mode}", "-o", "program", ".")
        for words in ([], ["one"], ["one"]):
            environment = {**os.environ, "GOCOVERDIR": str(data)}
            subprocess.run([folder / "program", *words], check=True, capture_output=True, env=environment)
    return folder


@pytest.mark.go
@pytest.mark.parametrize("mode", ["set", "count", "atomic"])
def test_the_profile_is_that_of_covdata(left: Path, mode: str) -> None:
    _go(left, "tool", "covdata", "textfmt", f"-i={left / mode}", f"-o={left / 'theirs'}")
    assert covdata.main([f"--folder={left / mode}", f"--output_file={left / 'ours'}"]) == 0
    theirs, ours = (sorted((left / name).read_text(encoding="utf-8").splitlines()) for name in ("theirs", "ours"))
    # Both count; that atomic counters were used changes nothing in a profile.
    assert ours == [line.replace("mode: atomic", "mode: count") for line in theirs]
    assert {line.rpartition(" ")[2] for line in ours} >= {"0", "1" if mode == "set" else "6"}


def test_no_program_left_anything(tmp_path: Path) -> None:
    assert covdata.profile_of(tmp_path) == ""


@pytest.mark.go
@pytest.mark.parametrize(
    ("pattern", "change", "message"),
    [
        ("covmeta.*", lambda data: data[:40], "ends early"),
        ("covmeta.*", lambda data: data[:-30], "ends early"),
        ("covmeta.*", lambda data: b"abcd" + data[4:], "not the description of a covered program"),
        ("covcounters.*", lambda data: data[:20], "ends early"),
        ("covcounters.*", lambda data: data[:-1], "not the counters of a covered program"),
        ("covcounters.*", lambda data: data[:8] + b"x" * 16 + data[24:], "the description of its program is not there"),
    ],
)
def test_a_damaged_file_is_named(left: Path, tmp_path: Path, pattern: str, change: object, message: str) -> None:
    assert callable(change)
    for path in (left / "set").iterdir():
        (tmp_path / path.name).write_bytes(path.read_bytes())
    damaged = next(tmp_path.glob(pattern))
    damaged.write_bytes(change(damaged.read_bytes()))
    with pytest.raises(ValueError, match=f"{damaged.name}.*: {message}"):
        covdata.profile_of(tmp_path)
