"""Loading what ./... skips, and what no required module provides: each main package fails by itself."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from typing import Any

import pytest
from support.samples import package
from support.world import DEP, MAIN, MODULES, World

from gomod2bazel.base.errors import MissingModuleError, TrustError, UsageError
from gomod2bazel.base.version import Version
from gomod2bazel.golang.command.golist import Listing, Package
from gomod2bazel.load.requested import Requested
from gomod2bazel.load.undeclared import settle_unrequired
from gomod2bazel.lock.choose import choose, missing
from gomod2bazel.lock.lock import Lock
from gomod2bazel.lock.makelock import make_lock
from gomod2bazel.options.options import ChooseOptions

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
    return make_lock(world.load(text, **given), ChooseOptions(binaries=dict.fromkeys(binaries, "")))


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
    assert re.search("provid.* package example.com/nowhere", lock.broken["example.com/m/_example/bad"].reason)


def test_a_lock_holds_all_of_them(world: World) -> None:
    world.tree(SKIPPED.replace("example.com/nowhere", "example.com/dep"), sums=False)
    world.serve(MODULES)
    (world.folder / "tree/go.sum").write_text(world.sums, encoding="utf-8")
    lock = make_lock(world.load("tree", all_sets=True, assigned=ASSIGNED), ChooseOptions())
    assert _paths(lock) == ["example.com/m", ".ci/gen", "_example/bad", "_example/good", "cmd/testdata/prog"]


RAISES = """
-- go.mod --
module example.com/extra

go 1.20

require example.com/dep v1.1.0
-- extra.go --
package extra
"""


NEWER = [
    ("extra", {"extra@v1.0.0": RAISES}),
    ("dep/new", {"dep@v1.1.0": DEP % "v1.1.0" + "-- new/new.go --\npackage new\n"}),
]


def _version_of_dep(lock: Lock, path: str) -> str:
    (binary,) = (binary for binary in lock.binaries if binary.import_path == path)
    return next(line.split("\t")[2] for line in binary.buildinfo if line.startswith("dep\texample.com/dep\t"))


@pytest.mark.parametrize(("imported", "modules"), NEWER)
def test_what_nobody_asked_for_changes_no_version_of_the_others(
    imported: str, modules: dict[str, str], world: World
) -> None:
    text = MAIN + COMMAND % ("examples/more", imported)
    world.serve({**MODULES, **modules, "m@v1.0.0": text})
    assigned = (ASSIGNED[0], (".../examples/...", "example"))
    lock = _lock(world, "example.com/m@v1.0.0", assigned=assigned)
    assert (_paths(lock), _version_of_dep(lock, "example.com/m")) == (["example.com/m"], "v1.0.0")
    lock = _lock(world, "example.com/m@v1.0.0", assigned=assigned, sets=("target", "example"))
    assert _paths(lock) == ["example.com/m", "examples/more"]
    assert _version_of_dep(lock, "example.com/m") == "v1.1.0"
    lock = _lock(world, "example.com/m@v1.0.0", assigned=assigned, sets=("example",))
    assert _paths(lock) == ["examples/more"]


@pytest.mark.parametrize(("imported", "modules"), NEWER)
def test_what_is_skipped_adds_nothing_to_what_is_not(imported: str, modules: dict[str, str], world: World) -> None:
    text = MAIN + COMMAND % ("_example/more", imported)
    world.serve({**MODULES, **modules, "m@v1.0.0": text})
    lock = _lock(world, "example.com/m@v1.0.0", sets=("target", "example"), assigned=ASSIGNED[:2])
    assert (_paths(lock), _version_of_dep(lock, "example.com/m")) == (["example.com/m"], "v1.0.0")
    why = "example.com/m@v1.0.0 does not require it, and no requirements are added for packages that ./... skips"
    assert {path: one.reason for path, one in lock.broken.items()} == {
        "example.com/m/_example/more": f"no required module provides package example.com/{imported}: {why}"
    }
    error = missing(lock, ChooseOptions(sets=("example",), strict=True))
    assert isinstance(error, MissingModuleError) and error.hint.startswith("-binary IMPORTPATH builds it anyway")
    more = "example.com/m/_example/more"
    lock = _lock(world, "example.com/m@v1.0.0", more, sets=("target", "example"), assigned=ASSIGNED[:2])
    assert _version_of_dep(lock, "example.com/m") == "v1.1.0"
    lock = _lock(world, "example.com/m@v1.0.0", sets=("example",), assigned=ASSIGNED[:2])
    assert _paths(lock) == ["_example/more"]


BARE = """
-- go.mod --
module example.com/m
-- cmd/check/main.go --
package main

func main() {}
"""


def test_a_module_without_requirements_gets_what_each_of_several_commands_needs(world: World) -> None:
    text = BARE + COMMAND % ("cmd/serve", "dep") + COMMAND % ("cmd/more", "extra") + COMMAND % ("cmd/lost", "nowhere")
    world.serve({**MODULES, "extra@v1.0.0": RAISES, "m@v1.0.0": text})
    lock = _lock(world, "example.com/m@v1.0.0", assigned=ASSIGNED[:1])
    assert _paths(lock) == ["cmd/check", "cmd/more", "cmd/serve"]
    assert "note: found example.com/dep in example.com/dep v1.1.0" in world.messages
    assert list(lock.broken) == ["example.com/m/cmd/lost"]
    assert isinstance(missing(lock, ChooseOptions()), MissingModuleError)


def test_what_does_not_load_anyway_adds_nothing_to_the_others(world: World) -> None:
    both = COMMAND.replace("import _", 'import _ "example.com/nowhere"\nimport _') % ("cmd/lost", "extra")
    world.serve({**MODULES, "extra@v1.0.0": RAISES, "m@v1.0.0": MAIN + COMMAND % ("cmd/serve", "other") + both,
                 "other@v1.0.0": (DEP % "other").replace("example.com/dep", "example.com/other")})  # fmt: skip
    lock = _lock(world, "example.com/m@v1.0.0", assigned=ASSIGNED[:1])
    assert _paths(lock) == ["example.com/m", "cmd/serve"]
    assert _version_of_dep(lock, "example.com/m") == "v1.0.0"
    assert "package example.com/nowhere" in lock.broken["example.com/m/cmd/lost"].reason


def test_a_tree_gets_no_requirement_that_it_lacks(world: World) -> None:
    world.serve(MODULES)
    world.tree(BARE + COMMAND % ("cmd/serve", "dep"))
    lock = _lock(world, "tree", assigned=ASSIGNED[:1])
    assert _paths(lock) == ["cmd/check"]
    assert "no required module provides package example.com/dep" in "".join(one.reason for one in lock.broken.values())


def test_a_source_that_refuses_to_say_what_is_newest(world: World) -> None:
    world.serve({**MODULES, "m@v1.0.0": SKIPPED})
    lock = _lock(world, "example.com/m@v1.0.0", sets=("example",), goproxy=f"file://{world.folder}/goproxy|off")
    assert "example.com/nowhere" in lock.broken["example.com/m/_example/bad"].reason
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
    assert "missing go.sum entry" in lock.broken["example.com/m/_example/bad"].reason
    error = missing(lock, ChooseOptions(sets=("target", "example"), strict=True))
    assert isinstance(error, TrustError)
    sums = [line for line in world.sums.splitlines(keepends=True) if not line.startswith("example.com/dep v1.0.0 h")]
    (root / "go.sum").write_text("".join(sums), encoding="utf-8")
    with pytest.raises(TrustError, match="missing go\\.sum entry"):
        _lock(world, "tree")


OWN = {"Path": "example.com/m", "Version": "v1.0.0", "Dir": "/m"}
ADDED = package("example.com/x", Module={"Path": "example.com/x", "Version": "v9.0.0"}, DepOnly=True)


def _main(name: str, *imports: str) -> Package:
    return package(f"example.com/m/{name}", Name="main", Imports=[f"example.com/{one}" for one in imports], Module=OWN)


def _left(
    first: Listing, *more: Listing, asked: Callable[[Package], Requested] = lambda _: Requested.NAMED
) -> tuple[dict[str, bool], list[tuple[str, ...]]]:
    """Return which packages are left and whether each is broken; what was listed again, and what was found."""
    asked_for: list[tuple[str, ...]] = []
    answers = iter(more)

    def listed(patterns: Sequence[str]) -> Listing:
        asked_for.append(tuple(patterns))
        return next(answers)

    kept = settle_unrequired(first, listed, Version("example.com/m", "v1.0.0"), asked)
    found = {one.import_path.rpartition("/")[2]: bool(one.errors) for one in kept.packages if one.named}
    return found, [*asked_for, *((one.import_path,) for one in kept.provided)]


def test_where_all_need_what_is_not_required_it_is_added_as_go_install_does() -> None:
    listing = Listing(packages=(ADDED, _main("a", "x"), _main("b", "x")), sought=frozenset(["example.com/x"]))
    assert _left(listing) == ({"a": False, "b": False}, [("example.com/x",)])
    assert _left(listing, asked=lambda _: Requested.NOT) == ({"a": True, "b": True}, [])


def test_lower_versions_may_lack_more() -> None:
    other = package("example.com/y", Module={"Path": "example.com/y", "Version": "v9.0.0"}, DepOnly=True)
    left, asked = _left(
        Listing(
            packages=(ADDED, _main("a", "x"), other, _main("b", "y"), _main("c")), sought=frozenset(["example.com/x"])
        ),
        Listing(packages=(other, _main("b", "y"), _main("c")), sought=frozenset(["example.com/y"])),
        Listing(packages=(_main("c"),), sought=frozenset()),
        asked=lambda one: Requested.NAMED if one.import_path == "example.com/m/c" else Requested.NOT,
    )
    assert left == {"a": True, "b": True, "c": False}
    assert asked == [("example.com/m/b", "example.com/m/c"), ("example.com/m/c",)]


def test_only_what_is_asked_for_is_listed_where_it_needs_what_is_not_required() -> None:
    listing = Listing(packages=(ADDED, _main("a", "x"), _main("b"), _main("c")), sought=frozenset(["example.com/x"]))
    again = Listing(packages=(ADDED, _main("a", "x"), _main("b")), sought=frozenset(["example.com/x"]))
    left, asked = _left(
        listing, again, asked=lambda one: Requested.NOT if one.import_path == "example.com/m/c" else Requested.NAMED
    )
    assert left == {"a": False, "b": False}
    assert asked == [("example.com/m/a", "example.com/m/b"), ("example.com/x",)]


def test_what_is_never_built_is_told_where_there_is_nothing_else(world: World) -> None:
    world.serve({"m@v1.0.0": "-- go.mod --\nmodule example.com/m\n-- a.go --\npackage main\n\nfunc main() {}\n"})
    for given, hint in (("fixture", "-as example.com/m=target builds it"), ("target", "-set target: example.com/m")):
        options = ChooseOptions(sets=("example",))
        lock = make_lock(world.load("example.com/m@v1.0.0", sets=options.sets, assigned=(("...", given),)), options)
        with pytest.raises(UsageError) as caught:
            choose(lock, options)
        assert hint in caught.value.hint
