"""A tree that was built before: nothing is done again until a file changes, also one that no compiler reads."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from support import txtar
from support.driver import Driver

pytestmark = pytest.mark.bazel

TREE = """
-- go.mod --
module example.com/m

go 1.21
-- main.go --
package main

func main() {}
-- README.md --
A program.
-- internal/testdata/prog/main.go --
package main

func main() {}
"""


def _append(path: Path) -> None:
    path.write_text(f"{path.read_text(encoding='utf-8')}\n", encoding="utf-8")


CHANGES: dict[str, Callable[[Path], object]] = {
    "a file that is only evidence": lambda tree: _append(tree / "README.md"),
    "a program that ./... skips": lambda tree: _append(tree / "internal/testdata/prog/main.go"),
    "a file added where ./... does not look": lambda tree: (tree / "internal/testdata/prog/more.go").touch(),
    "rules of the user's": lambda tree: (tree / "gomod2bazel.toml").touch(),
    "rules in the working folder": lambda tree: (tree.parent / "gomod2bazel.toml").touch(),
}


@pytest.mark.parametrize("what", CHANGES)
def test_a_change_is_noticed(what: str, driver: Driver, tmp_path: Path) -> None:
    tree = txtar.write(tmp_path / "tree", TREE)

    def build() -> str:
        done = driver.run("build", "-goproxy=off", "-destination=bin", "-as=.=target", "tree", cwd=tmp_path)
        assert done.code == 0, done.err
        return done.err

    build()
    assert "nothing changed since the last run" in build()
    CHANGES[what](tree)
    assert "nothing changed since the last run" not in build()
