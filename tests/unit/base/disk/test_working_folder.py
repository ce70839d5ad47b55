"""What a folder behind a link is called, and trees behind links as the go command has them."""

from __future__ import annotations

import os
import sys
from dataclasses import replace
from pathlib import Path

import pytest
from support import txtar
from support.given import options_of
from support.realgo import RealGo
from support.user import User

from gomod2bazel.base.disk.working_folder import changed_folder, folder_name, working_folder
from gomod2bazel.base.errors import UsageError
from gomod2bazel.base.process.runner import SubprocessRunner
from gomod2bazel.load.input.opened import open_input
from gomod2bazel.load.input.read_input import read_input
from gomod2bazel.load.load import load

TREE = """
-- real/go.mod --
module example.com/m

go 1.22

require example.com/dep v1.0.0

replace example.com/dep => ../dep
-- real/cmd/tool/main.go --
package main

import "example.com/dep"

func main() { println(dep.Name) }
-- real/sub/doc.go --
package sub
-- dep/go.mod --
module example.com/dep

go 1.22
-- dep/dep.go --
package dep

const Name = "beside the folder"
-- far/away/real/go.mod --
module example.com/far

go 1.22

require example.com/dep v1.0.0

replace example.com/dep => ../dep
-- far/away/real/main.go --
package main

import "example.com/dep"

func main() { println(dep.Name) }
-- far/away/dep/go.mod --
module example.com/dep

go 1.22
-- far/away/dep/dep.go --
package dep

const Name = "far away"
-- work/a/go.mod --
module example.com/a

go 1.22
-- work/a/main.go --
package main

import "example.com/b"

func main() { println(b.Name) }
-- elsewhere/b/go.mod --
module example.com/b

go 1.22
-- elsewhere/b/b.go --
package b

const Name = "b"
-- elsewhere/b/cmd/b/main.go --
package main

func main() {}
"""

LINKS = {
    "link": "real",
    "link2": "link",
    "up/link": "../real",
    "top": ".",
    "farlink": "far/away/real",
    "work/b": "../elsewhere/b",
    "worklink": "work",
}


@pytest.fixture
def world(tmp_path: Path) -> Path:
    txtar.write(tmp_path, TREE)
    for name, target in LINKS.items():
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).symlink_to(target)
    (tmp_path / "work/go.work").write_text("go 1.22\n\nuse (\n\t./a\n\t./b\n)\n", encoding="utf-8")
    return tmp_path


@pytest.mark.parametrize(
    ("at", "pwd", "name"),
    [
        ("real", "link", "link"),
        ("real", "link2", "link2"),
        ("real", "top/link", "top/link"),
        ("real", "real/../link/", "link"),
        ("real", "real", "real"),
        ("real", "dep", "real"),
        ("real", "none", "real"),
        ("real", "", "real"),
        ("real/sub", "link/sub", "link/sub"),
        ("real/sub", "link", "real/sub"),
    ],
)
@pytest.mark.parametrize("below_bazel", [False, True])
def test_working_folder(
    at: str, pwd: str, name: str, below_bazel: bool, world: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    environment = {"PWD": f"{world}/{pwd}"} if pwd else {}
    environment |= {"BUILD_WORKING_DIRECTORY": f"{world}/{at}"} if below_bazel else {}
    monkeypatch.chdir(world / ("dep" if below_bazel else at))
    assert working_folder(environment) == world / name


def test_a_relative_pwd_is_ignored(world: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(world / "real")
    assert working_folder({"PWD": "."}) == world / "real"


def test_a_working_folder_that_is_gone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    gone = tmp_path / "gone"
    gone.mkdir()
    monkeypatch.chdir(gone)
    gone.rmdir()
    with pytest.raises(UsageError, match="the working directory: No such file"):
        working_folder({"PWD": str(gone)})


@pytest.mark.parametrize(
    ("path", "name"),
    [
        ("link", "link"),
        ("link/.", "link"),
        ("link/sub/..", "link"),
        ("real/../link", "link"),
        # Behind the link, as for every other program.
        ("farlink/..", "far/away"),
        ("farlink/../dep", "far/away/dep"),
        ("up/link/../dep", "dep"),
    ],
)
def test_folder_name(path: str, name: str, world: Path) -> None:
    assert folder_name(Path(f"{world}/{path}")) == world / name


def test_the_folder_of_minus_c_has_the_systems_name(world: Path) -> None:
    assert changed_folder(world / "link", world / "link") == world / "link"
    assert changed_folder(world / "link", world / "real") == world / "link"
    assert changed_folder(world, world / "link") == world / "real"


@pytest.mark.parametrize("environment", [None, {"PWD": "/", "PATH": os.defpath}])
def test_programs_know_their_folder_by_the_name_used(environment: dict[str, str] | None, world: Path) -> None:
    program = "import os; print(os.environ['PWD'])"
    for name in ("link", "real", "top/link2"):
        done = SubprocessRunner().run([sys.executable, "-c", program], env=environment, cwd=world / name)
        assert done.out.strip() == str(world / name)


# Where, what INPUT is, more arguments, changes of the environment, and the main packages; none where go refuses too.
CASES = [
    ("link", ".", {}, "example.com/m/cmd/tool"),
    ("link2", "go.mod", {}, "example.com/m/cmd/tool"),
    ("top/up/link", ".", {}, "example.com/m/cmd/tool"),
    ("link/sub", "..", {}, "example.com/m/cmd/tool"),
    ("", "link", {}, "example.com/m/cmd/tool"),
    ("", "top/link2/go.mod", {}, "example.com/m/cmd/tool"),
    # The same folder by its own name, in which ../dep is another.
    ("far/away/real", ".", {}, "example.com/far"),
    ("farlink", ".", {}, "example.com/far"),
    ("work/a", ".", {}, "example.com/a"),
    ("worklink/a", ".", {}, "example.com/a"),
    ("worklink/b", ".", {}, "example.com/b/cmd/b"),
    ("work", "b", {}, "example.com/b/cmd/b"),
    ("elsewhere/b", ".", {"GOWORK": "work/go.work"}, "example.com/b/cmd/b"),
    ("worklink/a", ".", {"GOWORK": "work/go.work"}, "example.com/a"),
    ("work/a", ".", {"GOWORK": "worklink/go.work"}, "example.com/a"),
]


@pytest.mark.parametrize(("at", "source", "changes", "main"), CASES)
def test_list(at: str, source: str, changes: dict[str, str], main: str, world: Path, go: RealGo) -> None:
    user = _user(world, go, at, {name: f"{world}/{value}" for name, value in changes.items()})
    assert user.run("list", source).split()[0] == main


@pytest.mark.parametrize(
    ("at", "source", "dep"),
    [("farlink", ".", "dep"), ("far/away/real", ".", "far/away/dep"), ("", "farlink", "dep")],
)
def test_a_replacement_is_found_from_the_name_of_the_folder(
    at: str, source: str, dep: str, world: Path, go: RealGo
) -> None:
    """The go command joins `../dep` to the name of the module's folder, and so do we."""
    user = _user(world, go, at, {})
    options = options_of(input=read_input(source, user.session.cwd))
    (opened,) = open_input(user.session, options.module, options.choose, go.path)
    loaded = load(opened)
    assert [package.dir for package in loaded.packages if package.name == "dep"] == [f"{world}/{dep}"]


def _user(world: Path, go: RealGo, at: str, changes: dict[str, str]) -> User:
    (world / "home").mkdir()
    user = User.with_go(world / "home", go)
    environment = {**user.session.environment, **changes}
    user.session = replace(user.session, cwd=world / at, environment=environment)
    return user
