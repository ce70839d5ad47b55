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

import "{package}"

var _ = {package}.{used}

func main() {{}}
"""

COUNTS = re.compile(r"(\d+) packages? compiled, (\d+) up to date")


def test_another_module_finds_the_standard_library_compiled(driver: Driver, tmp_path: Path) -> None:
    # A flag that changes nothing but is new keeps both builds apart from all earlier ones: nothing is there yet.
    flag = f"-gcflags=all=-D={secrets.token_hex(8)}"
    without_cgo = driver.with_environment(CGO_ENABLED="0")
    counts = []
    for name, package, used in (("first", "errors", "New"), ("second", "strings", "Cut")):
        tree = txtar.write(tmp_path / name, TREE.format(name=name, package=package, used=used))
        done = without_cgo.run("build", flag, "-destination", tmp_path / "bin", ".", cwd=tree)
        assert done.code == 0, done.err
        found = COUNTS.search(done.err)
        assert found, done.err
        counts.append([int(number) for number in found.groups()])
    (first, none), (second, shared) = counts
    assert none == 0
    assert shared == first - 1, "all but the main package of the first module"
    assert 0 < second < first
