"""What a run prepared is good for the next one until something changes that loading reads."""

from __future__ import annotations

import os
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from support.samples import loaded, lock, package

from gomod2bazel.base.errors import BuildError
from gomod2bazel.base.process.message import note
from gomod2bazel.bazel.prepared import PreparedModule
from gomod2bazel.commands.building.during_build import keeping
from gomod2bazel.commands.building.kept import read_kept
from gomod2bazel.commands.building.platform_build import ChosenBinary, PlatformBuild
from gomod2bazel.commands.building.prepare import PreparedBuild
from gomod2bazel.install.install import Binary
from gomod2bazel.install.record import Input
from gomod2bazel.load.changes.up_to_date import states_of

LATER = 1 << 62


def _prepared(tree: Path) -> PreparedBuild:
    """Return what a run prepared of a small tree."""
    for name, text in {"go.mod": "module m\n", "m.go": "package main\n\nfunc f() {}\n", "README.md": "a"}.items():
        (tree / name).write_text(text)
    module = {"Path": "m", "Main": True, "Dir": str(tree)}
    settings = {"GOROOT": str(tree), "CC": "gcc"}
    whole = loaded(package("m", Dir=str(tree), Module=module), root=tree, settings=settings)
    files = (Binary(import_path="m", name="m", inputs=(Input(module="m", version="", sum="", verified=False),)),)
    chosen = ChosenBinary(target="m", name="m", import_path="m", set="target", files=files)
    build = PlatformBuild(
        prepared=PreparedModule.of(whole, lock()), chosen=(chosen,), packages=1, place=" for linux/amd64"
    )
    editable = [tree, tree / "m.go", tree / "README.md"]
    return PreparedBuild(
        builds=(build,),
        before=states_of([*editable, tree / "go.mod", tree / "go.sum"]),
        editable=tuple(map(str, editable)),
        sets={"m": "target"},
        ignore=("./x",),
        notes=(note("a note"),),
    )


def _keep(prepared: PreparedBuild, path: Path) -> None:
    with keeping(prepared, path, LATER):
        pass


def test_a_round_trip(tmp_path: Path) -> None:
    tree, path = tmp_path / "tr\udcffee", tmp_path / "kept.json"
    tree.mkdir()
    prepared = _prepared(tree)
    _keep(prepared, path)
    kept = read_kept(path)
    assert kept is not None
    assert kept.builds == prepared.builds
    assert (kept.sets, kept.ignore, kept.notes) == (prepared.sets, prepared.ignore, prepared.notes)
    assert (kept.before, kept.is_edited) == (prepared.before, False)


def _save_as_editors_do(tree: Path) -> None:
    (tree / ".m.go.new").write_text("package main\n\nfunc f() { f() }\n")
    (tree / ".m.go.new").rename(tree / "m.go")


EDITS: dict[str, Callable[[Path], object]] = {
    "a body": lambda tree: (tree / "m.go").write_text("package main\n\nfunc f() { f() }\n"),
    "a body, by another file of this name": _save_as_editors_do,
    "nothing": lambda tree: os.utime(tree / "m.go", ns=(1, 1)),
    "documentation": lambda tree: (tree / "README.md").write_text("other"),
}


@pytest.mark.parametrize("what", EDITS)
def test_edits_that_change_nothing_of_it(what: str, tmp_path: Path) -> None:
    prepared = _prepared(tmp_path)
    path = tmp_path.parent / f"{tmp_path.name}.json"
    _keep(prepared, path)
    EDITS[what](tmp_path)
    kept = read_kept(path)
    assert kept is not None
    assert kept.is_edited
    assert kept.before != prepared.before, "the states are those of now"
    assert kept.builds == prepared.builds


def _become_link(tree: Path) -> None:
    (tree / "m.go").rename(tree.parent / f"{tree.name}.go")
    (tree / "m.go").symlink_to(tree.parent / f"{tree.name}.go")


CHANGES: dict[str, Callable[[Path], object]] = {
    "an import": lambda tree: (tree / "m.go").write_text('package main\n\nimport "os"\n\nfunc f() {}\n'),
    "func main": lambda tree: (tree / "m.go").write_text("package main\n\nfunc main() {}\n"),
    "no Go": lambda tree: (tree / "m.go").write_text("module m\n"),
    "a file more": lambda tree: (tree / "n.go").write_text("package main\n"),
    "a file less": lambda tree: (tree / "m.go").unlink(),
    "a link": _become_link,
    "a mode": lambda tree: (tree / "m.go").chmod(0o700),
    "go.mod": lambda tree: (tree / "go.mod").write_text("module m\n\n"),
    "a go.sum": lambda tree: (tree / "go.sum").touch(),
}


@pytest.mark.parametrize("what", CHANGES)
def test_what_has_to_be_loaded_again(what: str, tmp_path: Path) -> None:
    path = tmp_path.parent / f"{tmp_path.name}.json"
    _keep(_prepared(tmp_path), path)
    CHANGES[what](tmp_path)
    assert read_kept(path) is None


def test_folders_of_modules_must_be_there(tmp_path: Path) -> None:
    tree, path = tmp_path / "tree", tmp_path / "kept.json"
    tree.mkdir()
    prepared = _prepared(tree)
    module = replace(prepared.builds[0].prepared, folders={"m": str(tmp_path / "gone")})
    _keep(replace(prepared, builds=(replace(prepared.builds[0], prepared=module),)), path)
    assert path.exists()
    assert read_kept(path) is None


@pytest.mark.parametrize("text", ["", "{}", "[]", '{"files": 3}', '{"files": {}, "outlines": {}, "builds": [{}]}'])
def test_another_file(text: str, tmp_path: Path) -> None:
    (tmp_path / "kept.json").write_text(text)
    assert read_kept(tmp_path / "kept.json") is None


def test_a_failed_build_is_kept_too(tmp_path: Path) -> None:
    """Whoever mends a syntax error need not wait for loading."""
    path = tmp_path.parent / f"{tmp_path.name}.json"
    with pytest.raises(BuildError), keeping(_prepared(tmp_path), path, LATER):
        raise BuildError("does not compile")
    assert read_kept(path) is not None


def test_nothing_is_kept_of_what_may_have_changed_meanwhile(tmp_path: Path) -> None:
    path = tmp_path.parent / f"{tmp_path.name}.json"
    prepared = _prepared(tmp_path)
    with keeping(prepared, path, started=(tmp_path / "m.go").stat().st_mtime_ns):
        pass
    assert not path.exists()
    (tmp_path / "m.go").write_text("package main // changed after it was looked at\n")
    _keep(prepared, path)
    assert not path.exists()


def test_nothing_is_kept_with_an_error(tmp_path: Path) -> None:
    path = tmp_path.parent / f"{tmp_path.name}.json"
    prepared = _prepared(tmp_path)
    _keep(replace(prepared, builds=(replace(prepared.builds[0], error=BuildError("no")),)), path)
    assert not path.exists()


def test_what_is_old_is_removed(tmp_path: Path) -> None:
    tree, runs = tmp_path / "tree", tmp_path / "runs"
    tree.mkdir()
    runs.mkdir()
    for name, days in (("old.kept.json", 31), ("new.kept.json", 29), ("old.json", 31)):
        (runs / name).touch()
        then = time.time() - days * 86400
        os.utime(runs / name, (then, then))
    _keep(_prepared(tree), runs / "kept.json")
    assert {path.name for path in runs.iterdir()} == {"new.kept.json", "old.json", "kept.json"}


def test_a_place_that_cannot_be_written_to_is_no_error(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    _keep(_prepared(tmp_path), tmp_path / "file" / "kept.json")
