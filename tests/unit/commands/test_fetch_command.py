"""The fetch command: a hierarchy that holds all that builds ask for, and nothing but whole and verified files."""

from __future__ import annotations

import json
import re
import zipfile
from pathlib import Path

import pytest
from support import txtar
from support.lock_value import lock_value
from support.realgo import RealGo
from support.user import User
from support.world import MAIN, MODULES

from gomod2bazel.base.errors import InstallError, MissingModuleError, TrustError, UsageError
from gomod2bazel.base.version import is_pseudo

_UNUSED = "-- go.mod --\nmodule example.com/unused\n\ngo 1.20\n-- a.go --\npackage unused\n"
_LINUX = "-- go.mod --\nmodule example.com/linux\n\ngo 1.20\n-- a.go --\npackage linux\n"


@pytest.fixture
def user(tmp_path: Path, go: RealGo) -> User:
    required = "require (\n\texample.com/dep v1.0.0\n\texample.com/unused v1.0.0\n\texample.com/linux v1.0.0\n)"
    main = MAIN.replace("require example.com/dep v1.0.0", required)
    main += '-- main_linux.go --\npackage main\n\nimport _ "example.com/linux"\n'
    main += '-- main_test.go --\npackage main\n\nimport _ "example.com/unused"\n'
    txtar.proxy(tmp_path, {**MODULES, "m@v1.0.0": main, "unused@v1.0.0": _UNUSED, "linux@v1.0.0": _LINUX})
    return User.with_go(tmp_path, go)


def _fetch(user: User, *words: str) -> str:
    return user.run("fetch", "-goproxy", f"file://{user.session.cwd}/goproxy", "-destination", "h", *words)


def _files(user: User) -> set[str]:
    root = user.session.cwd / "h"
    return {path.relative_to(root).as_posix() for path in root.rglob("*") if path.is_file()}


def _whole(*names: str) -> set[str]:
    return {f"example.com/{n}/@v/{f}" for n in names for f in ("list", "v1.0.0.info", "v1.0.0.mod", "v1.0.0.zip")}


@pytest.mark.parametrize(
    ("platform", "there"), [("linux/amd64", ("m", "dep", "linux")), ("darwin/arm64,windows/amd64", ("m", "dep"))]
)
def test_it_holds_what_is_needed_and_no_more(platform: str, there: tuple[str, ...], user: User) -> None:
    sums = _fetch(user, "-platform", platform, "example.com/m@v1.0.0")
    assert _files(user) == _whole(*there)
    assert re.fullmatch(r"example.com/m v1.0.0 h1:\S{44}\nexample.com/m v1.0.0/go.mod h1:\S{44}\n", sums)
    listed = (user.session.cwd / "h/example.com/dep/@v/list").read_text(encoding="utf-8")
    assert listed == "v1.0.0\n"


def test_it_is_enough(user: User) -> None:
    (user.session.cwd / "sums").write_text(_fetch(user, "-platform", "linux/amd64", "example.com/m"), encoding="utf-8")
    (user.session.cwd / "goproxy").rename(user.session.cwd / "gone")
    options = ("-platform", "linux/amd64", "-sumfile", "sums")
    made = lock_value(user.run("lock", "-goproxy", f"file://{user.session.cwd}/h", *options, "example.com/m"))
    assert {module["path"] for module in made["modules"]} == {"example.com/m", "example.com/dep", "example.com/linux"}
    assert all(module["verified"] for module in made["modules"])


_TESTED = """
-- go.mod --
module example.com/t

go 1.20

require example.com/unused v1.0.0
-- t.go --
package t
-- t_test.go --
package t

import _ "example.com/unused"
"""


def test_what_tests_need_comes_when_it_is_asked_for(user: User) -> None:
    tree = txtar.write(user.session.cwd / "tree", _TESTED)
    (tree / "go.sum").write_text(_sums(user, "unused", "v1.0.0"), encoding="utf-8")
    _fetch(user, "tree")
    assert _files(user) == set()
    _fetch(user, "-t", "tree")
    assert _files(user) == _whole("unused")
    (user.session.cwd / "goproxy/example.com/unused/@v/v1.0.0.zip").unlink()
    with pytest.raises(MissingModuleError, match=r"example\.com/unused"):
        _fetch(user, "-prefix", "other", "-t", "tree")
    with pytest.raises(UsageError, match=r"-t does not apply to example\.com/m@v1\.0\.0: only main modules"):
        _fetch(user, "-t", "-platform", "darwin/arm64", "example.com/m@v1.0.0")


def test_again_adds_only_what_is_new(user: User) -> None:
    _fetch(user, "-platform", "darwin/arm64", "example.com/m@v1.0.0")
    root = user.session.cwd / "h"
    before = {name: (root / name).stat().st_ino for name in _files(user)}
    txtar.write(user.session.cwd / "tree", MAIN.replace("dep v1.0.0", "dep v1.1.0"))
    (user.session.cwd / "tree/go.sum").write_text(_sums(user, "dep", "v1.1.0"), encoding="utf-8")
    _fetch(user, "-platform", "linux/amd64", "example.com/m@v1.0.0", "tree")
    versions = {f"example.com/dep/@v/v1.1.0.{suffix}" for suffix in ("info", "mod", "zip")}
    assert _files(user) == _whole("m", "dep", "linux") | versions
    same = {name: (root / name).stat().st_ino for name in before if not name.endswith("dep/@v/list")}
    assert same.items() <= before.items()
    assert (root / "example.com/dep/@v/list").read_text(encoding="utf-8") == "v1.0.0\nv1.1.0\n"
    assert user.messages[-1] == "4 module versions, 15 files, 8 of them new, in h"


def _sums(user: User, name: str, version: str) -> str:
    source = f"file://{user.session.cwd}/goproxy"
    return user.run("fetch", "-goproxy", source, "-destination", "aside", f"example.com/{name}@{version}")


def test_a_result_file_lists_all(user: User) -> None:
    _fetch(user, "-platform", "darwin/arm64", "-result-file", "files", "example.com/m@v1.0.0")
    lines = (user.session.cwd / "files").read_text(encoding="utf-8").splitlines()
    assert lines == sorted(f"h/{name}" for name in _files(user))


def test_another_file_for_a_version_is_refused(user: User) -> None:
    _fetch(user, "-platform", "darwin/arm64", "example.com/dep@v1.0.0")
    zipped = user.session.cwd / "h/example.com/dep/@v/v1.0.0.zip"
    with zipfile.ZipFile(zipped, "a") as archive:
        archive.writestr("example.com/dep@v1.0.0/more.go", "package dep\n")
    before = zipped.read_bytes()
    with pytest.raises(TrustError, match=r"h/example.com/dep/@v/v1.0.0.zip differs from what the sources return"):
        _fetch(user, "-platform", "darwin/arm64", "example.com/m@v1.0.0")
    assert zipped.read_bytes() == before
    assert not (user.session.cwd / "h/example.com/m").exists()


def test_the_same_content_packed_otherwise_stays(user: User) -> None:
    _fetch(user, "-platform", "darwin/arm64", "example.com/dep@v1.0.0")
    zipped = user.session.cwd / "h/example.com/dep/@v/v1.0.0.zip"
    with zipfile.ZipFile(zipped) as archive:
        content = {info.filename: archive.read(info) for info in archive.infolist()}
    with zipfile.ZipFile(zipped, "w", zipfile.ZIP_STORED) as archive:
        for name, data in reversed(content.items()):
            archive.writestr(name, data)
    before = zipped.read_bytes()
    _fetch(user, "-platform", "darwin/arm64", "example.com/m@v1.0.0")
    assert zipped.read_bytes() == before


def test_a_link_out_of_the_hierarchy_is_refused(user: User) -> None:
    outside = user.session.cwd / "outside"
    outside.mkdir()
    (user.session.cwd / "h").mkdir()
    (user.session.cwd / "h/example.com").symlink_to(outside)
    with pytest.raises(InstallError, match="points out of it"):
        _fetch(user, "-platform", "darwin/arm64", "example.com/m@v1.0.0")
    assert not list(outside.iterdir())


def test_what_is_missing_and_what_is_wrong_leaves_nothing(user: User) -> None:
    (user.session.cwd / "goproxy/example.com/dep/@v/v1.0.0.zip").unlink()
    (user.session.cwd / "goproxy/example.com/linux/@v/v1.0.0.zip").unlink()
    with pytest.raises(MissingModuleError, match=r"2 modules are missing"):
        _fetch(user, "-platform", "linux/amd64", "example.com/m@v1.0.0")
    # The first of two inputs is whole; yet nothing is said of it, and nothing of it stays.
    with pytest.raises(MissingModuleError):
        _fetch(user, "-platform", "linux/amd64", "example.com/dep@v1.1.0", "example.com/m@v1.0.0")
    assert user.out == []
    assert not (user.session.cwd / "h").exists()
    assert not list(user.session.caches.root.glob("fetch-*"))


def test_a_missing_requirement_without_a_listed_version_is_found_again(user: User) -> None:
    old, new = (f"v0.0.0-2024081{day}000000-a62c48c52e97" for day in (2, 3))
    bare = "-- go.mod --\nmodule example.com/bare\n-- cmd/check/main.go --\npackage main\n\nfunc main() {}\n"
    bare += '-- main.go --\npackage main\n\nimport _ "example.com/raw"\n\nfunc main() {}\n'
    raw = "-- go.mod --\nmodule example.com/raw\n-- a.go --\npackage raw\n"
    txtar.proxy(user.session.cwd, {"bare@v1.0.0": bare, f"raw@{old}": raw, f"raw@{new}": raw})
    served = user.session.cwd / "goproxy/example.com/raw"
    (served / "@v/list").write_text("", encoding="utf-8")
    (served / "@latest").write_bytes((served / f"@v/{old}.info").read_bytes())
    _fetch(user, "example.com/bare@v1.0.0")
    _fetch(user, f"example.com/raw@{new}")
    latest = json.loads((user.session.cwd / "h/example.com/raw/@latest").read_text(encoding="utf-8"))
    assert latest["Version"] == new
    _fetch(user, "example.com/bare@v1.0.0")
    assert latest == json.loads((user.session.cwd / "h/example.com/raw/@latest").read_text(encoding="utf-8"))
    served.rename(user.session.cwd / "gone")
    source = ("-offline", "-goproxy", f"file://{user.session.cwd}/h")
    lock = lock_value(user.run("lock", *source, "example.com/bare@v1.0.0"))
    assert [(module["path"], module["version"]) for module in lock["modules"]][-1] == ("example.com/raw", new)


@pytest.mark.parametrize(("words", "what"), [((), "no INPUT given"), (("-all", "x"), "-all is a flag of list")])
def test_wrong_command_lines(words: tuple[str, ...], what: str, user: User) -> None:
    with pytest.raises(UsageError, match=what):
        _fetch(user, *words)
    with pytest.raises(UsageError, match="fetch needs -destination"):
        user.run("fetch", "example.com/m@v1.0.0")


@pytest.mark.parametrize(
    ("version", "pseudo"),
    [
        ("v0.0.0-20240813092932-a62c48c52e97", True),
        ("v1.2.4-0.20240813092932-a62c48c52e97", True),
        ("v1.2.4-rc.1.0.20240813092932-a62c48c52e97", True),
        ("v2.0.1-0.20240813092932-a62c48c52e97+incompatible", True),
        ("v1.2.3", False),
        ("v1.2.3-rc.1", False),
        ("v1.2.3-20240813092932", False),
    ],
)
def test_pseudo_versions(version: str, pseudo: bool) -> None:
    assert is_pseudo(version) == pseudo
