"""Where the rules are found."""

from __future__ import annotations

from pathlib import Path

import pytest

from gomod2bazel.base.errors import ToolError
from gomod2bazel.provision import rulesroot
from gomod2bazel.provision.rulesroot import find_rules, rules_root

ROOT = Path(__file__).resolve().parents[3]


def _rules(folder: Path) -> Path:
    (folder / "rules").mkdir(parents=True)
    (folder / "MODULE.bazel").touch()
    (folder / "rules" / "defs.bzl").touch()
    return folder


def _installed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    package = tmp_path / "site" / "gomod2bazel"
    package.mkdir(parents=True)
    monkeypatch.setattr(rulesroot, "__file__", str(package / "provision" / "rulesroot.py"))
    return package


def test_checkout() -> None:
    assert rules_root({}) == ROOT


def test_installed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    package = _installed(tmp_path, monkeypatch)
    data = _rules(package / "data")
    assert rules_root({}) == data
    assert find_rules({}) == (data, "installed with the driver")


def test_broken_installation(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    package = _installed(tmp_path, monkeypatch)
    (package / "data").mkdir()
    (package / "data" / "MODULE.bazel").touch()
    with pytest.raises(ToolError, match="rules are missing") as caught:
        rules_root({})
    assert "install" in caught.value.hint


@pytest.mark.parametrize("repository", ["_main", "gomod2bazel~", "gomod2bazel+"])
def test_runfiles(repository: str, tmp_path: Path) -> None:
    real = _rules(tmp_path / "real")
    runfiles = tmp_path / "runfiles"
    (runfiles / repository).mkdir(parents=True)
    (runfiles / repository / "MODULE.bazel").symlink_to(real / "MODULE.bazel")
    environment = {"RUNFILES_DIR": str(runfiles), "GOMOD2BAZEL_REPOSITORY": repository}
    assert find_rules(environment) == (real, "Bazel's runfiles")
    (tmp_path / "manifest").write_text(f"{repository}/MODULE.bazel {real}/MODULE.bazel\n", encoding="utf-8")
    environment = {"RUNFILES_MANIFEST_FILE": str(tmp_path / "manifest"), "GOMOD2BAZEL_REPOSITORY": repository}
    assert rules_root(environment) == real


@pytest.mark.parametrize("source", ["gomod2bazel+", "gomod2bazel+*"])
def test_runfiles_with_a_repository_mapping(source: str, tmp_path: Path) -> None:
    """As Bazel 7 and 8 write it, and compact, as Bazel 9 does: it is for other repositories and does not apply."""
    real = _rules(tmp_path / "real")
    (tmp_path / "runfiles" / "gomod2bazel+").mkdir(parents=True)
    (tmp_path / "runfiles" / "gomod2bazel+" / "MODULE.bazel").symlink_to(real / "MODULE.bazel")
    lines = f",gomod2bazel,gomod2bazel+\n{source},gomod2bazel+,elsewhere+\n{source},rules_cc,rules_cc+\n"
    (tmp_path / "runfiles" / "_repo_mapping").write_text(lines, encoding="utf-8")
    environment = {"RUNFILES_DIR": str(tmp_path / "runfiles"), "GOMOD2BAZEL_REPOSITORY": "gomod2bazel+"}
    assert rules_root(environment) == real


@pytest.mark.parametrize("environment", [{}, {"GOMOD2BAZEL_REPOSITORY": "other"}])
def test_runfiles_of_another_program(environment: dict[str, str], tmp_path: Path) -> None:
    _rules(tmp_path / "_main")
    (tmp_path / "other").mkdir()
    assert rules_root({"RUNFILES_DIR": str(tmp_path), **environment}) == ROOT
