"""Flags of cgo with the package's folder, as the rules write it: tests/rules/folder_vectors.bzl."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest
from builder.base.words import expanded

_TABLE = ast.parse((Path(__file__).parents[3] / "rules" / "folder_vectors.bzl").read_text(encoding="utf-8")).body[-1]
assert isinstance(_TABLE, ast.Assign)


@pytest.mark.parametrize(("flag", "folder", "text"), ast.literal_eval(_TABLE.value))
def test_expanded(flag: str, folder: str, text: str) -> None:
    assert expanded(flag, folder) == text
