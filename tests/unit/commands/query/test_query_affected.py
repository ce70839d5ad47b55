"""`affected(REV)`: what git says of a workspace becomes an expression for Bazel."""

from __future__ import annotations

import shutil
import subprocess
from dataclasses import replace
from pathlib import Path

import pytest
from support import txtar
from support.samples import lock
from support.user import User

from gomod2bazel.base.errors import ToolError, UsageError
from gomod2bazel.base.process.runner import SubprocessRunner
from gomod2bazel.commands.query.affected import Differences, affected_by, differences
from gomod2bazel.commands.query.expression import Scope, check, expand
from gomod2bazel.commands.query.output import QueriedTarget
from gomod2bazel.lock.lock import LockedModule

pytestmark = pytest.mark.skipif(shutil.which("git") is None, reason="git is not on PATH")

TREE = """
-- MODULE.bazel --
go_modules = use_extension("@gomod2bazel//rules:extensions.bzl", "go_modules")
go_modules.from_file(lock = "//:go.lock.json")
-- go.mod --
module example.org/app
-- .gitignore --
ignored
-- .bazelignore --
third_party
-- BUILD.bazel --
-- top.go --
-- lib/BUILD.bazel --
-- lib/lib.go --
-- lib/testdata/a.txt --
-- lib/testdata/b.txt --
-- lib/deep/x.go --
-- tool/BUILD --
-- tool/rules.bzl --
-- third_party/BUILD --
-- third_party/x.go --
-- nested/MODULE.bazel --
-- nested/BUILD --
-- nested/x.go --
"""


MODULES = tuple(
    LockedModule(
        path=f"example.com/{name}",
        version="v1.0.0",
        sum="h1:x",
        go_mod_sum="h1:y",
        verified=True,
        replaced_by="",
        lang="go1.24",
        packages=(),
    )
    for name in ("a", "b")
)
LOCK = replace(lock(), modules=MODULES)


class Repository:
    """A workspace in a folder of a git repository, with one commit."""

    def __init__(self, folder: Path) -> None:
        self.root = folder / "repository" / "workspace"
        txtar.write(self.root, TREE)
        self.write("go.lock.json", LOCK.to_json())
        self.user = User(folder, SubprocessRunner())
        environment = {"HOME": str(folder), "PATH": "/usr/bin:/bin:/usr/local/bin"}
        self.user.session = replace(self.user.session, environment=environment)
        self.git("init", "-q", "-b", "main", str(self.root.parent))
        self.commit()

    def write(self, path: str, text: str) -> None:
        """Write a file of the workspace."""
        file = self.root / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text, encoding="utf-8")

    def git(self, *arguments: str) -> None:
        """Run git in the workspace."""
        names = ("-c", "user.name=x", "-c", "user.email=x@example.org")
        subprocess.run(
            ["git", *names, *arguments],
            cwd=self.root,
            check=True,
            capture_output=True,
            env=self.user.session.environment,
        )

    def commit(self) -> None:
        """Commit all files."""
        self.git("add", "-A")
        self.git("commit", "-q", "-m", "x")

    def changed(self, revision: str = "HEAD") -> str:
        """Return the expression for what differs from a commit; ALL where that is everything."""
        differing = differences(self.user.session, self.root, revision)
        return "ALL" if differing.everything else differing.expression(self.root, "packages()")


@pytest.fixture
def repository(tmp_path: Path) -> Repository:
    return Repository(tmp_path)


def test_nothing(repository: Repository) -> None:
    repository.write("ignored", "x")
    repository.write("third_party/x.go", "x")
    repository.write("nested/x.go", "x")
    assert repository.changed() == ""


def test_files_belong_to_the_package_around_them(repository: Repository) -> None:
    repository.write("top.go", "x")
    repository.write("lib/testdata/a.txt", "x")
    repository.write("lib/new.go", "x")
    assert repository.changed() == (
        'filter("//:(top\\.go)$", "//:*") + filter("//lib:(new\\.go|testdata/a\\.txt)$", "//lib:*")'
    )


def test_what_is_committed_on_a_branch(repository: Repository) -> None:
    """The base is what both have in common: what others put on main meanwhile does not count."""
    repository.git("switch", "-q", "-c", "mine")
    repository.write("lib/lib.go", "mine")
    repository.commit()
    repository.git("switch", "-q", "main")
    repository.write("top.go", "theirs")
    repository.commit()
    repository.git("switch", "-q", "mine")
    assert repository.changed("main") == 'filter("//lib:(lib\\.go)$", "//lib:*")'


def test_a_file_that_is_gone_may_have_been_in_any_target(repository: Repository) -> None:
    (repository.root / "lib/testdata/b.txt").unlink()
    assert repository.changed() == '"//lib:*"'


def test_packages_that_change_come_or_go(repository: Repository) -> None:
    repository.write("tool/BUILD", "# changed")
    assert repository.changed() == '"//:*" + "//tool:*"'
    repository.git("checkout", "-q", ".")
    repository.write("lib/deep/BUILD.bazel", "")
    assert repository.changed() == '"//lib:*" + "//lib/deep:*"', "lib had the files of deep"
    (repository.root / "lib/deep/BUILD.bazel").unlink()
    (repository.root / "lib/BUILD.bazel").unlink()
    assert repository.changed() == '"//:*"'


@pytest.mark.parametrize("path", ["MODULE.bazel", "tool/rules.bzl", ".bazelversion"])
def test_what_all_targets_are_made_with(repository: Repository, path: str) -> None:
    repository.write(path, "# changed")
    assert repository.changed() == "ALL"


def test_modules_of_the_lock(repository: Repository) -> None:
    """Another version of a module reaches what depends on it, and go.mod and go.sum nothing."""
    module = replace(LOCK.modules[0], version="v9.9.9")
    repository.write("go.mod", "module example.org/app // changed")
    repository.write("go.lock.json", replace(LOCK, modules=(module, *LOCK.modules[1:])).to_json())
    assert repository.changed() == (
        'filter("//:(go\\.mod)$", "//:*") + attr(module, "^(example\\.com/a@v9\\.9\\.9)$", packages())'
    )
    configuration = replace(LOCK.configuration, go="go1.99.0")
    repository.write("go.lock.json", replace(LOCK, configuration=configuration).to_json())
    assert repository.changed() == "ALL"
    repository.write("go.lock.json", "no lock")
    assert repository.changed() == "ALL"


def test_what_is_no_commit(repository: Repository, tmp_path: Path) -> None:
    for revision in ("gone", "--all"):
        with pytest.raises(UsageError, match="commit"):
            repository.changed(revision)
    session = replace(repository.user.session, environment={"PATH": str(tmp_path)})
    with pytest.raises(ToolError, match="git, which is not on PATH"):
        differences(session, repository.root, "HEAD")


def test_in_an_expression() -> None:
    asked: list[str] = []

    def affected(revision: str) -> str:
        asked.append(revision)
        return "set(x)"

    scope = Scope(roots="//...", modules=list, affected=affected)
    assert expand("kind(test, affected('HEAD^'))", scope) == "kind(test, set(x))"
    assert expand("affected(origin/main)", scope) == "set(x)"
    assert asked == ["HEAD^", "origin/main"]
    check("affected(x)")
    with pytest.raises(UsageError, match="does not take 0 arguments"):
        check("affected()")
    with pytest.raises(UsageError, match="affected compares files of a Bazel workspace"):
        expand("affected(x)", replace(scope, affected=None))
    assert Differences(files=()).expression(Path(), "") == ""


def test_what_changed_targets_reach() -> None:
    graph = [
        QueriedTarget(label="//a:a", kind="go_library", deps=("//a:a.go", "@m//:m")),
        QueriedTarget(label="//a:a.go", kind="source file"),
        QueriedTarget(label="//a:a_test", kind="go_test", deps=("//a:a", "//a:a_test.go")),
        QueriedTarget(label="//b:b", kind="go_binary", deps=("//b:made",)),
        QueriedTarget(label="//b:gen", kind="genrule", deps=("//a:a",)),
        QueriedTarget(label="//b:made", kind="generated file", deps=("//b:gen",)),
        QueriedTarget(label="//c:c", kind="go_library"),
        QueriedTarget(label="@m//:m", kind="alias", deps=("@@m-v1//:m",)),
        QueriedTarget(label="@@m-v1//:m", kind="go_library"),
    ]
    assert affected_by({"//a:a_test.go"}, graph) == ("//a:a_test",)
    every = ("//a:a", "//a:a_test", "//b:b", "//b:gen")
    assert affected_by({"//a:a.go"}, graph) == affected_by({"@@m-v1//:m"}, graph) == every
    assert affected_by({"//c:c", "//gone"}, graph) == ("//c:c",)
