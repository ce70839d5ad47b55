"""The driver and the rules give each module version the same repository name, and store files alike."""

from __future__ import annotations

import ast
import re
from pathlib import Path
from typing import Any

import pytest

from gomod2bazel.bazel.names import SDK, alias_repositories, alias_target, repository_name, stored_component

# A Starlark file of literals, so that the rules' own tests load the very same table.
_TABLE = Path(__file__).parents[2] / "rules" / "name_vectors.bzl"
_LISTS: dict[str, Any] = {
    node.targets[0].id: ast.literal_eval(node.value)
    for node in ast.parse(_TABLE.read_text(encoding="utf-8")).body
    if isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Name)
}
_NAMES: list[tuple[str, str, str]] = _LISTS["NAMES"]
_STORED: list[tuple[str, str]] = _LISTS["STORED"]
_ALIASES: list[tuple[list[tuple[str, str]], int, dict[str, str]]] = _LISTS["ALIASES"]
_ALIAS_TARGETS: list[tuple[str, str, str, str]] = _LISTS["ALIAS_TARGETS"]


@pytest.mark.parametrize(("path", "version", "name"), _NAMES)
def test_repository_name(path: str, version: str, name: str) -> None:
    assert repository_name(path, version) == name


@pytest.mark.parametrize(("path", "version", "name"), _NAMES)
def test_bazel_takes_the_name(path: str, version: str, name: str) -> None:
    assert re.fullmatch(r"[a-zA-Z][-.\w]*", repository_name(path, version), re.ASCII)


def test_no_two_share_a_name() -> None:
    names = [repository_name(path, version) for path, version, _ in _NAMES]
    assert len(set(names)) == len(names)
    assert "go_sdk" not in names, "that is the SDK's"


@pytest.mark.parametrize(("path", "stored"), _STORED)
def test_stored_component(path: str, stored: str) -> None:
    assert "/".join(map(stored_component, path.split("/"))) == stored


def test_no_two_files_share_a_name() -> None:
    names = [stored for _, stored in _STORED]
    assert len(set(names)) == len(names)


def test_names_of_any_length_leave_room_for_what_bazel_adds() -> None:
    marker = "@gomod2bazel~~go_modules~{}.marker"
    paths = ("m" * 200, "A" * 200, "4" + "Z~" * 100)
    names = [repository_name(f"example.com/{path}", f"v0.0.0-{number}", 99) for path in paths for number in range(3)]
    assert len(set(names)) == len(names)
    assert all(len(marker.format(name)) <= 255 for name in names)
    assert all(len(stored_component(char * 255)) <= 160 for char in ("a", "\n", "\udcff", "."))


@pytest.mark.parametrize(("modules", "group", "names"), _ALIASES)
def test_alias_repositories(modules: list[tuple[str, str]], group: int, names: dict[str, str]) -> None:
    assert alias_repositories(modules, group) == names
    assert alias_repositories(list(reversed(modules)), group) == names
    real = {repository_name(path, version, group) for path, version in modules}
    assert len(real | set(names.values())) == 2 * len(modules), "each is of one repository alone"
    assert all(re.fullmatch(r"[a-zA-Z][-.\w]*", name, re.ASCII) and name != SDK for name in names.values())


@pytest.mark.parametrize(("path", "import_path", "folder", "target"), _ALIAS_TARGETS)
def test_alias_target(path: str, import_path: str, folder: str, target: str) -> None:
    assert alias_target(path, import_path) == (folder, target)
