"""What one module needs of the standard library, the next one finds compiled."""

from __future__ import annotations

import re
import secrets
from pathlib import Path

import pytest
from support import txtar
from support.driver import Driver

pytestmark = pytest.mark.bazel

TREE = """
-- go.mod --
module example.com/{name}

go 1.24
-- main.go --
package main

import "errors"

var _ = errors.New

func main() {{}}
"""

COUNTS = re.compile(r"(\d+) packages? compiled, (\d+) up to date")


def test_another_module_finds_the_standard_library_compiled(driver: Driver, tmp_path: Path) -> None:
    # A flag that changes nothing but is new keeps these builds of one package apart from all earlier ones.
    flag = f"-gcflags=errors=-D={secrets.token_hex(8)}"
    without_cgo = driver.with_environment(CGO_ENABLED="0")
    counts = []
    for name in ("first", "second"):
        tree = txtar.write(tmp_path / name, TREE.format(name=name))
        done = without_cgo.run("build", flag, "-destination", tmp_path / "bin", ".", cwd=tree)
        assert done.code == 0, done.err
        found = COUNTS.search(done.err)
        assert found, done.err
        counts.append([int(number) for number in found.groups()])
    (first, there), (second, shared) = counts
    assert first >= 2, "package errors, and the main package"
    assert second == 1, "the main package alone"
    assert shared == first + there - 1 > 30, "all but the main package of the first module"
