"""The command affected: what git says of a tree becomes binaries and tests, by the graph of packages."""

from __future__ import annotations

import shutil
import subprocess
from dataclasses import replace
from pathlib import Path

import pytest
from support import txtar
from support.documents import checked
from support.realgo import RealGo
from support.user import User

from gomod2bazel.base.errors import UsageError

pytestmark = pytest.mark.skipif(shutil.which("git") is None, reason="git is not on PATH")

TREE = """
-- .gitignore --
ignored.go
-- README.md --
-- app/go.mod --
module example.com/app

go 1.21

require example.com/low v1.0.0

replace example.com/low => ../low
-- app/main.go --
package main

import "example.com/app/a"

func main() { a.F() }
-- app/main_test.go --
package main
-- app/a/a.go --
package a

import (
	_ "embed"

	"example.com/low"
)

//go:embed text/*.txt
var Text string

func F() string { return low.F() }
-- app/a/text/a.txt --
text
-- app/a/a_windows.go --
package a
-- app/a/a_test.go --
package a

import _ "example.com/app/onlytests"
-- app/a/testdata/x --
-- app/b/b.go --
package b
-- app/b/b_test.go --
package b
-- app/b/notes/x --
-- app/onlytests/t.go --
package onlytests
-- app/cmd/other/main.go --
package main

import _ "example.com/app/b"

func main() {}
-- app/examples/e/main.go --
package main

func main() {}
-- low/go.mod --
module example.com/low

go 1.21
-- low/low.go --
package low

func F() string { return "" }
"""

MAIN, OTHER, EXAMPLE = "example.com/app", "example.com/app/cmd/other", "example.com/app/examples/e"
A, B = "example.com/app/a", "example.com/app/b"
EVERYTHING = [MAIN, A, B, OTHER, EXAMPLE]


class Repository:
    """A git repository with two modules, and one commit."""

    def __init__(self, folder: Path, go: RealGo) -> None:
        self.root = txtar.write(folder / "repository", TREE)
        self.user = User.with_go(folder, go)
        session = self.user.session
        self.user.session = replace(session, environment={**session.environment, "CGO_ENABLED": "0"})
        self.git("init", "-q", "-b", "main")
        self.commit()

    def git(self, *arguments: str) -> None:
        """Run git."""
        identity = ("-c", "user.name=x", "-c", "user.email=x@example.com")
        subprocess.run(["git", *identity, *arguments], cwd=self.root, check=True, capture_output=True)

    def commit(self) -> None:
        """Commit everything."""
        self.git("add", "-A")
        self.git("commit", "-q", "-m", "x")

    def write(self, file: str, text: str) -> None:
        """Write a file."""
        path = self.root / file
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, "utf-8")

    def edit(self, file: str, before: str, after: str) -> None:
        """Replace something in a file."""
        text = (self.root / file).read_text("utf-8")
        assert before in text
        self.write(file, text.replace(before, after))

    def affected(self, *flags: str) -> list[str]:
        """Return the import paths that are printed."""
        return self.user.run("affected", "-since", "main", *flags, "repository/app").splitlines()

    def rows(self, *flags: str) -> dict[tuple[str, str], str]:
        """Return the reasons by import path and kind."""
        value = checked("affected", self.user.run("affected", "-since=main", "-json", *flags, "repository/app"))
        return {(row["import_path"], row["kind"]): row["reason"] for row in value["affected"]}


@pytest.fixture
def repository(tmp_path: Path, go: RealGo) -> Repository:
    return Repository(tmp_path, go)


def test_files_of_packages(repository: Repository) -> None:
    assert repository.affected() == []
    repository.write("README.md", "x")
    repository.write("app/a/ignored.go", "package a")
    repository.write("app/a/a_windows.go", "package a // x")
    repository.write("app/b/notes/x", "x")
    assert repository.affected() == []
    repository.write("app/b/b.go", "package b\n\nvar X = 1\n")
    reason = "example.com/app/b: app/b/b.go"
    assert repository.rows() == {(OTHER, "binary"): reason, (B, "test"): reason}
    # Committed on a branch, and a commit of main that the branch does not have.
    repository.git("checkout", "-q", "-b", "branch")
    repository.commit()
    assert repository.affected() == [B, OTHER]
    assert repository.affected("-set=example") == [B]
    assert repository.affected("-platform=windows/amd64") == [MAIN, A, B, OTHER]


@pytest.mark.parametrize(
    ("file", "expected"),
    [
        ("app/a/text/a.txt", [(MAIN, "binary"), (MAIN, "test"), (A, "test")]),
        ("app/a/text/new.txt", [(MAIN, "binary"), (MAIN, "test"), (A, "test")]),
        ("low/low.go", [(MAIN, "binary"), (MAIN, "test"), (A, "test")]),
        ("app/onlytests/t.go", [(A, "test")]),
        ("app/a/testdata/x", [(A, "test")]),
        ("app/a/testdata/new/y", [(A, "test")]),
        ("app/a/a_test.go", [(A, "test")]),
        ("app/default.pgo", [(MAIN, "binary"), (MAIN, "test")]),
    ],
)
def test_what_a_file_reaches(file: str, expected: list[tuple[str, str]], repository: Repository) -> None:
    path = repository.root / file
    repository.write(file, (path.read_text("utf-8") if path.exists() else "") + "\n")
    rows = repository.rows()
    assert sorted(rows) == sorted(expected)
    assert all(reason.endswith(f": {file}") for reason in rows.values())


@pytest.mark.parametrize(
    ("file", "expected"),
    [
        ("app/b/b_test.go", []),
        ("app/a/text/a.txt", [MAIN, A]),
        ("app/a/a_windows.go", [MAIN, A]),
        ("app/a/testdata/x", [A]),
    ],
)
def test_deleted_files(file: str, expected: list[str], repository: Repository) -> None:
    # A pattern must match something still.
    repository.write("app/a/text/kept.txt", "")
    repository.git("add", "-A")
    repository.git("commit", "-q", "--amend", "-m", "x")
    (repository.root / file).unlink()
    assert repository.affected() == expected


@pytest.mark.parametrize(
    ("file", "before", "after", "expected", "reason"),
    [
        ("app/go.mod", "go 1.21", "go 1.22", EVERYTHING, "app/go.mod: go line"),
        ("app/go.mod", "go 1.21", "go 1.21\n\ngodebug panicnil=1", EVERYTHING, "app/go.mod: godebug line"),
        ("app/go.mod", "go 1.21", "go 1.21\n\ngodebug (\n\tpanicnil=1\n)", EVERYTHING, "app/go.mod: godebug line"),
        ("app/go.mod", "v1.0.0", "v1.0.1", [MAIN, A], "app/go.mod: example.com/low"),
        ("app/go.mod", "=> ../low", "=> ../low/", [MAIN, A], "app/go.mod: example.com/low"),
        ("app/go.mod", "go 1.21", "go 1.21 // why", [], ""),
        ("app/go.mod", "go 1.21", "go 1.21\n\nretract v1.0.0", [], ""),
        ("low/go.mod", "go 1.21", "go 1.20", [MAIN, A], "low/go.mod: go line"),
        ("low/go.mod", "go 1.21", "go 1.21\n\nretract v1.0.0", [], ""),
    ],
)
def test_lines_of_go_mod(
    file: str, before: str, after: str, expected: list[str], reason: str, repository: Repository
) -> None:
    repository.edit(file, before, after)
    rows = repository.rows()
    assert sorted({path for path, _ in rows}) == sorted(expected)
    assert all(text.endswith(reason) for text in rows.values())


def test_a_new_workspace(repository: Repository) -> None:
    repository.write("go.work", "go 1.21\n\nuse (\n\t./app\n\t./low\n)\n")
    assert set(repository.affected()) >= set(EVERYTHING)
    repository.commit()
    assert repository.affected() == []
    repository.edit("go.work", "go 1.21", "go 1.21 // why")
    assert repository.affected() == []
    repository.edit("go.work", "go 1.21", "go 1.22")
    assert set(repository.rows().values()) >= {f"{MAIN}: go.work: go line"}


def test_other_content_of_a_version(repository: Repository) -> None:
    hashes = [f"h1:{letter * 43}=" for letter in "AB"]
    repository.write("app/go.sum", f"example.com/low v1.0.0 {hashes[0]}\n")
    assert repository.affected() == [], "new lines follow go.mod"
    repository.commit()
    repository.edit("app/go.sum", *hashes)
    assert repository.affected() == [MAIN, A]


@pytest.mark.parametrize(
    ("arguments", "what"),
    [
        (["repository/app"], "affected needs -since"),
        (["-since=main"], "no INPUT given"),
        (["-since=nowhere", "repository/app"], "-since nowhere: git knows no such commit in "),
        (["-since=--output=x", "repository/app"], "-since --output=x: not a commit"),
        (["-since=main", "example.com/app@v1.0.0"], "affected: example.com/app@v1.0.0 is not a folder"),
        (["-since=main", "elsewhere"], "-since main: "),
        (["-since=main", "-baseline=x", "repository/app"], "-baseline does not apply to affected"),
    ],
)
def test_usage(arguments: list[str], what: str, repository: Repository) -> None:
    txtar.write(
        repository.root.parent / "elsewhere", "-- go.mod --\nmodule m\n-- m.go --\npackage main\nfunc main() {}\n"
    )
    with pytest.raises(UsageError) as caught:
        repository.user.run("affected", *arguments)
    assert str(caught.value).startswith(what)
