"""INPUTs that name packages: the module is the one that `go install` would take, and what is built of it."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path

import pytest
from support import txtar
from support.hostile_server import serving
from support.realgo import RealGo
from support.user import User
from support.world import World

from gomod2bazel.base.errors import MissingModuleError, NetworkError, UsageError
from gomod2bazel.lock.reader import read_lock

M = """
-- go.mod --
module example.com/m

go 1.21
-- main.go --
package main

func main() {}
-- cmd/serve/main.go --
// Serve answers requests.
package main

func main() { println("serve") }
-- cmd/other/main.go --
// Other is for users, too.
package main

func main() { println("other") }
-- examples/first/main.go --
package main

func main() {}
-- lib/lib.go --
package lib
-- testdata/fixture/main.go --
package main

func main() {}
"""

# What the tree has in addition.
TREE = f"""{M}-- _example/skipped/main.go --
package main

func main() {{}}
"""

TOOLS = """
-- go.mod --
module example.com/m/tools

go 1.21
-- lint/main.go --
package main

func main() { println("%s") }
"""

MODULES = {
    "m@v1.0.0": M.replace("-- lib/", "-- tools/lint/main.go --\npackage main\n\nfunc main() {}\n-- lib/"),
    "m@v1.1.0": M,
    # Since v1.1.0, tools are a separate module.
    "m!tools@v1.1.0": TOOLS % "1.1",
}


def _serve(world: World) -> None:
    world.serve({name.replace("!", "-"): text for name, text in MODULES.items()})


def _binaries(world: World, text: str, **options: object) -> dict[str, str]:
    lock = world.lock(text, **options)
    modules = {module.path: module.version for module in lock.modules}
    return {binary.import_path: f"{binary.module}@{modules[binary.module]}" for binary in lock.binaries}


@pytest.mark.parametrize(
    ("text", "paths", "module"),
    [
        ("example.com/m/cmd/serve@v1.1.0", ["cmd/serve"], "m@v1.1.0"),
        ("example.com/m/cmd/serve", ["cmd/serve"], "m@v1.1.0"),
        ("example.com/m/cmd/serve@latest", ["cmd/serve"], "m@v1.1.0"),
        ("example.com/m/cmd/serve@v1.0", ["cmd/serve"], "m@v1.0.0"),
        ("example.com/m/cmd/serve@<v1.1.0", ["cmd/serve"], "m@v1.0.0"),
        ("example.com/m/cmd/serve@1.0.0", ["cmd/serve"], "m@v1.0.0"),
        ("example.com/m/cmd/...@v1.1.0", ["cmd/other", "cmd/serve"], "m@v1.1.0"),
        ("example.com/m/examples/first@v1.1.0", ["examples/first"], "m@v1.1.0"),
        # The nested module has it since v1.1.0, and the module before.
        ("example.com/m/tools/lint@v1.1.0", ["tools/lint"], "m/tools@v1.1.0"),
        ("example.com/m/tools/lint@v1.0.0", ["tools/lint"], "m@v1.0.0"),
        ("example.com/m/tools/...@v1.1.0", ["tools/lint"], "m/tools@v1.1.0"),
        ("example.com/m/tools/...@v1.0.0", ["tools/lint"], "m@v1.0.0"),
        ("example.com/m/tools@v1.1.0", ["tools/lint"], "m/tools@v1.1.0"),
    ],
)
def test_a_package_of_the_sources(text: str, paths: list[str], module: str, world: World) -> None:
    _serve(world)
    assert _binaries(world, text) == {f"example.com/m/{path}": f"example.com/{module}" for path in paths}
    note = f"{text}: no source has 1.0.0; building v1.0.0"
    assert any(note in message for message in world.messages) == ("@1.0.0" in text)


@pytest.mark.parametrize("text", ["example.com/m@v1.1.0", "example.com/m/...@v1.1.0", "example.com/m@1.1.0"])
def test_a_module_as_a_whole(text: str, world: World) -> None:
    _serve(world)
    paths = ["", "/cmd/other", "/cmd/serve", "/examples/first"]
    assert list(_binaries(world, text)) == [f"example.com/m{path}" for path in paths]


@pytest.mark.parametrize(
    ("text", "what", "hint"),
    [
        (
            "example.com/m/cmd/sreve@v1.1.0",
            "no package example.com/m/cmd/sreve in example.com/m@v1.1.0",
            "did you mean example.com/m/cmd/serve@v1.1.0?",
        ),
        ("example.com/m/lint@v1.1.0", "no package example.com/m/lint in", "name a main package of it: example.com/m, "),
        ("example.com/m/lib@v1.1.0", "example.com/m/lib is not a main package of example.com/m@v1.1.0", ""),
        ("example.com/m/lib/...@v1.1.0", "no main package below example.com/m/lib", ""),
        (
            "example.com/m/cmd@v1.1.0",
            "no package example.com/m/cmd in example.com/m@v1.1.0",
            "example.com/m/cmd/...@v1.1.0 names",
        ),
        ("example.com/m/testdata/fixture@v1.1.0", "testdata/fixture: it is a fixture", "-as"),
        ("example.com/m/cmd/.../x@v1.1.0", "only a final /... is supported", "/...@"),
        ("example.com/m/c...@v1.1.0", "only a final /... is supported", "/...@"),
    ],
)
def test_packages_that_cannot_be_built(text: str, what: str, hint: str, world: World) -> None:
    _serve(world)
    with pytest.raises(UsageError) as caught:
        world.lock(text)
    assert what in caught.value.what
    assert caught.value.hint
    assert hint in caught.value.hint


def test_a_module_that_is_nowhere(world: World) -> None:
    _serve(world)
    with pytest.raises(
        MissingModuleError, match=r"^example\.com/n/cmd/x@v1\.0\.0: no source has this module"
    ) as caught:
        world.lock("example.com/n/cmd/x@v1.0.0")
    assert caught.value.exit_code == 3
    # A version that the module does not have: its packages cannot be looked at.
    with pytest.raises(MissingModuleError):
        world.lock("example.com/m/cmd/serve@v1.9.0")


def test_a_source_that_cannot_be_asked_for_the_module(world: World) -> None:
    def refuse(asked: object) -> None:
        asked.say(401, b"who?\n", "text/plain")  # type: ignore[attr-defined]

    with serving(world.folder, {"/example.com/m/@v/v1.1.0.info": refuse}) as server:
        with pytest.raises(NetworkError, match=r"^example\.com/m@v1\.1\.0: cannot be fetched") as caught:
            world.lock("example.com/m/cmd/serve@v1.1.0", goproxy=server.url)
        assert ".netrc" in caught.value.hint
        # Longest path first.
        asked = [path.split("/@v/")[0] for path in server.requests]
        assert list(dict.fromkeys(asked)) == ["/example.com/m/cmd/serve", "/example.com/m/cmd", "/example.com/m"]


@pytest.mark.parametrize(
    ("text", "paths"),
    [
        ("./tree/cmd/serve", ["/cmd/serve"]),
        ("tree/cmd/serve", ["/cmd/serve"]),
        ("tree/cmd/serve/main.go", ["/cmd/serve"]),
        ("tree/cmd/...", ["/cmd/other", "/cmd/serve"]),
        ("tree/main.go", [""]),
        ("tree/_example/skipped", ["/_example/skipped"]),
        ("tree/...", ["", "/_example/skipped", "/cmd/other", "/cmd/serve", "/examples/first"]),
    ],
)
def test_a_package_of_a_tree(text: str, paths: list[str], world: World) -> None:
    world.tree(TREE, sums=False)
    assert list(_binaries(world, text, sets=("target", "example"))) == [f"example.com/m{path}" for path in paths]


def test_what_main_packages_there_are_is_shown_as_inputs(world: World) -> None:
    world.tree(TREE, sums=False)
    with pytest.raises(UsageError, match=r"example\.com/m/lib is not a main package") as caught:
        world.lock("./tree/lib")
    assert caught.value.hint == (
        "name one of its main packages: ./tree/main.go, ./tree/_example/skipped, ./tree/cmd/other, ./tree/cmd/serve, "
        "./tree/examples/first"
    )
    with pytest.raises(UsageError, match="is not a main package") as caught:
        world.lock("./tree/cmd")
    assert caught.value.hint == "./tree/cmd/... names those below it"
    (world.folder / "go.mod").write_text("module example.com/w\n", encoding="utf-8")
    (world.folder / "lib").mkdir()
    with pytest.raises(UsageError, match="is not a main package"):
        world.lock("./lib")


def test_no_set_and_more_binaries(tmp_path: Path, go: RealGo) -> None:
    txtar.write(tmp_path, TREE)
    user = User.with_go(tmp_path, go)
    with pytest.raises(UsageError, match="-set does not apply to "):
        user.run("list", "-set", "target", "./cmd/serve")
    listed = json.loads(user.run("list", "-json", "-set", "example", "./examples/..."))
    assert [binary["import_path"] for binary in listed["binaries"]] == ["example.com/m/examples/first"]
    listed = json.loads(user.run("list", "-json", "./testdata/fixture"))
    assert [binary["set"] for binary in listed["binaries"]] == ["fixture"]
    locked = read_lock(user.run("lock", "-binary", "example.com/m/cmd/other", "./cmd/serve"), "lock")
    assert [binary.dir for binary in locked.binaries] == ["cmd/other", "cmd/serve"]


@pytest.mark.parametrize(
    "command",
    [
        ["pack", "-version", "v1.0.0", "-destination", "out"],
        ["baseline", "update", "base.mod"],
        ["binary-package", "create", "-destination", "out", "-version", "v1.0.0"],
    ],
)
def test_commands_that_take_a_whole_module(command: list[str], tmp_path: Path, go: RealGo) -> None:
    txtar.write(tmp_path, TREE)
    (tmp_path / "base.mod").write_text("module example.com/base\n\ngo 1.21\n", encoding="utf-8")
    with pytest.raises(UsageError, match="takes a whole module") as caught:
        User.with_go(tmp_path, go).run(*command, "./cmd/serve")
    assert caught.value.hint == f"name {tmp_path}"


def test_what_of_a_package_is_affected(tmp_path: Path, go: RealGo) -> None:
    txtar.write(tmp_path, TREE)
    for words in (["init", "-q"], ["add", "."], ["-c", "user.name=a", "-c", "user.email=a", "commit", "-qm", "first"]):
        subprocess.run(["git", *words], cwd=tmp_path, check=True, capture_output=True, timeout=60)
    for name in ("serve", "other"):
        (tmp_path / "cmd" / name / "more.go").write_text("package main\n", encoding="utf-8")
    user = User.with_go(tmp_path, go)
    assert user.run("affected", "-since", "HEAD", "./cmd/serve") == "example.com/m/cmd/serve\n"
    assert user.run("affected", "-since", "HEAD", "./cmd/...") == "example.com/m/cmd/other\nexample.com/m/cmd/serve\n"


def test_a_workspace(world: World) -> None:
    root = world.tree(TREE, sums=False)
    txtar.write(root, TOOLS.replace("-- ", "-- tools/"))
    (root / "go.work").write_text("go 1.21\n\nuse (\n\t.\n\t./tools\n)\n", encoding="utf-8")
    assert list(_binaries(world, "tree/tools/lint")) == ["example.com/m/tools/lint"]
    assert list(_binaries(world, "tree/cmd/serve")) == ["example.com/m/cmd/serve"]
