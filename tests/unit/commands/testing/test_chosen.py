"""Which packages' tests run: those that INPUT names, without integration tests."""

from __future__ import annotations

from pathlib import Path

import pytest
from support import txtar
from support.realgo import RealGo
from support.user import User

from gomod2bazel.commands.testing.chosen import Chosen, choose_tests
from gomod2bazel.load.input.input_module import Opener
from gomod2bazel.options.module_input import TreeInput
from gomod2bazel.options.options import ModuleOptions, with_values

pytestmark = pytest.mark.go

_TREE = """
-- go.mod --
module example.com/m

go 1.25

ignore ./left
-- m_test.go --
package m
-- a/a_test.go --
package a
-- a/b/b_test.go --
package b
-- a/testdata/t_test.go --
package t
-- _hidden/h_test.go --
package h
-- left/l_test.go --
package l
-- e2e/e_test.go --
package e2e
-- tagged/t_test.go --
//go:build integration

package tagged
"""


def _chosen(folder: Path, go: RealGo, package: str = "", *, integration: bool = False, tags: str = "") -> Chosen:
    root = txtar.write(folder / "tree", _TREE)
    session = User.with_go(folder, go).session
    given = TreeInput(text=package or ".", root=root, package=package)
    options = with_values(ModuleOptions(), {"input": given, "tags": tuple(filter(None, [tags]))})
    opened = Opener(session=session, go=go.path).open(options, None)
    return choose_tests(opened, options, session.cwd, session.caches, integration=integration)


@pytest.mark.parametrize(
    ("package", "folders"),
    [("", {"", "a", "a/b"}), ("a", {"a"}), ("a/...", {"a", "a/b"}), ("a/testdata", {"a/testdata"})],
)
def test_packages_of_input(tmp_path: Path, go: RealGo, package: str, folders: set[str]) -> None:
    assert _chosen(tmp_path, go, package).tested == folders


def test_integration_tests(tmp_path: Path, go: RealGo) -> None:
    chosen = _chosen(tmp_path, go)
    assert dict(chosen.skipped) == {"example.com/m/e2e": "its folder's name 'e2e' contains the word 'e2e'"}
    assert chosen.keeps("a/a_test.go")
    assert not chosen.keeps("e2e/e_test.go"), "what only integration tests need is not loaded"


def test_integration_tests_that_are_asked_for(tmp_path: Path, go: RealGo) -> None:
    chosen = _chosen(tmp_path, go, integration=True, tags="integration")
    assert chosen.tested == {"", "a", "a/b", "e2e", "tagged"}
    assert not chosen.skipped
