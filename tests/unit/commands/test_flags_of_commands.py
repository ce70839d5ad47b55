"""Flags that mean nothing to a command are refused, those of GOFLAGS aside; those that mean something are taken."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from support import txtar
from support.realgo import RealGo
from support.user import User

from gomod2bazel.base.errors import ToolError, UsageError
from gomod2bazel.base.process.session import Session
from gomod2bazel.cli import run_command
from gomod2bazel.commands.command_line.command import check_flags
from gomod2bazel.commands.table.commands import COMMANDS
from gomod2bazel.commands.verify import verify as verifying
from gomod2bazel.options.options import Options


@pytest.fixture
def gopher(tmp_path: Path, go: RealGo) -> User:
    """Return a user with the real go command and a module tree."""
    txtar.write(tmp_path / "tree", "-- go.mod --\nmodule example.com/m\n\ngo 1.21\n-- main.go --\npackage main\n")
    return User.with_go(tmp_path, go)


@pytest.mark.parametrize(
    ("argv", "what"),
    [
        (["build", "-output=json", "-all", "."], "-output is a flag of query\n-all is a flag of list"),
        (["list", "-o", "x", "--n", "-o=y", "."], "-o, -n do not apply to list, "),
        (["list", "-gcflags", "-l", "-result-file=r", "."], "-gcflags, -result-file do not apply to list, "),
        (["lock", "-set=all", "-prefix=/x", "."], "-set, -prefix do not apply to lock, "),
        (
            ["lock", "-toolexec=x", "-since=x", "."],
            "-since is a flag of affected\n-toolexec does not apply to",
        ),
        (["query", "-o=x", "all"], "-o does not apply to query, "),
        (["verify", "-output=text", "."], "-output is a flag of query"),
        (["verify", "-destination=out", "-n", "."], "-destination, -n do not apply to verify, which installs nothing"),
        (["verify", "-prefix=p", "."], "-prefix does not apply to verify"),
        (["verify", "-result-file=f", "."], "-result-file does not apply to verify"),
        (["verify", "-o=x", "-work", "."], "-o, -work do not apply to verify"),
        (["baseline", "update", "-explain=x", "a", "b"], "-explain is a flag of list"),
        (["build", "-waves", "."], "-waves is a flag of baseline update and baseline impact"),
        (["list", "-variant=pure", "."], "-variant is a flag of lock and generate"),
    ],
)
def test_refused(argv: list[str], what: str, gopher: User) -> None:
    with pytest.raises(UsageError) as caught:
        run_command(argv, gopher.session)
    assert caught.value.what.startswith(what)
    assert caught.value.exit_code == 2


def test_what_is_no_flag_is_not_looked_at() -> None:
    check_flags("lock", ["-tags", "-explain", "-modfile=-n", ".", "--", "-o"], COMMANDS)


def test_flags_of_goflags_are_for_all_commands(gopher: User) -> None:
    environment = {**gopher.session.environment, "GOFLAGS": "-v -o=x -gcflags=-l"}
    gopher.session = replace(gopher.session, environment=environment)
    assert gopher.run("list", "tree").startswith("example.com/m ")


def test_the_compiler_of_a_lock_is_gc_too(gopher: User) -> None:
    environment = {**gopher.session.environment, "GCCGO": "/nosuch/gccgo"}
    with pytest.raises(ToolError, match='gccgo: exec: "/nosuch/gccgo": executable file not found'):
        run_command(["lock", "-compiler=gccgo", "tree"], replace(gopher.session, environment=environment))


def test_flags_of_go_test_in_goflags_are_left_out_by_verify(gopher: User, monkeypatch: pytest.MonkeyPatch) -> None:
    seen: list[tuple[str, ...]] = []

    def compare(_session: Session, _options: Options, words: tuple[str, ...]) -> int:
        seen.append(words)
        return 0

    monkeypatch.setattr(verifying, "verify", compare)
    environment = {**gopher.session.environment, "GOFLAGS": "-count=1 -run=X -tags=a"}
    assert run_command(["verify", "tree"], replace(gopher.session, environment=environment)) == 0
    assert seen == [("-tags=a", "tree")]
