"""The commands, down to where Bazel begins."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from provision_fakes import FakeRunner
from support import txtar
from support.realgo import RealGo

from gomod2bazel import __version__
from gomod2bazel.cli import COMMANDS, run_command
from gomod2bazel.errors import UsageError
from gomod2bazel.flags import FLAGS
from gomod2bazel.options import BuildOptions
from gomod2bazel.paths import Caches
from gomod2bazel.process import SubprocessRunner
from gomod2bazel.session import Session
from gomod2bazel.unchanged import Run

ROOT = Path(__file__).resolve().parents[2]

TREE = """
-- go.mod --
module example.com/m

go 1.21
-- main.go --
package main

func main() {}
-- examples/e/e.go --
package main

func main() {}
-- cmd/broken/b.go --
package main

import "example.com/m/nowhere"

func main() { nowhere.F() }
"""


class User:
    """Someone at a terminal, in a folder of their own."""

    def __init__(self, folder: Path, **changes: Any) -> None:
        self.out: list[str] = []
        self.said: list[str] = []
        plain = Session(
            environment={},
            cwd=folder,
            caches=Caches(root=folder / "cache"),
            runner=FakeRunner(),
            say=self.said.append,
            progress=lambda _: None,
            out=self.out.append,
        )
        self.session = replace(plain, **changes)

    def run(self, *argv: str) -> str:
        """Run a command that ends well and return what it printed."""
        self.out.clear()
        assert run_command(argv, self.session) == 0
        return "".join(self.out)


@pytest.fixture
def user(tmp_path: Path) -> User:
    """Return a user without a single program."""
    return User(tmp_path)


@pytest.fixture
def gopher(tmp_path: Path, go: RealGo) -> User:
    """Return a user with the real go command and a module tree."""
    txtar.write(tmp_path / "tree", TREE)
    caches = Caches(root=tmp_path / "cache")
    caches.root.mkdir()
    (caches.root / "go-build").symlink_to(go.environment["GOCACHE"])
    environment = {**go.environment, "GOFLAGS": "", "GOMODCACHE": str(tmp_path / "users")}
    return User(tmp_path, environment=environment, runner=SubprocessRunner(), caches=caches)


@pytest.mark.parametrize("argv", [[], ["help"], ["-h"], ["--help"], ["-help"]])
def test_help_lists_all_there_is(argv: list[str], user: User) -> None:
    text = user.run(*argv)
    assert all(f"\n  {name} " in text for name in COMMANDS)
    assert all(f"\n  -{name} " in text for name in FLAGS)


@pytest.mark.parametrize("word", ["version", "-version", "--version"])
def test_version(word: str, user: User) -> None:
    assert user.run(word) == f"gomod2bazel {__version__}\n"


@pytest.mark.parametrize(
    ("argv", "what"),
    [
        (["frobnicate"], "unknown command 'frobnicate'"),
        (["build"], "no INPUT given"),
        (["list", "a", "b"], "one INPUT expected, got 2: a b"),
        (["lock", "-C", "nowhere", "a"], "-C nowhere: no such folder"),
        (["shutdown", "now"], "shutdown takes no arguments: now"),
        (["clean", "-all"], "clean takes no arguments: -all"),
    ],
)
def test_usage(argv: list[str], what: str, user: User) -> None:
    with pytest.raises(UsageError) as caught:
        run_command(argv, user.session)
    assert caught.value.what == what


def test_goflags_that_cannot_be_honoured_are_refused(user: User) -> None:
    user.session = replace(user.session, environment={"GOFLAGS": "-race"})
    with pytest.raises(UsageError, match="-race is not supported yet"):
        user.run("build", "example.com/m@v1.0.0")


def test_an_unchanged_run_asks_no_program(user: User) -> None:
    options = BuildOptions(input="example.com/m@v1.0.0", destination="/usr/bin", tags=("a",))
    session = replace(user.session, environment={"GOFLAGS": "-tags=a -unknown-to-us"})
    record = Run.of(session.caches.runs, options, session.environment, session.cwd)
    record.save({}, [], ["/usr/bin/x", "/usr/bin/y"])
    user.session = session
    assert user.run("build", "-destination=/usr/bin", "example.com/m@v1.0.0") == ""
    assert len(user.said) == 1
    assert "2 binaries are up to date" in user.said[0]


def test_list(gopher: User) -> None:
    lines = [line.split() for line in gopher.run("list", "tree").splitlines()]
    assert [line[:2] for line in lines] == [["example.com/m", "target"], ["example.com/m/examples/e", "example"]]
    assert "'examples'" in lines[1]
    assert len(gopher.said) == 1
    assert gopher.said[0].startswith("example.com/m/cmd/broken does not load: ")


def test_list_json(gopher: User) -> None:
    value = json.loads(gopher.run("list", "-json", "-C", "tree", "."))
    assert [(one["import_path"], one["set"]) for one in value["binaries"]] == [
        ("example.com/m", "target"),
        ("example.com/m/examples/e", "example"),
    ]
    assert [one["import_path"] for one in value["broken"]] == ["example.com/m/cmd/broken"]
    assert "example.com/m/nowhere" in value["broken"][0]["error"]


def test_lock(gopher: User) -> None:
    printed = gopher.run("lock", "tree")
    assert gopher.run("lock", "-result-file=lock.json", "tree") == ""
    assert (gopher.session.cwd / "lock.json").read_text(encoding="utf-8") == printed
    assert [one["import_path"] for one in json.loads(printed)["binaries"]] == [
        "example.com/m",
        "example.com/m/examples/e",
    ]
    assert str(gopher.session.cwd) not in printed, "a lock names no folder of this machine"
    with pytest.raises(UsageError, match="one platform"):
        run_command(["lock", "-platform=linux/amd64,linux/arm64", "tree"], gopher.session)


def test_flags_of_the_environment_hold_for_the_go_command_too(gopher: User) -> None:
    session = gopher.session
    gopher.session = replace(session, environment={**session.environment, "GOFLAGS": "-tags=a,b -modcacherw"})
    assert json.loads(gopher.run("lock", "tree"))["configuration"]["tags"] == ["a", "b"]
    assert json.loads(gopher.run("lock", "-tags=c", "tree"))["configuration"]["tags"] == ["c"]


def test_lock_of_a_fetched_module_is_for_any_machine(gopher: User) -> None:
    goproxy = f"-goproxy=file://{ROOT}/examples/goproxy"
    value = json.loads(gopher.run("lock", goproxy, "example.com/hello@v1.1.0"))
    modules = {module["path"]: module for module in value["modules"]}
    assert modules["example.com/words"]["version"] == "v0.2.0"
    assert modules["example.com/words"]["verified"] is True
    assert len(modules["example.com/words"]["zip_sha256"]) == 64
    assert str(gopher.session.cwd) not in json.dumps(value)
