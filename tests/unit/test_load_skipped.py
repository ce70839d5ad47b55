"""Loading what ./... skips, and what no required module provides: each main package fails by itself."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

import pytest
from support.samples import package
from support.world import DEP, MAIN, MODULES, World

from gomod2bazel.choose import missing
from gomod2bazel.errors import MissingModuleError, TrustError, UsageError
from gomod2bazel.golist import Listing, Package
from gomod2bazel.lock import Lock
from gomod2bazel.makelock import make_lock
from gomod2bazel.options import BuildOptions
from gomod2bazel.unrequired import leave_out_unrequired
from gomod2bazel.version import Version

COMMAND = """-- %s/main.go --
package main

import _ "example.com/%s"

func main() {}
"""

SKIPPED = (
    MAIN
    + COMMAND % ("_example/good", "dep")
    + COMMAND % ("_example/bad", "nowhere")
    + COMMAND % ("cmd/testdata/input", "dep")
    + COMMAND % ("cmd/testdata/prog", "dep")
    + COMMAND % (".ci/gen", "dep")
)

# What the sets are is not loading's matter.
ASSIGNED = (
    ("...", "target"),
    (".../_example/...", "example"),
    (".../testdata/...", "test-helper"),
    (".../input", "fixture"),
    (".../.ci/...", "maintenance"),
)


def _lock(world: World, text: str, *binaries: str, **fields: Any) -> Lock:
    given = {"assigned": ASSIGNED, "binaries": dict.fromkeys(binaries, ""), **fields}
    return make_lock(world.load(text, **given), BuildOptions(**given))


def _paths(lock: Lock) -> list[str]:
    return [binary.import_path.removeprefix("example.com/m/") for binary in lock.binaries]


@pytest.mark.parametrize("text", ["tree", "example.com/m@v1.0.0"])
def test_only_what_is_wanted_is_loaded_from_where_go_does_not_look(text: str, world: World) -> None:
    world.serve({**MODULES, "m@v1.0.0": SKIPPED})
    world.tree(SKIPPED)
    lock = _lock(world, text)
    assert (_paths(lock), lock.broken) == (["example.com/m"], {})
    assert lock.unlisted == {
        "example.com/m/.ci/gen": "maintenance",
        "example.com/m/_example/bad": "example",
        "example.com/m/_example/good": "example",
        "example.com/m/cmd/testdata/prog": "test-helper",
    }
    lock = _lock(world, text, sets=("target", "test-helper"))
    assert _paths(lock) == ["example.com/m", "cmd/testdata/prog"]
    lock = _lock(world, text, "example.com/m/.ci/gen")
    assert _paths(lock) == ["example.com/m", ".ci/gen"]
    with pytest.raises(UsageError, match="it is a fixture"):
        _lock(world, text, "example.com/m/cmd/testdata/input")


@pytest.mark.parametrize("text", ["tree", "example.com/m@v1.0.0"])
def test_an_example_that_lacks_a_module_fails_alone(text: str, world: World) -> None:
    world.serve({**MODULES, "m@v1.0.0": SKIPPED})
    world.tree(SKIPPED)
    lock = _lock(world, text, sets=("target", "example"))
    assert _paths(lock) == ["example.com/m", "_example/good"]
    assert list(lock.broken) == ["example.com/m/_example/bad"]
    assert re.search("provid.* package example.com/nowhere", lock.broken["example.com/m/_example/bad"])


def test_a_lock_holds_all_of_them(world: World) -> None:
    world.tree(SKIPPED.replace("example.com/nowhere", "example.com/dep"), sums=False)
    world.serve(MODULES)
    (world.folder / "tree/go.sum").write_text(world.sums, encoding="utf-8")
    lock = make_lock(world.load("tree", all_sets=True, assigned=ASSIGNED), BuildOptions(assigned=ASSIGNED))
    assert _paths(lock) == ["example.com/m", ".ci/gen", "_example/bad", "_example/good", "cmd/testdata/prog"]


RAISES = """
-- go.mod --
module example.com/extra

go 1.20

require example.com/dep v1.1.0
-- extra.go --
package extra
"""


@pytest.mark.parametrize(
    ("imported", "modules"),
    [
        ("extra", {"extra@v1.0.0": RAISES}),
        ("dep/new", {"dep@v1.1.0": DEP % "v1.1.0" + "-- new/new.go --\npackage new\n"}),
    ],
)
def test_what_a_broken_one_lacks_changes_no_version_of_the_others(
    imported: str, modules: dict[str, str], world: World
) -> None:
    text = MAIN + COMMAND % ("examples/more", imported)
    world.serve({**MODULES, **modules, "m@v1.0.0": text})
    lock = _lock(world, "example.com/m@v1.0.0", assigned=ASSIGNED[:1])
    assert _paths(lock) == ["example.com/m"]
    assert "dep\texample.com/dep\tv1.0.0" in "\n".join(lock.binaries[0].buildinfo)
    why = (
        f"no required module provides package example.com/{imported}; it is missing from example.com/m@v1.0.0's go.mod"
    )
    assert lock.broken == {"example.com/m/examples/more": why}
    assert isinstance(missing(lock, BuildOptions()), MissingModuleError)


def test_a_source_that_refuses_to_say_what_is_newest(world: World) -> None:
    world.serve({**MODULES, "m@v1.0.0": SKIPPED})
    lock = _lock(world, "example.com/m@v1.0.0", sets=("example",), goproxy=f"file://{world.folder}/goproxy|off")
    assert "example.com/nowhere" in lock.broken["example.com/m/_example/bad"]
    assert _paths(lock) == ["example.com/m", "_example/good"]


def test_a_go_sum_may_lack_what_only_skipped_packages_need(world: World) -> None:
    modules = {**MODULES, "other@v1.0.0": (DEP % "other").replace("example.com/dep", "example.com/other")}
    world.serve(modules)
    needs_both = SKIPPED.replace("example.com/nowhere", "example.com/other").replace(
        "require example.com/dep v1.0.0", "require (\n\texample.com/dep v1.0.0\n\texample.com/other v1.0.0\n)"
    )
    root = world.tree(needs_both)
    sums = [line for line in world.sums.splitlines(keepends=True) if not line.startswith("example.com/other v1.0.0 h")]
    (root / "go.sum").write_text("".join(sums), encoding="utf-8")
    lock = _lock(world, "tree", sets=("target", "example"))
    assert _paths(lock) == ["example.com/m", "_example/good"]
    assert "missing go.sum entry" in lock.broken["example.com/m/_example/bad"]
    error = missing(lock, BuildOptions(sets=("target", "example"), strict=True))
    assert isinstance(error, TrustError)
    sums = [line for line in world.sums.splitlines(keepends=True) if not line.startswith("example.com/dep v1.0.0 h")]
    (root / "go.sum").write_text("".join(sums), encoding="utf-8")
    with pytest.raises(TrustError, match="missing go\\.sum entry"):
        _lock(world, "tree")


OWN = {"Path": "example.com/m", "Version": "v1.0.0", "Dir": "/m"}
ADDED = package("example.com/x", Module={"Path": "example.com/x", "Version": "v9.0.0"}, DepOnly=True)


def _main(name: str, *imports: str) -> Package:
    return package(f"example.com/m/{name}", Name="main", Imports=[f"example.com/{one}" for one in imports], Module=OWN)


def _left(first: Listing, *more: Listing) -> tuple[dict[str, bool], list[tuple[str, ...]]]:
    """Return which packages are left and whether each is broken, and what was listed again."""
    asked: list[tuple[str, ...]] = []
    answers = iter(more)

    def listed(patterns: Sequence[str]) -> Listing:
        asked.append(tuple(patterns))
        return next(answers)

    said: list[str] = []
    left = leave_out_unrequired(first, listed, Version("example.com/m", "v1.0.0"), said.append)
    found = {one.import_path.rpartition("/")[2]: bool(one.errors) for one in left if one.named}
    return found, [*asked, *((one,) for one in said)]


def test_where_all_need_what_is_not_required_it_is_added_as_go_install_does() -> None:
    listing = Listing(packages=(ADDED, _main("a", "x"), _main("b", "x")), sought=frozenset(["example.com/x"]))
    assert _left(listing) == ({"a": False, "b": False}, [("found example.com/x in example.com/x v9.0.0",)])


def test_lower_versions_may_lack_more() -> None:
    other = package("example.com/y", Module={"Path": "example.com/y", "Version": "v9.0.0"}, DepOnly=True)
    left, asked = _left(
        Listing(
            packages=(ADDED, _main("a", "x"), other, _main("b", "y"), _main("c")), sought=frozenset(["example.com/x"])
        ),
        Listing(packages=(other, _main("b", "y"), _main("c")), sought=frozenset(["example.com/y"])),
        Listing(packages=(_main("c"),), sought=frozenset()),
    )
    assert left == {"a": True, "b": True, "c": False}
    assert asked == [("example.com/m/b", "example.com/m/c"), ("example.com/m/c",)]
