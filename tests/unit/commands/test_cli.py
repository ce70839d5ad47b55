"""The commands, down to where Bazel begins."""

from __future__ import annotations

import json
from dataclasses import asdict, replace
from pathlib import Path

import pytest
from support import txtar
from support.fake_programs import FakeRunner
from support.given import options_of
from support.lock_value import lock_value
from support.realgo import RealGo
from support.user import User

from gomod2bazel.base.errors import UsageError
from gomod2bazel.base.process.message import warning
from gomod2bazel.cli import run_command
from gomod2bazel.load.changes.up_to_date import Run
from gomod2bazel.options.module_input import parse_module

ROOT = Path(__file__).resolve().parents[3]

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


@pytest.fixture
def user(tmp_path: Path) -> User:
    """Return a user without a single program."""
    return User(tmp_path, FakeRunner())


@pytest.fixture
def gopher(tmp_path: Path, go: RealGo) -> User:
    """Return a user with the real go command and a module tree."""
    txtar.write(tmp_path / "tree", TREE)
    return User.with_go(tmp_path, go)


@pytest.mark.parametrize(
    ("argv", "what"),
    [
        (["frobnicate"], "unknown command 'frobnicate'"),
        (["build"], "no INPUT given"),
        (["lock", "a", "b"], "one INPUT expected, got 2: a b"),
        (["lock", "-C", "nowhere", "a"], "-C nowhere: no such folder"),
        (["shutdown", "now"], "shutdown takes no arguments: now"),
        (["clean", "-all"], "-all is not a flag of clean"),
        (["build", "-all", "a"], "-all is a flag of list"),
        (["lock", "-explain=a", "a"], "-explain is a flag of list"),
        (["list", "-package=a", "a"], "-package is a flag of binary-package create"),
        (["query", "-version=v1.0.0", "a"], "-version is a flag of build, pack and binary-package create"),
        (["pack", "-race", "-gcflags=-N", "a"], "-gcflags, -race are not flags of pack"),
        (["pack"], "no INPUT given"),
        (["index", "a"], "index takes no INPUT: a"),
        (["index"], "index needs -destination"),
        (["index", "-prefix=p", "-destination="], "index needs -destination"),
        (["pack", "-prefix=p", "example.com/m@v1.0.0"], "pack needs -destination"),
        (["fetch", "example.com/m@v1.0.0"], "fetch needs -destination"),
        (["binary-package", "create", "example.com/m@v1.0.0"], "binary-package create needs -destination"),
        (["binary-package"], "binary-package needs a subcommand"),
        (["binary-package", "make"], "unknown command 'binary-package make'"),
        (["binary-package", "create", "-binary=a", "a"], "-binary is not a flag of binary-package create"),
    ],
)
def test_usage(argv: list[str], what: str, user: User) -> None:
    with pytest.raises(UsageError) as caught:
        run_command(argv, user.session)
    assert caught.value.what == what


@pytest.mark.parametrize("command", ["build", "list", "lock", "verify", "pack"])
def test_the_hint_for_a_missing_input_names_the_command(command: str, user: User) -> None:
    with pytest.raises(UsageError, match="no INPUT given") as caught:
        run_command([command], user.session)
    assert caught.value.hint.startswith(f"gomod2bazel {command} [")


def test_goflags_that_cannot_be_honoured_are_refused(user: User) -> None:
    user.session = replace(user.session, environment={"GOFLAGS": "-trimpath=false"})
    with pytest.raises(UsageError, match="-trimpath=false is not supported"):
        user.run("build", "example.com/m@v1.0.0")


def test_an_unchanged_run_asks_no_program(user: User) -> None:
    options = options_of(input=parse_module("example.com/m@v1.0.0"), destination="/usr/bin", tags=("a",))
    session = replace(user.session, environment={"GOFLAGS": "-tags=a -unknown-to-us"})
    record = Run.of(session.caches.runs, {"inputs": [asdict(options)]}, session.environment, session.cwd)
    record.save({}, [], ["/usr/bin/x", "/usr/bin/y"], [warning("what the first run warned of")])
    user.session = session
    assert user.run("build", "-destination=/usr/bin", "example.com/m@v1.0.0") == ""
    assert len(user.messages) == 2
    assert user.messages[0] == "warning: what the first run warned of"
    assert "2 binaries are up to date" in user.messages[1]


def test_lock(gopher: User) -> None:
    printed = gopher.run("lock", "tree")
    assert gopher.run("lock", "-result-file=lock.json", "tree") == ""
    assert (gopher.session.cwd / "lock.json").read_text(encoding="utf-8") == printed
    assert [one["import_path"] for one in lock_value(printed)["binaries"]] == [
        "example.com/m",
        "example.com/m/examples/e",
    ]
    assert str(gopher.session.cwd) not in printed, "a lock names no folder of this machine"
    several = lock_value(gopher.run("lock", "-platform=linux/amd64,linux/arm64", "-variant=tags=x", "tree"))
    assert sorted(several["configurations"]) == sorted(
        f"linux_{arch}{more}" for arch in ("amd64", "arm64") for more in ("", "_tags=x")
    )
    assert several["configuration"] == several["configurations"]["linux_amd64"]


def test_flags_of_the_environment_hold_for_the_go_command_too(gopher: User) -> None:
    session = gopher.session
    gopher.session = replace(session, environment={**session.environment, "GOFLAGS": "-tags=a,b -modcacherw"})
    assert lock_value(gopher.run("lock", "tree"))["configuration"]["tags"] == ["a", "b"]
    assert lock_value(gopher.run("lock", "-tags=c", "tree"))["configuration"]["tags"] == ["c"]


def test_lock_of_a_fetched_module_is_for_any_machine(gopher: User) -> None:
    goproxy = f"-goproxy=file://{ROOT}/examples/goproxy"
    value = lock_value(gopher.run("lock", goproxy, "example.com/hello@v1.1.0"))
    modules = {module["path"]: module for module in value["modules"]}
    assert modules["example.com/words"]["version"] == "v0.2.0"
    assert modules["example.com/words"]["verified"] is True
    assert len(modules["example.com/words"]["zip_sha256"]) == 64
    assert str(gopher.session.cwd) not in json.dumps(value)


def test_modfile_is_of_a_tree_alone(gopher: User) -> None:
    (gopher.session.cwd / "other.mod").write_text("module example.com/m\n\ngo 1.22\n", encoding="utf-8")
    with pytest.raises(UsageError, match="cannot be used with commands that ignore the current module"):
        run_command(["lock", "-modfile=other.mod", "example.com/hello@v1.1.0"], gopher.session)


def test_a_platform_that_is_near(gopher: User) -> None:
    with pytest.raises(UsageError, match="unsupported GOOS/GOARCH pair linux/amd46") as caught:
        run_command(["lock", "-platform=linux/amd46", "tree"], gopher.session)
    assert caught.value.hint.startswith("did you mean linux/amd64? go tool dist list")
