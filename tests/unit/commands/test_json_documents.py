"""What commands print with -json is what the schemas of the package describe."""

from __future__ import annotations

import re
import sys
import zipfile
from pathlib import Path

import pytest
from support import txtar
from support.documents import checked
from support.owner import TREE, Owner
from support.realgo import RealGo
from support.user import User
from support.world import MAIN, MODULES

from gomod2bazel import __version__
from gomod2bazel.base.documents.schema_files import read_schema, schema_names
from gomod2bazel.base.errors import Gomod2bazelError, UsageError
from gomod2bazel.base.process.runner import SubprocessRunner
from gomod2bazel.cli import run_command
from gomod2bazel.commands.pack import pack as packing
from gomod2bazel.commands.pack.tree import ModuleTree
from gomod2bazel.commands.table.commands import COMMANDS

ROOT = Path(__file__).parents[3]
CASES = ROOT / "tests" / "cases"

_NO_DOCUMENT = {
    "add", "bazel", "completion", "delve-paths", "gocacheprog", "help", "packages-driver", "remove", "schema",
    "shutdown",
}  # fmt: skip
"""Commands that do not take -json: what they print is for a program anyway, or for people alone."""


@pytest.fixture
def plain(tmp_path: Path) -> User:
    """Return a user without any tool."""
    return User(tmp_path, SubprocessRunner())


def test_each_command_with_json_has_a_schema() -> None:
    assert {name for name, command in COMMANDS.items() if not command.documents} == _NO_DOCUMENT
    for name, command in COMMANDS.items():
        takes = "json" in command.flags if command.flags else name not in _NO_DOCUMENT
        assert takes == bool(command.documents), name


def test_each_schema_is_of_a_command() -> None:
    # Any command can end with an error.
    printed = {document for command in COMMANDS.values() for document in command.documents} | {"error"}
    assert set(schema_names()) == printed


def test_schema(plain: User) -> None:
    assert plain.run("schema").splitlines() == list(schema_names())
    assert plain.run("schema", "list") == read_schema("list")
    with pytest.raises(UsageError, match="unknown schema 'lst'"):
        run_command(["schema", "lst"], plain.session)
    with pytest.raises(UsageError, match="one NAME expected, got 2"):
        run_command(["schema", "list", "query"], plain.session)


def test_the_page_has_each_schema(plain: User) -> None:
    page = (ROOT / "docs" / "json.md").read_text(encoding="utf-8")
    rows = re.findall(r"^\| (.*-json`|.*json`|`lock`) \| (.*?) \|", page, re.M)
    documents = {name for _, cell in rows for name in re.findall(r"`([\w-]+)`", cell)}
    assert documents == set(schema_names()) - {"error"}
    for line in re.findall(r"^    gomod2bazel (schema.*)$", page, re.M):
        assert plain.run(*line.split())


def test_version(plain: User) -> None:
    value = checked("version", plain.run("version", "-json"))
    assert value == {"schema_version": 1, "version": __version__, "python": sys.version.split()[0]}
    assert plain.run("--version") == f"gomod2bazel {__version__}\n"
    with pytest.raises(UsageError, match="-tags is not a flag of version"):
        run_command(["version", "-tags=x"], plain.session)


def test_events_of_a_build() -> None:
    lines = (CASES / "json-events" / "stdout").read_text(encoding="utf-8").splitlines()
    assert {checked("build", line)["Action"] for line in lines} == {"build-output", "build-fail"}


def test_fetch(tmp_path: Path, go: RealGo) -> None:
    user = User.with_go(tmp_path, go)
    txtar.proxy(tmp_path, {**MODULES, "m@v1.0.0": MAIN})
    words = ("fetch", "-json", "-goproxy", f"file://{tmp_path}/goproxy", "-destination", "h", "example.com/m@v1.0.0")
    value = checked("fetch", user.run(*words))
    assert value["destination"] == "h"
    assert [line.rpartition(" ")[0] for line in value["sums"]] == [
        "example.com/m v1.0.0",
        "example.com/m v1.0.0/go.mod",
    ]
    files = {file["path"]: file for file in value["files"]}
    archive = files["h/example.com/m/@v/v1.0.0.zip"]
    assert (archive["kind"], archive["module"], archive["unchanged"]) == ("module", "example.com/m", False)
    assert archive["size"] == (tmp_path / "h/example.com/m/@v/v1.0.0.zip").stat().st_size
    assert files["h/example.com/m/@v/list"]["kind"] == "list"
    assert all(file["unchanged"] for file in checked("fetch", user.run(*words))["files"])


def _zip(_tree: ModuleTree, _zipper: object, output: Path, *_: object) -> None:
    with zipfile.ZipFile(output, "w") as archive:
        archive.writestr("example.com/m@v1.2.3/go.mod", "module example.com/m\n\ngo 1.21\n")


def test_pack_and_index(tmp_path: Path, go: RealGo, monkeypatch: pytest.MonkeyPatch) -> None:
    # The real one is a Go program, which takes long to compile.
    monkeypatch.setattr(packing, "zipper_of", lambda *_: None)
    monkeypatch.setattr(ModuleTree, "zip", _zip)
    user = User.with_go(tmp_path, go)
    txtar.write(tmp_path / "tree", "-- go.mod --\nmodule example.com/m\n\ngo 1.21\n-- m.go --\npackage m\n")
    value = checked("pack", user.run("pack", "-json", "-version=v1.2.3", "-destination=h", "tree"))
    assert (value["module"], value["version"]) == ("example.com/m", "v1.2.3")
    assert [file["kind"] for file in value["files"]] == ["info", "mod", "zip", "list"]
    (tmp_path / "h/example.com/m/@v/v1.3.0.mod").write_text("module example.com/m\n")
    value = checked("index", user.run("index", "-json", "-destination=h"))
    assert [(file["path"], file["unchanged"]) for file in value["files"]] == [("h/example.com/m/@v/list", True)]
    (message,) = value["messages"]
    assert (message["level"], message["what"].rpartition(": ")[2]) == ("warning", "v1.3.0")


def test_generate(tmp_path: Path, go: RealGo) -> None:
    owner = Owner(tmp_path, go)
    owner.write(TREE)
    stale = checked("generate", owner.run("-json", "-check", code=1))
    assert (stale["mode"], stale["up_to_date"]) == ("check", False)
    paths = {file["path"]: file["change"] for file in stale["files"]}
    assert (paths["BUILD.bazel"], paths["internal/deep/data/BUILD"]) == ("add", "change")
    assert not any(file["written"] or file["diff"] for file in stale["files"])
    shown = checked("generate", owner.run("-json", "-diff"))
    assert shown["mode"] == "diff" and all(file["diff"].startswith("--- ") for file in shown["files"])
    written = checked("generate", owner.run("-json"))
    assert written["packages"] == stale["packages"] > 0
    assert {file["path"]: file["change"] for file in written["files"]} == paths
    assert all(file["written"] for file in written["files"])
    assert any("nested" in message["what"] for message in written["messages"])
    assert checked("generate", owner.run("-json", "-check"))["up_to_date"]


def test_generate_has_what_does_not_load(tmp_path: Path, go: RealGo) -> None:
    owner = Owner(tmp_path, go)
    owner.write(f'{TREE}-- bad/bad.go --\npackage bad\n\nimport _ "example.com/m/gone"\n')
    with pytest.raises(Gomod2bazelError) as caught:
        owner.run("-json", "-keep-going")
    value = checked("generate", "".join(owner.user.out))
    (error,) = [message for message in value["messages"] if message["level"] == "error"]
    assert error["exit_code"] == caught.value.exit_code
    assert "example.com/m/gone" in error["what"]
    assert "BUILD.bazel" in owner.files


def test_lock(tmp_path: Path, go: RealGo) -> None:
    user = User.with_go(tmp_path, go)
    txtar.write(
        tmp_path / "tree",
        "-- go.mod --\nmodule example.com/m\n\ngo 1.21\n-- main.go --\npackage main\n\nfunc main() {}\n",
    )
    text = user.run("lock", "tree")
    assert checked("lock", text)["schema"] == 3
    assert user.run("lock", "-json", "tree") == text
    checked("lock", user.run("lock", "-platform=linux/amd64,linux/arm64", "-variant=tags=x", "tree"))
