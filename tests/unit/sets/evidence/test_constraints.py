"""Hints of build constraints and file names."""

from __future__ import annotations

from pathlib import Path

import pytest
from support.small_module import MAIN, hints_of, kinds_of


@pytest.mark.parametrize(
    ("constraint", "kinds"),
    [
        ("//go:build linux", {"constraint:platform"}),
        ("//go:build !integration", {"constraint:platform"}),
        ("//go:build ignore", {"constraint:ignore"}),
        ("//go:build never", {"constraint:ignore"}),
        ("//go:build linux && mine", {"constraint:own-tag"}),
        ("//go:build integration", {"constraint:own-tag", "constraint:integration"}),
        ("// +build e2e,linux", {"constraint:own-tag", "constraint:integration"}),
        ("// linux", set()),
    ],
)
def test_constraint(constraint: str, kinds: set[str], tmp_path: Path) -> None:
    files = {"age/main.go": f"{constraint}\n\n{MAIN}"}
    assert kinds_of(tmp_path, files, "age", "constraint") == kinds


def test_one_file_without_a_constraint_can_be_built(tmp_path: Path) -> None:
    files = {"age/a.go": f"//go:build linux\n\n{MAIN}", "age/b.go": MAIN}
    assert kinds_of(tmp_path, files, "age", "constraint") == set()


def test_a_tag_after_the_package_clause_is_a_comment(tmp_path: Path) -> None:
    assert kinds_of(tmp_path, {"age/a.go": f"{MAIN}\n//go:build ignore\n"}, "age", "constraint") == set()


def test_what_is_shown_is_short_and_printable(tmp_path: Path) -> None:
    text = f"//go:build ignore \x1b[31m {'x' * 5000}\n\n{MAIN}"
    reason = hints_of(tmp_path, {"age/a.go": text}, "age")["constraint:ignore"].reason
    assert reason.isprintable()
    assert len(reason) < 300


@pytest.mark.parametrize(
    ("file", "kinds"),
    [
        ("main.go", set()),
        ("age.go", set()),
        ("gen_tables.go", {"file:generator"}),
        ("e2e.go", {"file:integration"}),
    ],
)
def test_file_name(file: str, kinds: set[str], tmp_path: Path) -> None:
    assert kinds_of(tmp_path, {f"age/{file}": MAIN}, "age", "file") == kinds


def test_file_names_without_func_main_tell_nothing(tmp_path: Path) -> None:
    files = {"age/main.go": MAIN, "age/generate.go": "package main\n"}
    assert kinds_of(tmp_path, files, "age", "file") == set()
