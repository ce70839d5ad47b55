"""The folders of rules/private are layers: a .bzl file loads those below it alone, and no folder is too full."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

PRIVATE = Path(__file__).resolve().parents[3] / "rules" / "private"

MAY_LOAD: dict[str, tuple[str, ...]] = {
    "config": (),
    "lock": (),
    "repositories": ("config", "lock"),
    "actions": ("config",),
    "vet": ("config", "actions"),
    "rules": ("config", "actions", "vet"),
    "go_test": ("config", "actions", "vet", "rules"),
    "driver": ("config", "rules"),
    "proto": ("config", "actions", "rules"),
}
"""What the files of each folder may load, besides each other: a change of what a repository rule loads fetches anew."""

MOST_IN_A_FOLDER = 14


def loads(text: str) -> Iterator[str]:
    """Yield what the load statements of a .bzl file name; Starlark's grammar is a part of Python's."""
    for node in ast.parse(text).body:
        if isinstance(node, ast.Expr) and isinstance(node.value, ast.Call) and ast.unparse(node.value.func) == "load":
            yield ast.literal_eval(node.value.args[0])


def against_the_order(folder: str, text: str) -> list[str]:
    """Return the loads of a file in a folder of rules/private that its folder may not have."""
    allowed = (":", "@", *(f"//rules/private/{name}:" for name in MAY_LOAD[folder]))
    return [label for label in loads(text) if not label.startswith(allowed)]


def test_loads_go_one_way() -> None:
    files = {path: path.relative_to(PRIVATE).parts[0] for path in sorted(PRIVATE.rglob("*.bzl"))}
    assert set(files.values()) == set(MAY_LOAD)
    found = {path.name: against_the_order(folder, path.read_text("utf-8")) for path, folder in files.items()}
    assert {name: labels for name, labels in found.items() if labels} == {}


@pytest.mark.parametrize(
    ("folder", "label"),
    [
        ("config", "//rules/private/rules:library.bzl"),
        ("actions", "//rules:defs.bzl"),
        ("rules", "//rules/private:x.bzl"),
    ],
)
def test_a_load_against_the_order_is_seen(folder: str, label: str) -> None:
    assert against_the_order(folder, f'load(":own.bzl", "b")\nload("{label}", "a")\n') == [label]


def test_every_folder_can_be_looked_through() -> None:
    folders = [PRIVATE, *(path for path in PRIVATE.rglob("*") if path.is_dir() and path.name != "__pycache__")]
    count = {
        str(folder.relative_to(PRIVATE)): len([path for path in folder.iterdir() if path.name != "__pycache__"])
        for folder in folders
    }
    assert {folder: number for folder, number in count.items() if number > MOST_IN_A_FOLDER} == {}
