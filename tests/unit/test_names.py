"""The driver and the rules give each module version the same repository name."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest

from gomod2bazel.workspace import repository_name

# A Starlark file of literals, so that the rules' own tests load the very same table.
_TABLE = Path(__file__).parent.parent / "rules" / "name_vectors.bzl"
_NAMES: list[tuple[str, str, str]] = next(
    ast.literal_eval(node.value)
    for node in ast.parse(_TABLE.read_text(encoding="utf-8")).body
    if isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Name) and node.targets[0].id == "NAMES"
)


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
