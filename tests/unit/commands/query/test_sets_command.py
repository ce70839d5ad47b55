"""The commands sets diff and sets suggest."""

from __future__ import annotations

import tomllib
from pathlib import Path

import pytest
from support import txtar
from support.documents import checked
from support.realgo import RealGo
from support.small_module import MAIN
from support.user import User

from gomod2bazel.base.errors import UsageError
from gomod2bazel.cli import run_command

GO_MOD = "-- go.mod --\nmodule example.com/m/v2\n\ngo 1.22\n"


def _tree(sets: dict[str, str]) -> str:
    """Return a module whose main packages are in these sets."""
    tables = "".join(f'[[binary]]\nimport-path = "./{folder}"\nset = "{name}"\n' for folder, name in sets.items())
    mains = "".join(f"-- {folder}/main.go --\n{MAIN}" for folder in sets)
    return f"{GO_MOD}-- gomod2bazel.toml --\n{tables}{mains}"


OLD = {"cmd/stay": "target", "cmd/gone": "target", "cmd/move": "target", "cmd/turn": "target", "hack/x": "maintenance"}
NEW = {
    "cmd/stay": "target",
    "tools/move": "target",
    "cmd/turn": "maintenance",
    "hack/y": "maintenance",
    "ex/new": "example",
}


@pytest.fixture
def user(tmp_path: Path, go: RealGo) -> User:
    """Return a user with two versions of a module."""
    txtar.write(tmp_path / "old", _tree(OLD))
    txtar.write(tmp_path / "new", _tree(NEW))
    return User.with_go(tmp_path, go)


ALL = [
    "removed  cmd/gone    target (1.00)",
    "set      cmd/turn    target -> maintenance (1.00)",
    "added    ex/new      example (1.00)",
    "removed  hack/x      maintenance (1.00)",
    "added    hack/y      maintenance (1.00)",
    "moved    tools/move  target (1.00), was cmd/move",
]


def test_changes(user: User) -> None:
    assert user.run("sets", "diff", "old", "new").splitlines() == ALL


def test_changes_of_one_set_on_either_side(user: User) -> None:
    lines = user.run("sets", "diff", "-set=target", "old", "new").splitlines()
    assert [line.split()[:2] for line in lines] == [
        ["removed", "cmd/gone"], ["set", "cmd/turn"], ["moved", "tools/move"],
    ]  # fmt: skip
    assert [line.split()[1] for line in user.run("sets", "diff", "-set=example", "old", "new").splitlines()] == [
        "ex/new"
    ]


def test_nothing_changed(user: User) -> None:
    assert user.run("sets", "diff", "-set=integration", "old", "new") == ""


def test_changes_for_scripts(user: User) -> None:
    value = checked("sets-diff", user.run("sets", "diff", "-json", "-set=target", "old", "new"))
    assert value["old"] == value["new"] == {"module": "example.com/m/v2", "version": ""}
    moved = value["changes"][-1]
    assert moved == {
        "kind": "moved", "directory": "tools/move", "name": "move", "before": "target", "after": "target",
        "was": "cmd/move", "confidence": 1.0,
    }  # fmt: skip


@pytest.mark.parametrize(("flags", "code"), [([], 0), (["-exit-code"], 1), (["-exit-code", "-set=integration"], 0)])
def test_exit_code(flags: list[str], code: int, user: User) -> None:
    assert run_command(["sets", "diff", *flags, "old", "new"], user.session) == code


@pytest.mark.parametrize(
    ("argv", "message"),
    [
        (["diff", "old"], "two INPUTs"),
        (["diff", "old", "new", "./old/cmd/stay"], "two INPUTs"),
        (["difff", "old", "new"], "unknown command 'sets difff'"),
        ([], "needs a subcommand"),
        (["suggest"], "no INPUT given"),
        (["suggest", "-exit-code", "old"], "-exit-code"),
    ],
)
def test_wrong_calls(argv: list[str], message: str, user: User) -> None:
    with pytest.raises(UsageError, match=message):
        user.run("sets", *argv)


def test_tables_to_review(user: User, tmp_path: Path) -> None:
    text = user.run("sets", "suggest", "old")
    assert text.startswith("# example.com/m/v2: check each set, and write its source.\n")
    tables = tomllib.loads(text)["binary"]
    assert [(table["import-path"], table["set"]) for table in tables] == sorted(
        (f"./{folder}", name) for folder, name in OLD.items()
    )
    assert {(table["module"], table["source"]) for table in tables} == {("example.com/m", "")}
    (tmp_path / "facts.toml").write_text(text.replace('source = ""', 'source = "README"'), encoding="utf-8")
    (tmp_path / "old/gomod2bazel.toml").unlink()
    assert user.run("list", "-curated=facts.toml", "-set=maintenance", "old").split()[:2] == [
        "example.com/m/v2/hack/x", "maintenance",
    ]  # fmt: skip
    with pytest.raises(UsageError, match=r"has no source|is not one line"):
        (tmp_path / "empty.toml").write_text(text, encoding="utf-8")
        user.run("list", "-curated=empty.toml", "old")
