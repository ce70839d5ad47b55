"""Which folders of tests are integration tests."""

from __future__ import annotations

from pathlib import Path

import pytest
from support import txtar

from gomod2bazel.sets.classify import classify_module, view_module
from gomod2bazel.sets.integration import integration_reason
from gomod2bazel.sets.integration import test_folders as folders_with_tests
from gomod2bazel.sets.reading.tree import Tree

_TESTING = 'import "testing"\n'


def _reasons(root: Path, text: str, tags: tuple[str, ...] = ()) -> dict[str, str]:
    txtar.write(root, text)
    tree = Tree(root=root, path="example.com/m")
    mains = {main.directory: main for main in classify_module(view_module(root, "example.com/m"))}
    return {folder.directory: integration_reason(folder, tree, mains) for folder in folders_with_tests(tree, tags)}


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("-- e2e/a_test.go --\npackage e2e\n", "its folder's name 'e2e' contains the word 'e2e'"),
        (
            "-- test/integration/a_test.go --\npackage a\n-- test/integration/a.go --\npackage a\n",
            "its folder's name 'integration' contains the word 'integration'",
        ),
        (
            f"-- conformance/a_test.go --\npackage a\n-- conformance/a.go --\npackage a\n{_TESTING}",
            "its folder's name 'conformance' contains the word 'conformance'",
        ),
        (
            '-- a/integration_test.go --\npackage a\nimport "database/sql"\n-- a/a.go --\npackage a\n',
            "its test files are called 'integration_test.go' and so on, and it imports 'database/sql'",
        ),
        (
            '-- a/a_test.go --\n// Package a has end-to-end tests.\npackage a\nimport "net/http"\n',
            "its package comment says 'end-to-end', and it imports 'net/http'",
        ),
    ],
    ids=["tests alone", "below test", "helpers", "names of files", "comment"],
)
def test_integration_tests(tmp_path: Path, text: str, reason: str) -> None:
    assert list(_reasons(tmp_path, text).values()) == [reason]


@pytest.mark.parametrize(
    "text",
    [
        "-- system/a_test.go --\npackage system\n-- system/a.go --\npackage system\n",
        '-- server/a_test.go --\npackage server\nimport "net/http"\n-- server/a.go --\npackage server\n',
        '-- a/integration_test.go --\npackage a\nimport "net/http"\n-- a/a_test.go --\npackage a\n',
        f"-- a_test.go --\npackage a\n{_TESTING}",
        '-- a/a_test.go --\n// Licensed: use it in compliance with it.\npackage a\nimport "net"\n'
        "-- a/a.go --\npackage a\n",
        '-- a/a_test.go --\npackage a\nimport "net"\n-- a/a.go --\n// Package a serves integration tests.\npackage a\n',
        "-- fault/a_test.go --\npackage fault\n-- fault/a.go --\n// Package fault injects faults.\npackage fault\n",
        "-- dav/a_test.go --\npackage dav\n-- dav/a.go --\npackage dav\n"
        "-- dav/litmus_test_server.go --\n//go:build ignore\n\n// An interop test server.\n"
        "package main\nfunc main() {}\n",
    ],
    ids=[
        "a library of this name",
        "a server",
        "other tests next to them",
        "the root",
        "a licence",
        "a library for tests",
        "a library whose comment has the word",
        "a program in the folder of a library",
    ],
)
def test_unit_tests(tmp_path: Path, text: str) -> None:
    assert list(_reasons(tmp_path, text).values()) == [""]


def test_files_that_only_a_tag_builds_are_no_tests(tmp_path: Path) -> None:
    text = "-- a/a_test.go --\n//go:build e2e\n\npackage a\n-- b/b_test.go --\n//go:build linux\n\npackage b\n"
    assert set(_reasons(tmp_path, text)) == {"b"}
    assert set(_reasons(tmp_path, text, ("e2e",))) == {"a", "b"}
