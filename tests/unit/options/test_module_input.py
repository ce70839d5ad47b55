"""INPUT as a value."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from gomod2bazel.base.errors import UsageError
from gomod2bazel.base.version import Version
from gomod2bazel.options.module_input import ModuleInput, TreeInput, parse_module


@pytest.mark.parametrize(
    ("text", "query", "is_repeatable"),
    [
        ("example.com/m", "latest", False),
        ("example.com/m@latest", "latest", False),
        ("example.com/m@v1", "v1", False),
        ("example.com/m@v1.2.3", "v1.2.3", True),
    ],
)
def test_a_query_may_find_another_version_tomorrow(text: str, query: str, is_repeatable: bool) -> None:
    module = parse_module(text)
    assert (module.text, module.query, module.is_repeatable) == (text, query, is_repeatable)


def test_a_file_of_a_hierarchy_may_change() -> None:
    module = ModuleInput(text="p/m/@v/v1.0.0.mod", path="m", version="v1.0.0", source="file:///p")
    assert not module.is_repeatable


def test_a_tree_is_always_the_same_module() -> None:
    assert TreeInput(text=".", root=Path("/tree")).is_repeatable


def test_another_version() -> None:
    written = ModuleInput(text="example.com/m@v1.0.0", path="example.com/m", version="v1.0.0", is_written=True)
    assert parse_module("example.com/m").at_version("v1.0.0") == written
    assert parse_module("example.com/m@v1.0.0") == written
    assert ModuleInput.of(Version("example.com/m", "v1.0.0")) == replace(written, is_written=False)


@pytest.mark.parametrize(
    ("text", "path", "is_pattern"),
    [("example.com/m/...", "example.com/m", True), ("example.com/m/cmd/...@v1", "example.com/m/cmd", True)],
)
def test_a_pattern(text: str, path: str, is_pattern: bool) -> None:
    assert (parse_module(text).path, parse_module(text).is_pattern) == (path, is_pattern)


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("https://github.com/a/b", "github.com/a/b"),
        ("https://github.com/a/b.git@v1.2.3", "github.com/a/b@v1.2.3"),
        ("http://example.com/a/", "example.com/a"),
        ("ssh://git@example.com:22/a/b.git", "example.com/a/b"),
        ("git@example.com:a/b.git", "example.com/a/b"),
        ("https://user:secret@example.com/a/b@main", "example.com/a/b@main"),
    ],
)
def test_the_address_of_a_repository(text: str, name: str) -> None:
    with pytest.raises(UsageError, match="the address of a repository is not a module path") as caught:
        parse_module(text)
    assert caught.value.hint == f"write {name}"
    assert "secret" not in str(caught.value)


@pytest.mark.parametrize("text", ["a.b/c@feature/x", "a.b/c@sub/v1.2.3", "a.b/c@d.e/f", "a.b/c.git/v2"])
def test_what_is_no_address(text: str) -> None:
    assert parse_module(text).text == text
