"""What keeps a module from being loaded: each with its own kind of error, and so exit code."""

from __future__ import annotations

import re
import zipfile
from collections.abc import Callable

import pytest
from support import txtar
from support.world import DEP, MAIN, MODULES, World

from gomod2bazel.base.errors import BuildError, MissingModuleError, ToolError, TrustError, UsageError
from gomod2bazel.golang.proxy.gosum import GoSum


def test_a_wrong_sumfile_refuses_it(world: World) -> None:
    world.serve(MODULES)
    wrong = re.sub(r"(example.com/m v1.0.0) h1:\S+", rf"\1 h1:{'A' * 43}=", world.sums)
    (world.folder / "sums").write_text(wrong, encoding="utf-8")
    with pytest.raises(TrustError, match=r"example.com/m@v1.0.0"):
        world.load("example.com/m@v1.0.0", sumfile="sums")


def test_a_tree_outside_of_the_workspace(world: World) -> None:
    world.tree(MAIN, sums=False)
    txtar.write(world.folder / "local", DEP % "local")
    (world.folder / "go.work").write_text("go 1.21\n\nuse ./local\n", encoding="utf-8")
    with pytest.raises(UsageError, match="is not a module of the workspace") as caught:
        world.load("tree", goproxy="off")
    assert "GOWORK=off" in caught.value.hint


def _with(text: str, line: str) -> str:
    return text.replace("-- main.go --", f"{line}\n-- main.go --")


def _missing_sum(world: World) -> None:
    world.tree(MAIN, sums=False)


def _wrong_sum(world: World) -> None:
    world.sums = re.sub(r"(example.com/dep v1.0.0) h1:\S+", rf"\1 h1:{'A' * 43}=", world.sums)
    world.tree(MAIN)


def _missing_module(world: World) -> None:
    world.sums += world.sums.replace("example.com/dep v1.0.0", "example.com/dep v1.9.0")
    world.tree(MAIN.replace("example.com/dep v1.0.0", "example.com/dep v1.9.0"))


def _missing_zip(world: World) -> None:
    world.tree(MAIN)
    (world.folder / "goproxy/example.com/dep/@v/v1.0.0.zip").unlink()


def _corrupt_zip(world: World) -> None:
    world.tree(MAIN)
    (world.folder / "goproxy/example.com/dep/@v/v1.0.0.zip").write_bytes(b"no zip")


def _hostile_zip(world: World) -> None:
    world.tree(MAIN)
    with zipfile.ZipFile(world.folder / "goproxy/example.com/dep/@v/v1.0.0.zip", "a") as archive:
        archive.writestr("example.com/dep@v1.0.0/../../../../escaped.go", "package dep\n")


def _newer_go(world: World) -> None:
    world.tree(MAIN.replace("go 1.21", "go 1.99"))


def _broken_go_mod(world: World) -> None:
    world.tree(MAIN.replace("require", "requires"))


@pytest.mark.parametrize(
    ("prepare", "kind", "code", "words"),
    [
        (_missing_sum, TrustError, 4, "missing go.sum entry"),
        (_wrong_sum, TrustError, 4, "checksum mismatch"),
        (_missing_module, MissingModuleError, 3, "example.com/dep@v1.9.0"),
        (_missing_zip, MissingModuleError, 3, "v1.0.0: no source has its zip"),
        (_corrupt_zip, TrustError, 4, "example.com/dep: zip: not a valid zip file"),
        (_hostile_zip, TrustError, 4, "example.com/dep@v1.0.0"),
        (_newer_go, ToolError, 5, "requires go >= 1.99"),
        (_broken_go_mod, BuildError, 1, "go.mod:5: unknown directive: requires"),
    ],
)
def test_what_stops_a_tree(
    prepare: Callable[[World], None], kind: type[Exception], code: int, words: str, world: World
) -> None:
    world.serve(MODULES)
    prepare(world)
    with pytest.raises(kind, match=re.escape(words)) as caught:
        world.lock("tree")
    assert getattr(caught.value, "exit_code", None) == code
    assert not list(world.folder.rglob("escaped.go"))


@pytest.mark.parametrize(
    ("text", "kind", "words"),
    [
        ("example.com/none@v1.0.0", MissingModuleError, "example.com/none@v1.0.0"),
        ("example.com/none", MissingModuleError, "example.com/none"),
        ("example.com/dep@v7.0.0", MissingModuleError, "v7.0.0"),
        ("example.com/dep@v9", MissingModuleError, "v9"),
        ("example.com/replaced@v1.0.0", UsageError, "has replace directives"),
        ("example.com/new@v1.0.0", ToolError, "requires go >= 1.99"),
    ],
)
def test_what_stops_a_version(text: str, kind: type[Exception], words: str, world: World) -> None:
    named = {name: MAIN.replace("example.com/m\n", f"example.com/{name}\n") for name in ("replaced", "sumless")}
    world.serve(
        {
            **MODULES,
            "replaced@v1.0.0": _with(named["replaced"], "replace example.com/dep => ./fork"),
            "new@v1.0.0": "-- go.mod --\nmodule example.com/new\n\ngo 1.99\n-- a.go --\npackage main\n",
        }
    )
    with pytest.raises(kind, match=re.escape(words)) as caught:
        world.lock(text)
    assert getattr(caught.value, "hint", "")


def test_a_changed_source_is_verified_anew(world: World) -> None:
    world.serve(MODULES)
    world.tree(MAIN)
    world.load("tree")
    with zipfile.ZipFile(world.folder / "goproxy/example.com/dep/@v/v1.0.0.zip", "a") as archive:
        archive.writestr("example.com/dep@v1.0.0/more.go", "package dep\n")
    with pytest.raises(TrustError, match="checksum mismatch"):
        world.load("tree")


def test_a_sumfile_that_is_not_there(world: World) -> None:
    world.serve(MODULES)
    with pytest.raises(UsageError, match="-sumfile nothing: no such file"):
        world.load("example.com/m@v1.0.0", sumfile="nothing")


def test_no_sums_vouch_for_nothing() -> None:
    assert GoSum().confirm_zip("m", "v1.0.0", "h1:x=") is False
