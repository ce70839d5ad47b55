"""Which files of a module a later run has to find unchanged."""

from __future__ import annotations

from pathlib import Path

from support.samples import loaded, package

from gomod2bazel.load.changes.files_read import edited_files, files_named, folders_of, package_files
from gomod2bazel.options.options import LoadOptions


def test_files_of_packages_are_those_of_a_tree(tmp_path: Path) -> None:
    tree = package("m/p", Dir=str(tmp_path / "p"), GoFiles=["a.go"], HFiles=["a.h"], EmbedFiles=["data/x.txt"])
    fetched = package("d", Dir=str(tmp_path / "modules" / "d@v1.0.0"))
    standard = package("fmt", Dir="/go/src/fmt", Standard=True)
    nowhere = package("m/missing", Dir="")
    found = set(package_files([tree, fetched, standard, nowhere], tmp_path / "modules"))
    assert found == {tmp_path / name for name in ("p", "p/a.go", "p/a.h", "p/data", "p/data/x.txt")}


def test_folders_that_may_hold_a_package(tmp_path: Path) -> None:
    for name in ("a/b", ".git/x", "_skip", "a/testdata/x", "node_modules/y", "vendor/z"):
        (tmp_path / name).mkdir(parents=True)
    found = {path.relative_to(tmp_path).as_posix() for path in folders_of(tmp_path)}
    assert found == {".", "a", "a/b", "vendor", "vendor/z"}


def test_a_main_module_is_read_whole(tmp_path: Path) -> None:
    (tmp_path / "docs").mkdir()
    (tmp_path / "docs" / "README.md").touch()
    settings = {"GOROOT": "/go", "GOWORK": "/w/go.work"}
    module = loaded(root=tmp_path, settings=settings)
    assert set(edited_files(module, tmp_path / "modules")) == {tmp_path, tmp_path / "docs", tmp_path / "docs/README.md"}
    names = ("go.mod", "go.sum", "vendor/modules.txt")
    named = {*(tmp_path / name for name in names), Path("/w/go.work"), Path("/w/go.work.sum")}
    assert set(files_named(module)) == named


def test_other_modules_of_a_workspace(tmp_path: Path) -> None:
    module = {"Path": "other", "Main": True, "Dir": "/w/other"}
    whole = loaded(package("other/p", Dir="/w/other/p", Module=module), root=tmp_path, settings={})
    assert {Path("/w/other/go.mod"), Path("/w/other/go.sum")} <= set(files_named(whole))


def test_an_archive_of_pkgdir_may_be_added(tmp_path: Path) -> None:
    closed = package("m/closed", Dir=str(tmp_path / "modules" / "m"), BinaryOnly=True)
    options = LoadOptions(pkgdir="/archives")
    module = loaded(closed, root=None, options=options, files_named=(Path("/etc/go.env"),))
    found = set(files_named(module))
    assert found == {Path("/etc/go.env"), Path("/archives/m/closed.a")}
