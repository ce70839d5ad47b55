"""Build constraints: what holds of some platform and toolchain, when no tag is given."""

from __future__ import annotations

import time

import pytest

from gomod2bazel.golang.command.build_constraint import constraint_of, tags_of, taken_by_default


@pytest.mark.parametrize(
    ("expression", "taken"),
    [
        ("linux", True),
        ("!linux", True),
        ("linux && !cgo", True),
        ("ignore", False),
        ("!ignore", True),
        ("!false", True),
        ("false", False),
        ("true", False),  # a tag like any other
        ("integration || linux", True),
        ("integration && linux", False),
        ("!(integration && linux)", True),
        ("!(integration || linux)", True),
        ("!(!integration)", False),
        ("!(!(ignore || (linux && mine)))", False),
        ("linux || mine && ignore", True),
        ("(linux || mine) && ignore", False),
        ("go1.18", True),
        ("unix && amd64 && gc && go1.30", True),
        ("ppc64le || riscv64", True),
        ("linuxx", False),
        # The go command would refuse these; no build takes such a file.
        ("", False),
        ("linux darwin", False),
        ("(linux", False),
        ("linux &&", False),
        ("&&", False),
    ],
)
def test_taken_by_default(expression: str, taken: bool) -> None:
    assert taken_by_default(expression) == taken


@pytest.mark.parametrize(
    ("comments", "constraint"),
    [
        ([], ""),
        (["// Copyright"], ""),
        (["//go:build linux"], "linux"),
        (["//go:build\tlinux "], "linux"),
        (["// go:build linux"], ""),
        (["//go:buildx linux"], ""),
        (["// +build linux"], "linux"),
        (["//+build linux"], "linux"),
        (["// +build linux,!cgo darwin"], "linux && !cgo || darwin"),
        (["// +build linux darwin", "// +build cgo"], "(linux || darwin) && cgo"),
        (["// +build linux", "// +build cgo"], "linux && cgo"),
        (["// +build linux", "//go:build darwin"], "darwin"),
    ],
)
def test_constraint_of(comments: list[str], constraint: str) -> None:
    assert constraint_of(comments) == constraint


def test_older_lines_mean_what_newer_ones_do() -> None:
    assert taken_by_default(constraint_of(["// +build linux,mine darwin"]))
    assert not taken_by_default(constraint_of(["// +build linux darwin", "// +build mine"]))


def test_tags() -> None:
    assert tags_of("!linux && (mine || go1.18)") == ("linux", "mine", "go1.18")


@pytest.mark.parametrize("unit", ["(", "!", "x && (", "x || ", "x && !(", ")", "x "])
def test_depth_costs_no_stack(unit: str) -> None:
    started = time.process_time()
    assert taken_by_default(unit * 200_000) is False
    assert time.process_time() - started < 2
